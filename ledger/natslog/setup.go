package natslog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// ErrDrift means that the stream is not as Setup would make it, or has lost entries.
var ErrDrift = errors.New("the ledger's stream is not as it was made")

// Setup makes the stream, or checks the one that exists: its settings must
// equal the wanted ones and it must have every entry from 1 on. Everything
// that differs is named in one error, which is ErrDrift. It never changes a
// stream that exists. js needs the right to create streams. It waits for a
// cluster that has no leader yet, and returns ledger.ErrUnavailable when that
// takes longer than Config.Patience.
func Setup(ctx context.Context, js jetstream.JetStream, cfg Config) error {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return err
	}
	want := cfg.stream()
	var info *jetstream.StreamInfo
	l := &Log{js: js, cfg: cfg}
	err := l.persist(ctx, func(ctx context.Context) error {
		s, err := js.Stream(ctx, Stream)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			// The server refuses it when somebody else was faster with
			// other settings.
			s, err = js.CreateStream(ctx, want)
		}
		if err == nil {
			info, err = s.Info(ctx)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set up stream %s: %w", Stream, err)
	}
	differences := drift(want, info.Config)
	if err := intact(info.State, 1); err != nil {
		differences = append(differences, err.Error())
	}
	if len(differences) > 0 {
		return fmt.Errorf("%w: %s", ErrDrift, strings.Join(differences, "; "))
	}
	return nil
}

// drift lists the settings that differ and could cost an entry or let one
// change. What a server adds by itself, its metadata above all, is not looked
// at.
func drift(want, have jetstream.StreamConfig) []string {
	var out []string
	for _, s := range []struct {
		name       string
		want, have any
	}{
		{"subjects", strings.Join(want.Subjects, " "), strings.Join(have.Subjects, " ")},
		{"retention", want.Retention, have.Retention},
		{"storage", want.Storage, have.Storage},
		{"replicas", want.Replicas, have.Replicas},
		{"discard", want.Discard, have.Discard},
		{"discard per subject", want.DiscardNewPerSubject, have.DiscardNewPerSubject},
		{"max bytes", want.MaxBytes, have.MaxBytes},
		{"max messages", want.MaxMsgs, have.MaxMsgs},
		{"max messages per subject", want.MaxMsgsPerSubject, have.MaxMsgsPerSubject},
		{"max message size", want.MaxMsgSize, have.MaxMsgSize},
		{"max age", want.MaxAge, have.MaxAge},
		{"duplicate window", want.Duplicates, have.Duplicates},
		{"compression", want.Compression, have.Compression},
		{"deny delete", want.DenyDelete, have.DenyDelete},
		{"deny purge", want.DenyPurge, have.DenyPurge},
		{"allow rollup", want.AllowRollup, have.AllowRollup},
		{"allow direct", want.AllowDirect, have.AllowDirect},
		{"allow atomic publish", want.AllowAtomicPublish, have.AllowAtomicPublish},
		{"allow message TTL", want.AllowMsgTTL, have.AllowMsgTTL},
		{"allow message counter", want.AllowMsgCounter, have.AllowMsgCounter},
		{"allow message schedules", want.AllowMsgSchedules, have.AllowMsgSchedules},
		{"sealed", want.Sealed, have.Sealed},
		{"no ack", want.NoAck, have.NoAck},
		{"mirror", want.Mirror != nil, have.Mirror != nil},
		{"sources", len(want.Sources), len(have.Sources)},
		{"subject transform", want.SubjectTransform != nil, have.SubjectTransform != nil},
		{"republish", want.RePublish != nil, have.RePublish != nil},
		{"persist mode", want.PersistMode, have.PersistMode},
	} {
		if s.want != s.have {
			out = append(out, fmt.Sprintf("%s is %v, not %v", s.name, s.have, s.want))
		}
	}
	return out
}
