package workflow

import (
	"context"
	"slices"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// flight is the look at one rollout that may outlive its tick.
type flight struct {
	active Active
	now    time.Time // of the tick that began it
	done   chan struct{}
	// outcome may be read after done.
	outcome Outcome
}

// slots bound how many looks use the stores at once. A look that waits for an
// external source gives its slot back meanwhile.
type slots chan struct{}

func (s slots) take() { s <- struct{}{} }
func (s slots) give() { <-s }

// fly begins a look.
func (e *Engine) fly(ctx context.Context, a Active, now time.Time) *flight {
	f := &flight{active: a, now: now, done: make(chan struct{})}
	e.flights.Go(func() {
		defer close(f.done)
		e.slots.take()
		defer e.slots.give()
		f.outcome = e.handle(ctx, a, now)
	})
	return f
}

// asks reports whether the look asks external sources.
func (f *flight) asks() bool {
	return slices.ContainsFunc(f.active.Rollout.Plan.Gates, func(g ledger.Gate) bool { return g.Check != nil })
}

// decide looks at the rollouts and returns the outcomes. Those that ask
// external sources are waited for as long as Config.Patience says; what is not
// decided by then stays in the air.
func (e *Engine) decide(ctx context.Context, due []Active, now time.Time) []Outcome {
	begun := make([]*flight, len(due))
	for i, a := range due {
		begun[i] = e.fly(ctx, a, now)
	}
	patience, stop := context.WithTimeout(context.WithoutCancel(ctx), e.cfg.Patience)
	defer stop()
	var outcomes []Outcome
	var late []*flight
	for _, f := range begun {
		if f.asks() {
			select {
			case <-f.done:
			case <-patience.Done():
			}
		} else {
			<-f.done
		}
		select {
		case <-f.done:
			outcomes = append(outcomes, f.outcome)
		default:
			late = append(late, f)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, f := range late {
		e.air[f.active.start()] = f
	}
	return outcomes
}

// land returns the outcomes of the late looks that have ended since the last
// tick, and says when to look again.
func (e *Engine) land() []Outcome {
	e.mu.Lock()
	var landed []*flight
	for key, f := range e.air {
		select {
		case <-f.done:
			landed = append(landed, f)
			delete(e.air, key)
		default:
		}
	}
	e.mu.Unlock()
	slices.SortFunc(landed, func(a, b *flight) int { return a.now.Compare(b.now) })
	outcomes := make([]Outcome, len(landed))
	for i, f := range landed {
		outcomes[i] = f.outcome
		e.schedule(outcomes[i:i+1], f.now)
	}
	return outcomes
}

// Wait returns when no look is in the air. Call it when the context of the
// ticks is done and none is running.
func (e *Engine) Wait() { e.flights.Wait() }
