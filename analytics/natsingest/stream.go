package natsingest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Names on the NATS server.
const (
	Stream           = "EVENTS"
	DeadLetterStream = "EVENTS_DLQ"
	Consumer         = "analytics-writer"

	eventSubjects      = "events.>"
	deadLetterSubjects = "deadletter.events.>"
)

// StreamConfig bounds the streams. Zero fields mean their defaults.
type StreamConfig struct {
	// MaxBytes and MaxAge bound what waits for the writer; the oldest goes
	// first (1 GiB and 72 h).
	MaxBytes int64
	MaxAge   time.Duration
	// DeadLetterBytes and DeadLetterAge bound the dead letters (64 MiB and
	// 30 days).
	DeadLetterBytes int64
	DeadLetterAge   time.Duration
	// Replicas of both streams: 1, 3 or 5 (1).
	Replicas int
}

func (c StreamConfig) withDefaults() StreamConfig {
	if c.MaxBytes == 0 {
		c.MaxBytes = 1 << 30
	}
	if c.MaxAge == 0 {
		c.MaxAge = 72 * time.Hour
	}
	if c.DeadLetterBytes == 0 {
		c.DeadLetterBytes = 64 << 20
	}
	if c.DeadLetterAge == 0 {
		c.DeadLetterAge = 30 * 24 * time.Hour
	}
	if c.Replicas == 0 {
		c.Replicas = 1
	}
	return c
}

func (c StreamConfig) validate() error {
	if c.MaxBytes < 0 || c.MaxAge < 0 || c.DeadLetterBytes < 0 || c.DeadLetterAge < 0 {
		return fmt.Errorf("limits %d B, %v, %d B, %v must not be negative",
			c.MaxBytes, c.MaxAge, c.DeadLetterBytes, c.DeadLetterAge)
	}
	if c.Replicas != 1 && c.Replicas != 3 && c.Replicas != 5 {
		return fmt.Errorf("%d replicas: want 1, 3 or 5", c.Replicas)
	}
	return nil
}

// duplicates is how long the stream remembers the names of batches. A retry
// after that is caught by the store.
const duplicates = 10 * time.Minute

// Setup creates both streams, or brings them up to date. It is safe to call at
// each start and from several processes.
//
// Both persist as the server does. An asynchronous stream would take twenty
// times as many messages a second, but it acknowledges what is still in the
// memory of the process, and a kill takes that along.
func Setup(ctx context.Context, js jetstream.JetStream, config StreamConfig) error {
	c := config.withDefaults()
	if err := c.validate(); err != nil {
		return fmt.Errorf("set up event streams: %w", err)
	}
	events := jetstream.StreamConfig{
		Name: Stream, Subjects: []string{eventSubjects}, Storage: jetstream.FileStorage,
		Description: "Exposures and metric events on their way to the analytics store",
		Retention:   jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
		MaxBytes: c.MaxBytes, MaxAge: c.MaxAge, Replicas: c.Replicas,
		Duplicates: min(duplicates, c.MaxAge), Compression: jetstream.S2Compression,
	}
	letters := jetstream.StreamConfig{
		Name: DeadLetterStream, Subjects: []string{deadLetterSubjects}, Storage: jetstream.FileStorage,
		Description: "Exposures and metric events that could not be used, with the reason",
		Retention:   jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
		MaxBytes: c.DeadLetterBytes, MaxAge: c.DeadLetterAge, Replicas: c.Replicas,
		Duplicates: min(duplicates, c.DeadLetterAge), Compression: jetstream.S2Compression,
	}
	for _, s := range []jetstream.StreamConfig{events, letters} {
		if _, err := js.CreateOrUpdateStream(ctx, s); err != nil {
			return fmt.Errorf("set up stream %s: %w", s.Name, err)
		}
	}
	return nil
}

// subject is <prefix>.<project>.<environment>. A dot, which would split a
// token, travels as a tilde; keys contain none.
func subject(prefix, project, environment string) string {
	return prefix + "." + token(project) + "." + token(environment)
}

func token(key string) string {
	if key == "" {
		return "_"
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '.':
			return '~'
		case r == '*' || r == '>' || r <= ' ' || r == 0x7f:
			return '_' // not a key; keep it from becoming a subject
		}
		return r
	}, key)
}
