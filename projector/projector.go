package projector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Config of a Projector.
type Config struct {
	// Now is the clock for the lag; nil means time.Now.
	Now func() time.Time
	// States keeps folded states over restarts; nil folds everything at each
	// start.
	States States
	// SaveEvery is after how many events a state is saved; 0 means
	// DefaultSaveEvery.
	SaveEvery uint64
	// Journal is told of each ruleset that is given out; nil for none.
	Journal *Journal
}

// Projector follows the ledger. All methods are safe for concurrent use.
type Projector struct {
	log    ledger.Log
	logger *slog.Logger
	now    func() time.Time
	ready  chan struct{}

	mu      sync.RWMutex
	state   *ledger.State
	half    []ledger.Recorded // events of a command that is not complete yet
	waiting map[chan struct{}]uint64
	folded  folded

	views  views
	saving saving
}

// folded measures the fold.
type folded struct {
	at    time.Time     // of the last event folded
	delay time.Duration // between its decision and its fold
}

// New returns a projector of log that has folded nothing yet.
func New(log ledger.Log, logger *slog.Logger, cfg Config) *Projector {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Projector{
		log: log, logger: logger, now: cfg.Now, ready: make(chan struct{}),
		state: ledger.NewState(), waiting: map[chan struct{}]uint64{},
		views: newViews(cfg.Journal), saving: newSaving(cfg),
	}
}

// Ready is closed when everything that was in the ledger at the start of Run
// is folded and served.
func (p *Projector) Ready() <-chan struct{} { return p.ready }

// Run folds the ledger until ctx is done. It returns ledger.ErrHole when the
// ledger is damaged: serve nothing from it then.
func (p *Projector) Run(ctx context.Context) error {
	if err := p.resume(ctx); err != nil {
		return err
	}
	defer p.saving.finish()
	err := p.log.Follow(ctx, p.state.Seq+1, func() { p.caughtUp(ctx) }, func(s ledger.Stored) error { return p.fold(ctx, s) })
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("follow the ledger: %w", err)
}

// caughtUp applies a command whose last events are missing: a server that died
// while it stored them left the first ones at the end of the ledger. Who waits
// for them, a retry of that very command above all, would wait for ever.
func (p *Projector) caughtUp(ctx context.Context) {
	if n := len(p.half); n > 0 {
		first := p.half[0]
		p.logger.WarnContext(ctx, "the last command of the ledger was stored by halves",
			slog.String("command", first.Command), slog.Uint64("seq", first.Seq),
			slog.Int("events", n), slog.Int("of", first.Parts))
		_ = p.applyHalf(ctx) // a hole: the next event meets it too, and Run ends
	}
	close(p.ready)
}

// fold takes one event; the events of a command are applied together.
func (p *Projector) fold(ctx context.Context, s ledger.Stored) error {
	rec := ledger.Decode(s)
	p.half = append(p.half, rec)
	if rec.Part < rec.Parts {
		return nil
	}
	return p.applyHalf(ctx)
}

// applyHalf makes the events that have been collected visible.
func (p *Projector) applyHalf(ctx context.Context) error {
	p.mu.Lock()
	touched, err := p.apply(ctx, p.half)
	p.views.touch(touched)
	if err == nil {
		p.views.notify(touched) // before anybody hears that the command is folded
	}
	p.wake(p.state.Seq)
	p.mu.Unlock()
	p.half = p.half[:0]
	if err == nil {
		p.save(ctx)
	}
	return err
}

// apply folds events into the state and returns the environments they touch.
func (p *Projector) apply(ctx context.Context, events []ledger.Recorded) ([]place, error) {
	var touched []place
	for _, rec := range events {
		if err := p.state.Apply(rec); err != nil {
			return nil, err
		}
		if f, ok := p.state.FrozenAt(rec.Subject); ok && f.Seq == rec.Seq {
			p.logger.ErrorContext(ctx, "subject frozen at its last good state",
				slog.String("subject", rec.Subject.String()), slog.Uint64("seq", f.Seq), slog.Any("err", f.Err))
		}
		touched = append(touched, places(p.state, rec)...)
		p.folded = folded{at: rec.At, delay: p.now().Sub(rec.At)}
	}
	return touched, nil
}

// wake lets those go on who wait for a sequence up to seq.
func (p *Projector) wake(seq uint64) {
	for ch, min := range p.waiting {
		if min <= seq {
			close(ch)
			delete(p.waiting, ch)
		}
	}
}

// Read implements ledger.View.
func (p *Projector) Read(ctx context.Context, min uint64, fn func(*ledger.State) error) error {
	p.mu.RLock()
	if p.state.Seq >= min {
		defer p.mu.RUnlock()
		return fn(p.state)
	}
	p.mu.RUnlock()
	if err := p.wait(ctx, min); err != nil {
		return err
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return fn(p.state)
}

func (p *Projector) wait(ctx context.Context, min uint64) error {
	p.mu.Lock()
	if p.state.Seq >= min {
		p.mu.Unlock()
		return nil
	}
	ch := make(chan struct{})
	p.waiting[ch] = min
	p.mu.Unlock()
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		p.mu.Lock()
		delete(p.waiting, ch)
		p.mu.Unlock()
		return fmt.Errorf("wait for event %d: %w", min, ctx.Err())
	}
}

// Lag says how far the projector is behind the ledger.
type Lag struct {
	Folded uint64 // newest sequence folded
	Behind uint64 // events in the ledger that are not folded
	// Delay is the time between the decision of the last folded event and
	// its fold; after a start it is as long as the event is old.
	Delay  time.Duration
	Frozen int // subjects stopped at their last good state
}

// Lag asks the ledger for its end and compares.
func (p *Projector) Lag(ctx context.Context) (Lag, error) {
	end, err := p.log.End(ctx)
	if err != nil {
		return Lag{}, err
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	l := Lag{Folded: p.state.Seq, Delay: p.folded.delay, Frozen: len(p.state.Frozen())}
	if end > l.Folded {
		l.Behind = end - l.Folded
	}
	return l, nil
}
