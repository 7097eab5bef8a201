package workflow_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// climb is a plan without gates.
func climb(soaks ...time.Duration) ledger.Plan {
	var p ledger.Plan
	for i, s := range soaks {
		p.Stages = append(p.Stages, ledger.Stage{Percentage: ledger.Percentage(10_000 * (i + 1)), MinSoak: ledger.Duration(s)})
	}
	return p
}

func tick(t *testing.T, e *workflow.Engine, now time.Time) []workflow.Outcome {
	t.Helper()
	out, err := e.Tick(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
	}
	return out
}

// TestSkipIsNoticed: a person skips a stage of a day; the next, of an hour,
// ends after an hour.
func TestSkipIsNoticed(t *testing.T) {
	now := began
	b := newBook(t, func() time.Time { return now })
	b.start(t, climb(24*time.Hour, time.Hour, time.Hour))
	e := newEngine(t, b, &traffic{}, b)
	tick(t, e, now)
	now = now.Add(time.Second)
	b.must(t, ledger.AdvanceRollout{PlaceRef: place, Rollout: rolloutID, From: 0})
	end := now.Add(time.Hour)
	for ; now.Before(end); now = now.Add(10 * time.Second) {
		tick(t, e, now)
	}
	if got := b.rollout(t).Stage; got != 1 {
		t.Fatalf("at stage %d before the soak is over", got)
	}
	tick(t, e, end)
	if got := b.rollout(t).Stage; got != 2 {
		t.Errorf("at stage %d when the soak is over", got)
	}
}

// TestClimbsAtOnce: stages without soak and gates take a tick each.
func TestClimbsAtOnce(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, climb(0, 0, 0))
	e := newEngine(t, b, &traffic{}, b)
	for i := range 3 {
		tick(t, e, began.Add(time.Duration(i)*time.Second))
	}
	if got := b.rollout(t); got.Status != ledger.RolloutDone || got.Percentage() != 30_000 {
		t.Errorf("%s at %s%%", got.Status, got.Percentage())
	}
}

// TestClockSetBack: what the engine has noted by the old clock does not keep
// it from looking.
func TestClockSetBack(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, pdfPlan())
	e := newEngine(t, b, &traffic{}, b)
	tick(t, e, began.Add(5*time.Hour))
	if out := tick(t, e, began.Add(time.Hour)); len(out) != 1 {
		t.Errorf("%d looks after the clock was set back", len(out))
	}
}

// hanging is a store that never answers.
type hanging struct{ *traffic }

func (hanging) Exposed(ctx context.Context, _ analytics.ExposedQuery) (analytics.Exposed, error) {
	<-ctx.Done()
	return analytics.Exposed{}, ctx.Err()
}

// TestHangingStore: a store that hangs is a source that is away, and is
// recorded as such.
func TestHangingStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook(t, time.Now)
		b.start(t, pdfPlan())
		start := time.Now()
		tick(t, newEngine(t, b, hanging{}, b), start.Add(time.Minute))
		if h := b.rollout(t).Hold; h == nil || h.Hold != ledger.HoldNoSource || h.Alert {
			t.Errorf("holds for %+v", h)
		}
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("took %v", took)
		}
	})
}
