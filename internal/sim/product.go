package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/workflow"
)

const (
	project     = "simulation"
	environment = "production"
	flagKey     = "release"
	rolloutID   = "simulated"
	// look is how often the engine looks, and the width of its buckets; soak is
	// how long a stage lasts at least. They are a quarter of a minute-by-minute
	// plan of a day at each stage, so that a climb takes 18 hours.
	look = 5 * time.Minute
	soak = 6 * time.Hour
	// watermark is the plan's: a tick comes this much after a bucket's end.
	watermark = workflow.DefaultWatermark
)

func place() ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: project, Flag: flagKey}, Environment: environment}
}

// plan is the default plan at the simulation's pace.
func plan() ledger.Plan {
	p := ledger.DefaultPlan()
	p.Name, p.Interval = "default, faster", ledger.Duration(look)
	for i := range p.Stages {
		if p.Stages[i].MinSoak > 0 {
			p.Stages[i].MinSoak = ledger.Duration(soak)
		}
	}
	return p
}

// product is a server without its rim: the ledger in memory, the projector and
// the workflow engine, on a simulated clock.
type product struct {
	evidence workflow.Evidence
	complete func(context.Context) (time.Time, error)
	clock    atomic.Int64 // microseconds since the Unix epoch

	log       *memlog.Log
	projector *projector.Projector
	ledger    *ledger.Ledger
	engine    *workflow.Engine
	stop      context.CancelFunc
	stopped   chan error
}

// newProduct starts one, with the rollout begun.
func newProduct(ctx context.Context, evidence workflow.Evidence, complete func(context.Context) (time.Time, error)) (*product, error) {
	p := &product{evidence: evidence, complete: complete}
	p.set(begin())
	var err error
	if p.log, err = memlog.New(memlog.Config{Now: p.now}); err != nil {
		return nil, err
	}
	if err := p.start(ctx); err != nil {
		return nil, err
	}
	climb := plan()
	for _, cmd := range []ledger.Command{
		ledger.CreateProject{Project: project},
		ledger.CreateFlag{FlagRef: place().FlagRef},
		ledger.StartRollout{PlaceRef: place(), Rollout: rolloutID, Plan: &climb, By: "accountId"},
	} {
		if _, err := p.ledger.Do(ctx, cmd, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "releaser"}}); err != nil {
			return nil, errors.Join(fmt.Errorf("%T: %w", cmd, err), p.close())
		}
	}
	return p, nil
}

func (p *product) now() time.Time { return time.UnixMicro(p.clock.Load()).UTC() }

func (p *product) set(now time.Time) { p.clock.Store(now.UnixMicro()) }

// start folds the ledger and makes an engine that remembers nothing.
func (p *product) start(ctx context.Context) error {
	ctx, p.stop = context.WithCancel(ctx)
	follower := projector.New(p.log, slog.New(slog.DiscardHandler), projector.Config{Now: p.now})
	stopped := make(chan error, 1)
	p.projector, p.stopped = follower, stopped
	go func() { stopped <- follower.Run(ctx) }()
	select {
	case <-follower.Ready():
	case err := <-stopped:
		return fmt.Errorf("the projector stopped: %w", err)
	}
	p.ledger = ledger.New(p.log, p.projector, p.now)
	var err error
	p.engine, err = workflow.New(p, p.evidence, p.ledger, workflow.Config{Parallel: 1, Complete: p.complete})
	return err
}

// close returns when the projector has ended.
func (p *product) close() error {
	p.stop()
	return <-p.stopped
}

// restart loses all that is not in the ledger.
func (p *product) restart(ctx context.Context) error {
	if err := p.close(); err != nil {
		return err
	}
	return p.start(ctx)
}

// tick lets the engine look.
func (p *product) tick(ctx context.Context) error {
	outcomes, err := p.engine.Tick(ctx, p.now())
	for _, o := range outcomes {
		err = errors.Join(err, o.Err)
	}
	return err
}

// rollout is as the ledger has it.
func (p *product) rollout(ctx context.Context) (r ledger.Rollout, err error) {
	err = p.projector.Read(ctx, 0, func(st *ledger.State) error {
		r = *st.Projects[project].Flags[flagKey].In(environment).Rollout
		return nil
	})
	return r, err
}

// Active implements workflow.Source.
func (p *product) Active(ctx context.Context) ([]workflow.Active, error) {
	r, err := p.rollout(ctx)
	if err != nil || !r.Active() {
		return nil, err
	}
	return []workflow.Active{{Project: project, Flag: flagKey, Environment: environment, Rollout: r}}, nil
}

// Due implements workflow.Source: nothing is scheduled.
func (p *product) Due(context.Context, time.Time) ([]workflow.Due, error) { return nil, nil }
