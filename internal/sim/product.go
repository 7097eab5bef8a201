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
	// watermark is the plan's: a tick comes this much after a bucket's end.
	watermark = workflow.DefaultWatermark
)

func place() ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: project, Flag: flagKey}, Environment: environment}
}

// plan is the default plan at a pace.
func (p pace) plan() ledger.Plan {
	out := ledger.DefaultPlan()
	out.Interval = ledger.Duration(p.look)
	for i := range out.Stages {
		if out.Stages[i].MinSoak > 0 {
			out.Stages[i].MinSoak = ledger.Duration(p.soak)
		}
	}
	return out
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

// newProduct starts one.
func newProduct(ctx context.Context, evidence workflow.Evidence, complete func(context.Context) (time.Time, error)) (*product, error) {
	p := &product{evidence: evidence, complete: complete}
	p.set(begin())
	var err error
	if p.log, err = memlog.New(memlog.Config{Now: p.now}); err != nil {
		return nil, err
	}
	return p, p.start(ctx)
}

// release begins the rollout.
func (p *product) release(ctx context.Context, plan ledger.Plan) error {
	for _, cmd := range []ledger.Command{
		ledger.CreateProject{Project: project},
		ledger.CreateFlag{FlagRef: place().FlagRef},
		ledger.StartRollout{PlaceRef: place(), Rollout: rolloutID, Plan: &plan, By: "accountId"},
	} {
		if _, err := p.ledger.Do(ctx, cmd, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "releaser"}}); err != nil {
			return fmt.Errorf("%T: %w", cmd, err)
		}
	}
	return nil
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
