package workflow_test

import (
	"context"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// countingResults counts the queries of results.
type countingResults struct {
	*traffic
	results int
}

func (a *countingResults) Results(ctx context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	a.results++
	return a.traffic.Results(ctx, q)
}

// TestEffectsAreAskedTogether: several gates on values are one query, and one
// more when nobody was newly exposed within the grace, to tell a rollout whose
// accounts still pay from one that has fallen silent.
func TestEffectsAreAskedTogether(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, ledger.Plan{
		Stages: []ledger.Stage{{Percentage: 5000}, {Percentage: ledger.All}},
		Gates:  []ledger.Gate{{Metric: "paid", MinRatio: .95}, {Metric: "paid", Goal: true}, {Metric: "paid", MinDifference: -.001}},
	})
	f := &countingResults{traffic: &traffic{}}
	for i := range 61 {
		f.add(period{
			at: began.Add(time.Duration(i) * time.Minute), version: b.rollout(t).Spans[0].First,
			exposed: pair{600, 11_400}, converted: pair{1, 19},
		})
	}
	e := newEngine(t, b, f, b)
	hold := func(now time.Time) ledger.HoldReason {
		t.Helper()
		if out, err := e.Tick(t.Context(), now); err != nil || len(out) != 1 || out[0].Err != nil {
			t.Fatalf("%+v, %v", out, err)
		}
		return b.rollout(t).Hold.Hold
	}
	if got := hold(began.Add(30*time.Minute + watermark)); got != ledger.HoldCollecting || f.results != 1 {
		t.Errorf("%d queries for three gates, and the rollout holds for %s", f.results, got)
	}
	f.results = 0
	if got := hold(began.Add(61*time.Minute + watermark)); got != ledger.HoldCollecting || f.results != 2 {
		t.Errorf("nobody new, but accounts still pay: %d queries, and the rollout holds for %s", f.results, got)
	}
	if got := hold(began.Add(3*time.Hour + watermark)); got != ledger.HoldNoTraffic || !b.rollout(t).Hold.Alert {
		t.Errorf("nothing is reported, and the rollout holds for %s", got)
	}
}

// TestGoalTakesNoAlpha: goals, dry runs and checks leave the error probability
// of a failure to the gates that can cause one.
func TestGoalTakesNoAlpha(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, ledger.Plan{
		Stages: []ledger.Stage{{Percentage: 5000}, {Percentage: ledger.All}},
		Gates: []ledger.Gate{
			{Metric: "paid", MinRatio: .9},
			{Metric: "paid", Goal: true},
			{Metric: "paid", MinRatio: .8, DryRun: true},
			{Metric: "error-rate", MaxRatio: 2},
			{Check: &ledger.Check{Name: "x", Source: "desk"}, DryRun: true},
		},
	})
	if _, err := newEngine(t, b, failing(t, b), b).Tick(t.Context(), began.Add(11*time.Minute)); err != nil {
		t.Fatal(err)
	}
	gates := b.rollout(t).Evidence.Gates
	if got := gates[0].Effect.FailAlpha; got != .01 { // of two
		t.Errorf("the guardrail may fail with %v", got)
	}
	if got := gates[2].Effect.FailAlpha; got != .02/3 { // as if it counted
		t.Errorf("the dry gate would fail with %v", got)
	}
	if gates[1].Effect.FailAlpha != 0 {
		t.Errorf("the goal is %+v", gates[1].Effect)
	}
}
