package archive

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/flagledger/flagledger/ledger"
)

// Defaults of a ScrubConfig.
const (
	DefaultBudget = 500 * time.Millisecond
	DefaultPause  = time.Hour
	// scrubRate is how many events a second are compared after the first time.
	scrubRate = 10_000
)

// ScrubConfig tunes a Scrubber.
type ScrubConfig struct {
	// Budget is how long Ready waits for the first pass at most; 0 means
	// DefaultBudget. Some 25,000 events are compared within the default.
	Budget time.Duration
	// Pause is the time between two passes; 0 means DefaultPause.
	Pause time.Duration
}

// Scrubber compares every event of the log with the archive's, once at full
// speed when it starts and again and again at leisure. Its methods may be called
// concurrently.
type Scrubber struct {
	log     ledger.Log
	archive *Archive
	cfg     ScrubConfig
	logger  *slog.Logger
	ready   chan struct{}

	at, passes atomic.Uint64
}

// NewScrubber returns a scrubber that has compared nothing yet.
func NewScrubber(log ledger.Log, a *Archive, cfg ScrubConfig, logger *slog.Logger) *Scrubber {
	if cfg.Budget == 0 {
		cfg.Budget = DefaultBudget
	}
	if cfg.Pause == 0 {
		cfg.Pause = DefaultPause
	}
	return &Scrubber{log: log, archive: a, cfg: cfg, logger: logger, ready: make(chan struct{})}
}

// Ready is closed when the first pass is through, or has lasted for its budget.
func (s *Scrubber) Ready() <-chan struct{} { return s.ready }

// At says up to which event this pass has come, and how many are through.
func (s *Scrubber) At() (seq, passes uint64) { return s.at.Load(), s.passes.Load() }

// Run compares until ctx is done. A log that lacks an event or has another one is
// ledger.ErrHole. An archive that is damaged is logged: the log is well.
func (s *Scrubber) Run(ctx context.Context) error {
	budget := time.AfterFunc(s.cfg.Budget, s.once())
	defer budget.Stop()
	limit := rate.NewLimiter(rate.Inf, 1)
	for {
		err := s.pass(ctx, limit)
		if ctx.Err() != nil {
			return nil
		}
		switch {
		case errors.Is(err, ErrDamaged):
			s.logger.ErrorContext(ctx, "the second copy of the ledger is damaged, the ledger itself is not; "+
				"stop the server and move the archive's folder aside, and it is written again", slog.Any("err", err))
		case err != nil:
			return err
		}
		s.passes.Add(1)
		budget.Reset(0)
		limit = rate.NewLimiter(scrubRate, scrubRate)
		pause := time.NewTimer(s.cfg.Pause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil
		}
	}
}

// once closes ready at its first call.
func (s *Scrubber) once() func() {
	var closed atomic.Bool
	return func() {
		if closed.CompareAndSwap(false, true) {
			close(s.ready)
		}
	}
}

// pass compares all events that the archive has.
func (s *Scrubber) pass(ctx context.Context, limit *rate.Limiter) error {
	end, _ := s.archive.Newest()
	if end == 0 {
		return nil
	}
	var broken error
	next, stop := iter.Pull(func(yield func(ledger.Stored) bool) {
		enough := errors.New("enough")
		err := s.archive.Read(ctx, 1, ledger.AllSubjects, func(e ledger.Stored) error {
			if !yield(e) {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			broken = err
		}
	})
	defer stop()
	done := errors.New("done")
	err := s.log.Read(ctx, 1, ledger.AllSubjects, func(have ledger.Stored) error {
		if err := limit.Wait(ctx); err != nil {
			return err
		}
		want, ok := next()
		if !ok {
			return errors.Join(broken, done)
		}
		if have.Seq != want.Seq || have.Hash() != want.Hash() {
			return fmt.Errorf("event %d of the ledger is not the one that its archive has: %w", want.Seq, ledger.ErrHole)
		}
		if s.at.Store(have.Seq); have.Seq >= end {
			return done
		}
		return nil
	})
	if errors.Is(err, done) {
		err = broken
	}
	return err
}
