package natsingest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
)

// WriterConfig tunes a Writer. Zero fields mean their defaults.
type WriterConfig struct {
	// FlushInterval is the least time from one write to the next, and so about
	// the longest that an event waits while others come (200 ms). After a
	// quiet time an event does not wait.
	FlushInterval time.Duration
	// MaxItems and MaxBytes end that wait early (20,000 exposures and
	// events, 8 MiB of messages). MaxBytes must be at least MaxMessage.
	MaxItems, MaxBytes int
	// MaxRetry bounds the pause between attempts while the stream or the
	// store is out of order; the first is a hundredth of it (5 s).
	MaxRetry time.Duration
	// Consumer is the name of the writer's place on the stream; writers into
	// different stores have different ones (Consumer).
	Consumer string
}

func (c WriterConfig) withDefaults() WriterConfig {
	if c.FlushInterval == 0 {
		c.FlushInterval = 200 * time.Millisecond
	}
	if c.MaxItems == 0 {
		c.MaxItems = 20_000
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = 8 << 20
	}
	if c.MaxRetry == 0 {
		c.MaxRetry = 5 * time.Second
	}
	if c.Consumer == "" {
		c.Consumer = Consumer
	}
	return c
}

func (c WriterConfig) validate() error {
	if c.FlushInterval < 0 || c.MaxItems < 0 || c.MaxRetry < 0 {
		return fmt.Errorf("flush interval %v, items %d and retry %v must not be negative",
			c.FlushInterval, c.MaxItems, c.MaxRetry)
	}
	if c.MaxBytes < MaxMessage {
		return fmt.Errorf("%d bytes per write are less than a message, %d", c.MaxBytes, MaxMessage)
	}
	return nil
}

// Writer moves batches from the stream into a store.
type Writer struct {
	js      jetstream.JetStream
	store   analytics.Writer
	letters *Publisher
	log     *slog.Logger
	config  WriterConfig
	counts  counters

	complete completion
}

// NewWriter checks the configuration. The Publisher takes the dead letters.
func NewWriter(js jetstream.JetStream, store analytics.Writer, letters *Publisher, log *slog.Logger, config WriterConfig) (*Writer, error) {
	config = config.withDefaults()
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("analytics writer: %w", err)
	}
	w := &Writer{js: js, store: store, letters: letters, log: log, config: config}
	w.complete.turn = make(chan struct{}, 1)
	w.complete.turn <- struct{}{}
	return w, nil
}

// Stats says what a Writer has done since it was made.
type Stats struct {
	Batches    uint64 // stored
	Duplicates uint64 // left out, because they were stored before
	Exposures  uint64
	Events     uint64
	Rejected   uint64 // messages and items sent to the dead letters
	Lost       uint64 // messages that the stream discarded unread
	Failures   uint64 // of the stream or the store, each followed by a retry
	Position   uint64 // sequence of the last message stored
	Lag        uint64 // messages on the stream after it
}

type counters struct {
	batches, duplicates, exposures, events, rejected, lost, failures, position, lag atomic.Uint64
}

// Stats may be called at any time. Its numbers are each exact, but not all of
// one moment.
func (w *Writer) Stats() Stats {
	c := &w.counts
	return Stats{
		Batches: c.batches.Load(), Duplicates: c.duplicates.Load(),
		Exposures: c.exposures.Load(), Events: c.events.Load(),
		Rejected: c.rejected.Load(), Lost: c.lost.Load(), Failures: c.failures.Load(),
		Position: c.position.Load(), Lag: c.lag.Load(),
	}
}

// Run moves batches until ctx is done and then returns nil. A failure of the
// stream or the store is logged and tried again, from the store's position, for
// ever: batches wait on the stream meanwhile.
func (w *Writer) Run(ctx context.Context) error {
	pause := w.config.MaxRetry / 100
	for {
		before := w.counts.position.Load()
		err := w.session(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if w.counts.position.Load() != before {
			pause = w.config.MaxRetry / 100
		}
		w.counts.failures.Add(1)
		w.log.WarnContext(ctx, "analytics writer starts again", slog.String("consumer", w.config.Consumer), slog.Any("err", err), slog.Duration("pause", pause))
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause/2 + rand.N(pause/2+1)):
		}
		pause = min(2*pause, w.config.MaxRetry)
	}
}
