package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/webhook"
)

// Names on the NATS server.
const (
	// Stream holds the position of each channel, as digits.
	Stream = "NOTIFICATIONS"
	// DeadLetterStream holds a Letter in JSON for what was not delivered.
	DeadLetterStream = "NOTIFICATIONS_DLQ"

	positionSubject   = "notifications.position."
	deadLetterSubject = "deadletter.notifications."
)

// Bounds of the dead letters; the oldest go first.
const (
	deadLetterBytes = 64 << 20
	deadLetterAge   = 30 * 24 * time.Hour
)

// Setup creates both streams, or brings them up to date. Both persist as the
// server does: what was acknowledged is on disk.
func Setup(ctx context.Context, js jetstream.JetStream) error {
	for _, s := range []jetstream.StreamConfig{
		{
			Name: Stream, Subjects: []string{positionSubject + "*"}, Storage: jetstream.FileStorage,
			MaxMsgsPerSubject: 1, Discard: jetstream.DiscardOld, Description: "How far each channel of notifications has come",
		},
		{
			Name: DeadLetterStream, Subjects: []string{deadLetterSubject + "*"}, Storage: jetstream.FileStorage,
			MaxBytes: deadLetterBytes, MaxAge: deadLetterAge, Discard: jetstream.DiscardOld,
			Description: "Notifications that were not delivered, with the reason",
		},
	} {
		if _, err := js.CreateOrUpdateStream(ctx, s); err != nil {
			return fmt.Errorf("set up stream %s: %w", s.Name, err)
		}
	}
	return nil
}

// Journal is Memory and Letters of one channel on JetStream.
type Journal struct {
	js   jetstream.JetStream
	name string
}

var (
	_ Memory  = (*Journal)(nil)
	_ Letters = (*Journal)(nil)
)

// NewJournal is that of the channel of that name. Setup must have made the
// streams.
func NewJournal(js jetstream.JetStream, name string) *Journal { return &Journal{js: js, name: name} }

// Load implements Memory.
func (j *Journal) Load(ctx context.Context) (seq uint64, known bool, err error) {
	s, err := j.js.Stream(ctx, Stream)
	if err != nil {
		return 0, false, fmt.Errorf("read stream %s: %w", Stream, err)
	}
	msg, err := s.GetLastMsgForSubject(ctx, positionSubject+j.name)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read stream %s: %w", Stream, err)
	}
	if seq, err = strconv.ParseUint(string(msg.Data), 10, 64); err != nil {
		return 0, false, fmt.Errorf("%s%s: %w", positionSubject, j.name, err)
	}
	return seq, true, nil
}

// Save implements Memory.
func (j *Journal) Save(ctx context.Context, seq uint64) error {
	return j.publish(ctx, positionSubject, strconv.AppendUint(nil, seq, 10), jetstream.WithExpectStream(Stream))
}

// Undelivered implements Letters. Of two letters with one reason for one message
// within two minutes, the first is kept.
func (j *Journal) Undelivered(ctx context.Context, l Letter) error {
	data, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("dead letter of event %d: %w", l.Seq, err)
	}
	return j.publish(ctx, deadLetterSubject, data, jetstream.WithExpectStream(DeadLetterStream),
		jetstream.WithMsgID(webhook.ID(j.name, l.ID, l.Reason)))
}

func (j *Journal) publish(ctx context.Context, subject string, data []byte, opts ...jetstream.PublishOpt) error {
	if _, err := j.js.Publish(ctx, subject+j.name, data, opts...); err != nil {
		return fmt.Errorf("publish %s%s: %w", subject, j.name, err)
	}
	return nil
}
