package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// errSource says that the simulation is wrong: its store fails only when it
// should.
var errSource = errors.New("the engine could not read the simulated store")

// fate is how a rollout ended.
type fate int

const (
	holding fate = iota
	completed
	rolledBack
)

// ending is a rollout's fate, how long it took, and how many units had had the
// treatment by then.
type ending struct {
	fate  fate
	after time.Duration
	units int
}

// policy decides about a release that a crowd uses.
type policy interface {
	// stage gives the percentage that is treated from now on, and how the
	// rollout has ended, or holding.
	stage() (ledger.Percentage, fate)
	// take sees a visit; heard says that its request was reported.
	take(v visit, heard bool)
	// decide looks, so long after the start.
	decide(ctx context.Context, since time.Duration) error
	close() error
}

// play lets a crowd use a release until the policy has ended its rollout, or
// patience has. Looks come where the engine's do: when the watermark has passed
// after a bucket's end.
func play(ctx context.Context, r release, random *rand.Rand, p policy) (ending, error) {
	c := newCrowd(r, random)
	treated := make([]bool, r.accounts)
	e := ending{}
	for since := r.look + watermark; since <= r.patience(); since += r.look {
		percentage, _ := p.stage()
		c.until(since, percentage, func(v visit) {
			if v.treat && !treated[v.person] {
				treated[v.person] = true
				e.units++
			}
			p.take(v, !(r.silent.has(v.since) && v.treat == r.silentArm))
		})
		if err := p.decide(ctx, since); err != nil {
			return e, err
		}
		if _, e.fate = p.stage(); e.fate != holding {
			e.after = since
			return e, nil
		}
	}
	return e, nil
}

// engine is the product itself as a policy.
type engine struct {
	release
	store   *sightings
	product *product
	now     ledger.Rollout
}

func newEngine(ctx context.Context, r release) (*engine, error) {
	e := &engine{release: r, store: newSightings(r.accounts)}
	var err error
	if e.product, err = newProduct(ctx, e.store, e.complete); err != nil {
		return nil, err
	}
	if err = e.product.release(ctx, r.plan()); err == nil {
		err = e.refresh(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, e.product.close())
	}
	return e, nil
}

// complete is how far the store says that it is.
func (e *engine) complete(context.Context) (time.Time, error) {
	now := e.product.now()
	if e.behind.has(now.Sub(begin())) {
		return now.Add(-storeLag), nil
	}
	return now, nil
}

// refresh reads the rollout, and tells the store of a new stage.
func (e *engine) refresh(ctx context.Context) (err error) {
	if e.now, err = e.product.rollout(ctx); err != nil {
		return err
	}
	if spans := e.now.Spans; e.now.Active() && len(spans) > len(e.store.versions) {
		e.store.begin(spans[len(spans)-1].First)
	}
	return nil
}

func (e *engine) stage() (ledger.Percentage, fate) {
	switch e.now.Status {
	case ledger.RolloutDone:
		return e.now.Percentage(), completed
	case ledger.RolloutRolledback:
		return e.now.Percentage(), rolledBack
	case ledger.RolloutRunning, ledger.RolloutOnHold, ledger.RolloutStopped:
	}
	return e.now.Percentage(), holding
}

func (e *engine) take(v visit, heard bool) { e.store.take(v, begin().Add(v.since), heard) }

func (e *engine) decide(ctx context.Context, since time.Duration) error {
	e.product.set(begin().Add(since))
	if e.restartEvery > 0 && (since-watermark)%e.restartEvery == 0 {
		if err := e.product.restart(ctx); err != nil {
			return err
		}
	}
	if err := e.product.tick(ctx); err != nil {
		return err
	}
	if err := e.refresh(ctx); err != nil {
		return err
	}
	if h := e.now.Hold; h != nil && e.now.Active() && h.Hold == ledger.HoldNoSource && !e.behind.has(since) {
		return errSource
	}
	return nil
}

func (e *engine) close() error { return e.product.close() }

// thresholdPolicy climbs when the soak is over, and rolls back when 5 minutes
// have had more than twice the control's error rate for the fourth time, as
// canary tools do.
type thresholdPolicy struct {
	pace
	now      int // stage
	since    time.Duration
	sum      stats.Row
	failures int
}

const (
	allowedFailures = 4
	failureWindow   = 5 * time.Minute
)

func (p *thresholdPolicy) stage() (ledger.Percentage, fate) {
	stages := p.plan().Stages
	switch {
	case p.failures >= allowedFailures:
		return 0, rolledBack
	case p.now == len(stages)-1:
		return ledger.All, completed
	}
	return stages[p.now].Percentage, holding
}

func (p *thresholdPolicy) take(v visit, heard bool) {
	if heard {
		p.sum = countRequest(p.sum, v.treat, v.failed)
	}
}

func (p *thresholdPolicy) decide(_ context.Context, since time.Duration) error {
	if (since-watermark)%failureWindow != 0 {
		return nil
	}
	s := p.sum
	if s.NT > 0 && s.NC > 0 && float64(s.XT)/float64(s.NT) > 2*float64(s.XC)/float64(s.NC) {
		p.failures++
	}
	p.sum = stats.Row{}
	if since-p.since >= p.soak {
		p.now, p.since = p.now+1, since
	}
	return nil
}

func (p *thresholdPolicy) close() error { return nil }
