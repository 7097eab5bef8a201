package workflow_test

import (
	"context"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// latencyPlan stays at 5% on the p95 of latency.
func latencyPlan() ledger.Plan {
	return ledger.Plan{
		Stages: []ledger.Stage{{Percentage: 5000, MinSoak: ledger.Duration(24 * time.Hour)}, {Percentage: ledger.All}},
		Gates:  []ledger.Gate{{Metric: "p95-latency", MaxRatio: 1.2}},
	}
}

// warming is a store whose control gets slower by 1 ms with every query
// window's minute, so that a limit drawn from another window is another.
type warming struct {
	*traffic
	asked []time.Time // ends of the windows that a limit was drawn from
}

func (w *warming) Control(ctx context.Context, q analytics.ControlQuery) (analytics.ControlValues, error) {
	v, err := w.traffic.Control(ctx, q)
	v.Quantile = 400 + q.Until.Sub(began).Minutes()
	if q.Above != nil {
		w.asked = append(w.asked, q.Until)
	}
	return v, err
}

// warm reports 60 values of the control each minute: 500 are there after 9.
func warm(t *testing.T, b *book, minutes int) *warming {
	t.Helper()
	w := &warming{traffic: &traffic{}}
	for i := range minutes {
		w.add(period{
			at: began.Add(time.Duration(i) * time.Minute), version: b.rollout(t).Spans[0].First,
			exposed: pair{600, 11_400}, requests: pair{3, 60}, slow: pair{0, 1},
		})
	}
	return w
}

// lookAt ticks the engine at the minute given, the bucket before it closed.
func lookAt(t *testing.T, e *workflow.Engine, minute int) workflow.Outcome {
	t.Helper()
	out, err := e.Tick(t.Context(), began.Add(time.Duration(minute)*time.Minute+10*time.Second))
	if err != nil || len(out) != 1 || out[0].Err != nil {
		t.Fatalf("minute %d: %+v, %v", minute, out, err)
	}
	return out[0]
}

func gateOf(t *testing.T, d workflow.Decision) ledger.GateEvidence {
	t.Helper()
	h, ok := d.(workflow.Hold)
	if !ok {
		t.Fatalf("%+v is no hold", d)
	}
	return h.Evidence.Gates[0]
}

// wantLimit is 1.2 times the 409 ms of the first nine minutes. 2.5% of the
// values lie above it, less the rounding of 540/40.
func wantLimit() float64 { return latencyPlan().Gates[0].MaxRatio * 409 }

func TestLimitIsDrawnOnce(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, latencyPlan())
	w := warm(t, b, 60)
	e := newEngine(t, b, w, b)
	if g := gateOf(t, lookAt(t, e, 5).Decision); g.Above != 0 || g.Verdict != ledger.VerdictHold {
		t.Errorf("a limit after 300 values: %+v", g)
	}
	for minute := 6; minute <= 40; minute++ {
		lookAt(t, e, minute)
	}
	if want := began.Add(9 * time.Minute); len(w.asked) != 1 || !w.asked[0].Equal(want) {
		t.Fatalf("limits drawn from windows up to %v, want one up to %v", w.asked, want)
	}
	w.down = true
	lookAt(t, e, 41)
	w.down = false
	g := gateOf(t, lookAt(t, e, 42).Decision)
	if g.Above != wantLimit() || g.Tau < 1.9 || g.Tau > 2.2 {
		t.Errorf("limit %v, tau %v, want %v and about 2", g.Above, g.Tau, wantLimit())
	}
	// From now on it is in the ledger, and a new engine takes it from there.
	w.traffic.p95 = 10_000
	lookAt(t, newEngine(t, b, w, b), 43)
	if len(w.asked) != 1 {
		t.Errorf("a new engine has drawn a limit of its own: %v", w.asked)
	}
}

func TestLimitIsTheSameAnywhere(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, latencyPlan())
	w, source := warm(t, b, 600), snapshot(t, b)
	discard := commands(func(context.Context, ledger.Command, ledger.Meta) (ledger.Receipt, error) {
		return ledger.Receipt{}, nil
	})
	for _, minute := range []int{9, 10, 37, 600} {
		g := gateOf(t, lookAt(t, newEngine(t, source, w, discard), minute).Decision)
		if g.Above != wantLimit() {
			t.Errorf("an engine that began at minute %d has drawn %v, want %v", minute, g.Above, wantLimit())
		}
	}
}

func TestLimitBounds(t *testing.T) {
	gate := ledger.Gate{Metric: "p95-latency", MaxRatio: 1.2}
	metric := ledger.Metric{Kind: ledger.MetricQuantile, Event: "request", Quantile: .95, Unit: "ms"}
	tests := []struct {
		name   string
		values int64
		want   ledger.Verdict
		reason string
	}{
		{"no values", 0, ledger.VerdictNoData, `no "request" event with a value was reported for the control`},
		{"few values", 499, ledger.VerdictHold, `499 of the 500 values of "request" that the control must have before a limit is drawn from them`},
		{"a quantile of zero", 500, ledger.VerdictHold, `the control's quantile 0.95 of "request" is not above 0, so no ratio to it can be formed`},
	}
	for _, tt := range tests {
		g, err := workflow.Judge(workflow.Inputs{Values: tt.values, Gates: 1, MinExpected: 10}, gate, metric)
		if err != nil || g.Verdict != tt.want || g.Reason != tt.reason || g.Above != 0 || g.Tau != 0 {
			t.Errorf("%s: %+v, %v", tt.name, g, err)
		}
	}
}
