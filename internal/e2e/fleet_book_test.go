package e2e

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/workflow"
)

const (
	fleetProject     = "invoicing"
	fleetEnvironment = "production"
	fleetBy          = "accountId"
)

// fleetBook is a ledger in memory with many rollouts on it.
type fleetBook struct {
	*ledger.Ledger
	log *memlog.Log

	mu sync.Mutex
	st *ledger.State
}

func newFleetBook(tb testing.TB, now func() time.Time) *fleetBook {
	tb.Helper()
	log, err := memlog.New(memlog.Config{Now: now})
	if err != nil {
		tb.Fatal(err)
	}
	b := &fleetBook{log: log, st: ledger.NewState()}
	b.Ledger = ledger.New(log, b, now)
	b.must(tb, ledger.CreateProject{Project: fleetProject})
	for _, m := range fleetMetrics() {
		b.must(tb, ledger.SaveMetric{Project: fleetProject, Key: m.Event, Metric: m})
	}
	return b
}

// fleetMetrics have the name of their event as their key.
func fleetMetrics() []ledger.Metric {
	return []ledger.Metric{
		{Kind: ledger.MetricErrorRate, Event: "request"},
		{Kind: ledger.MetricQuantile, Event: "render", Quantile: .95, Unit: "ms"},
		{Kind: ledger.MetricErrorRate, Event: "payment"},
	}
}

func (b *fleetBook) must(tb testing.TB, cmd ledger.Command) {
	tb.Helper()
	if _, err := b.Do(tb.Context(), cmd, ledger.Meta{Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "on-call"}}); err != nil {
		tb.Fatalf("%T: %v", cmd, err)
	}
}

// roll starts a rollout at 50% with three gates, and gives the flag's version.
// The limit of the second gate is recorded, as a rollout has it after its first
// minutes.
func (b *fleetBook) roll(tb testing.TB, flag string) uint64 {
	tb.Helper()
	place := ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: fleetProject, Flag: flag}, Environment: fleetEnvironment}
	plan := ledger.Plan{
		Stages: []ledger.Stage{{Percentage: 50_000, MinSoak: ledger.Duration(30 * 24 * time.Hour)}, {Percentage: ledger.All}},
		Gates: []ledger.Gate{
			{Metric: "request", MaxRatio: 2}, {Metric: "render", MaxRatio: 1.5}, {Metric: "payment", MaxRatio: 2},
		},
	}
	b.must(tb, ledger.CreateFlag{FlagRef: place.FlagRef})
	b.must(tb, ledger.StartRollout{PlaceRef: place, Rollout: "r", Plan: &plan, By: fleetBy})
	b.must(tb, ledger.HoldRollout{PlaceRef: place, Rollout: "r", Hold: ledger.HoldSoak, Evidence: &ledger.Evidence{
		SRMP: 1, Gates: []ledger.GateEvidence{
			{Metric: "request", MaxRatio: 2}, {Metric: "render", MaxRatio: 1.5, Above: 450, Tau: 4.5}, {Metric: "payment", MaxRatio: 2},
		},
	}})
	var version uint64
	err := b.Read(tb.Context(), 0, func(st *ledger.State) error {
		version = st.Projects[fleetProject].Flags[flag].In(fleetEnvironment).Rollout.Spans[0].First
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return version
}

// Read implements ledger.View.
func (b *fleetBook) Read(ctx context.Context, min uint64, fn func(*ledger.State) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.log.Read(ctx, b.st.Seq+1, ledger.AllSubjects, func(s ledger.Stored) error { return b.st.Apply(ledger.Decode(s)) })
	if err == nil && b.st.Seq < min {
		err = fmt.Errorf("the log ends at %d, not %d", b.st.Seq, min)
	}
	if err != nil {
		return err
	}
	return fn(b.st)
}

// Active implements workflow.Source.
func (b *fleetBook) Active(ctx context.Context) ([]workflow.Active, error) {
	var out []workflow.Active
	err := b.Read(ctx, 0, func(st *ledger.State) error {
		for _, f := range st.Projects[fleetProject].Flags {
			if here := f.In(fleetEnvironment); here.Rollout.Active() {
				out = append(out, workflow.Active{
					Project: fleetProject, Flag: f.Key, Environment: fleetEnvironment, Rollout: *here.Rollout,
				})
			}
		}
		return nil
	})
	return out, err
}

// Due implements workflow.Source: nothing is scheduled.
func (b *fleetBook) Due(context.Context, time.Time) ([]workflow.Due, error) { return nil, nil }
