package natsdigest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// Stream is the name of the stream.
const Stream = "RULESET_DIGESTS"

// maxBytes has room for some five million digests.
const maxBytes = 1 << 30

// Setup makes the stream. js needs the right to create streams.
func Setup(ctx context.Context, js jetstream.JetStream) error {
	_, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name:        Stream,
		Description: "the digest of each ruleset that was served",
		Subjects:    []string{"rulesets.>"},
		Storage:     jetstream.FileStorage,
		Discard:     jetstream.DiscardOld,
		MaxBytes:    maxBytes,
		DenyDelete:  true,
		DenyPurge:   true,
		Compression: jetstream.S2Compression,
	})
	if err != nil {
		return fmt.Errorf("set up stream %s: %w", Stream, err)
	}
	return nil
}

// Digests is the stream. It is safe for concurrent use.
type Digests struct{ js jetstream.JetStream }

// New returns the digests that js has access to, which belongs to the caller.
func New(js jetstream.JetStream) *Digests { return &Digests{js} }

// entry is one message.
type entry struct {
	Revision uint64 `json:"revision,string"`
	Digest   string `json:"digest"`
}

// Record implements projector.Digests.
func (d *Digests) Record(ctx context.Context, project, environment string, revision uint64, digest string) error {
	body, err := json.Marshal(entry{revision, digest})
	if err == nil {
		_, err = d.js.Publish(ctx, subject(project, environment), body)
	}
	if err != nil {
		return fmt.Errorf("record the digest of %s/%s at %d: %w", project, environment, revision, err)
	}
	return nil
}

// Find implements projector.Digests. Revisions rise within the stream, but for
// those that are recorded again after a restart, which are the newest then.
func (d *Digests) Find(ctx context.Context, project, environment string, revision uint64) (string, error) {
	digest, err := d.find(ctx, subject(project, environment), revision)
	if err != nil {
		return "", fmt.Errorf("find the digest of %s/%s at %d: %w", project, environment, revision, err)
	}
	return digest, nil
}

func (d *Digests) find(ctx context.Context, subject string, revision uint64) (string, error) {
	s, err := d.js.Stream(ctx, Stream)
	if err != nil {
		return "", err
	}
	state := s.CachedInfo().State
	low, high := state.FirstSeq, state.LastSeq+1 // of the stream
	for low < high {
		middle := low + (high-low)/2
		at, e, err := next(ctx, s, subject, middle)
		switch {
		case err != nil:
			return "", err
		case at == 0 || e.Revision >= revision:
			high = middle
		default:
			low = at + 1
		}
	}
	at, e, err := next(ctx, s, subject, low)
	if err != nil || at == 0 || e.Revision != revision {
		return "", err
	}
	return e.Digest, nil
}

// next reads the first entry of subject from seq on, 0 for none.
func next(ctx context.Context, s jetstream.Stream, subject string, seq uint64) (uint64, entry, error) {
	var e entry
	msg, err := s.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(subject))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, e, nil
	}
	if err == nil {
		err = json.Unmarshal(msg.Data, &e)
	}
	if err != nil {
		return 0, e, err
	}
	return msg.Sequence, e, nil
}

// subject of an environment. A dot inside a key, which would split a token,
// travels as a tilde.
func subject(project, environment string) string {
	return "rulesets." + strings.ReplaceAll(project, ".", "~") + "." + strings.ReplaceAll(environment, ".", "~")
}
