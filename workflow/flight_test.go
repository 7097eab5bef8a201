package workflow_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// checkPlan has a gate on a metric and a check, in this order.
func checkPlan() ledger.Plan {
	p := pdfPlan()
	p.Gates = append(p.Gates, ledger.Gate{Check: &ledger.Check{Name: "queue", Source: "prom", Query: `q{v="$variant"}`, Max: new(1.0)}})
	return p
}

// quiet is a store in which nothing goes wrong.
func quiet(t *testing.T, b *book) *traffic {
	t.Helper()
	f := &traffic{}
	for i := range 10 {
		f.add(period{
			at: began.Add(time.Duration(i) * time.Minute), version: b.rollout(t).Spans[0].First,
			exposed: pair{600, 11_400}, requests: pair{600, 11_400}, failed: pair{1, 19},
		})
	}
	return f
}

// TestSlowSourceHoldsUpNobody: while the source of one rollout takes its time,
// the others are decided, in the same tick and the next, and the answer counts
// when it comes.
func TestSlowSourceHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook(t, at(began))
		b.start(t, checkPlan())
		slow := snapshot(t, b)[0]
		var source frozenSource
		for i := range 8 { // more than are looked at in parallel
			a := slow
			a.Flag = "slow"
			a.Rollout.Spans = []ledger.Span{{Percentage: 5000, First: uint64(1000 + i), From: began}}
			source = append(source, a)
		}
		other := slow
		other.Rollout.Plan = climb(0, time.Hour)
		source = append(source, other)
		var asks atomic.Int32
		probe := probeFunc(func(ctx context.Context, _ workflow.Question) (workflow.Answer, error) {
			asks.Add(1)
			select {
			case <-time.After(4 * time.Second):
				return workflow.Answer{}, errors.New("sorry")
			case <-ctx.Done():
				return workflow.Answer{}, ctx.Err()
			}
		})
		do := commands(func(context.Context, ledger.Command, ledger.Meta) (ledger.Receipt, error) {
			return ledger.Receipt{Last: 1}, nil
		})
		e, err := workflow.New(source, quiet(t, b), do, workflow.Config{Probe: probe})
		if err != nil {
			t.Fatal(err)
		}
		began, now := time.Now(), began.Add(10*time.Minute+10*time.Second)
		for second := range 4 {
			out := tick(t, e, now.Add(time.Duration(second)*time.Second))
			if took := time.Since(began); took > 2500*time.Millisecond {
				t.Fatalf("the tick ended after %s", took)
			}
			if second == 0 && (len(out) != 1 || out[0].Active.Flag != flagKey) {
				t.Errorf("%+v, want the rollout that asks nobody", out)
			}
		}
		time.Sleep(4 * time.Second)
		late := 0
		for _, o := range tick(t, e, now.Add(5*time.Second)) {
			if o.Active.Flag != "slow" {
				continue
			}
			late++
			h, ok := o.Decision.(workflow.Hold)
			if !ok || len(h.Evidence.Gates) != 2 || !strings.HasSuffix(h.Evidence.Gates[1].Reason, "sorry") {
				t.Errorf("%+v", o.Decision)
			}
		}
		if n := asks.Load(); late != 8 || n != 8 {
			t.Errorf("%d late decisions after %d questions, want 8 and 8", late, n)
		}
		e.Wait()
	})
}

// TestHarmDoesNotWait: when a metric gate fails, its rollout is rolled back at
// once, whatever a source has yet to say.
func TestHarmDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook(t, at(began))
		b.start(t, checkPlan())
		hang := probeFunc(func(ctx context.Context, q workflow.Question) (workflow.Answer, error) {
			if q.Query != `q{v="on"}` || q.ControlQuery != `q{v="off"}` || q.Until.Sub(q.From) != 5*time.Minute || q.Percentage != 5000 {
				t.Errorf("asked %+v", q)
			}
			<-ctx.Done()
			return workflow.Answer{}, ctx.Err()
		})
		e, err := workflow.New(b, failing(t, b), b, workflow.Config{Probe: hang})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		out := tick(t, e, began.Add(11*time.Minute))
		d, ok := out[0].Decision.(workflow.RollBack)
		if !ok || time.Since(start) > 0 {
			t.Fatalf("after %s: %+v", time.Since(start), out)
		}
		if g := d.Evidence.Gates; len(g) != 2 || g[1].Verdict != ledger.VerdictNoData || !strings.Contains(g[1].Reason, "not waited for") {
			t.Errorf("evidence %+v", g)
		}
	})
}

// TestHangingSourceIsLeft: an answer that never comes is given up, and the
// rollout holds.
func TestHangingSourceIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook(t, at(began))
		b.start(t, checkPlan())
		hang := probeFunc(func(ctx context.Context, _ workflow.Question) (workflow.Answer, error) {
			<-ctx.Done()
			return workflow.Answer{}, ctx.Err()
		})
		e, err := workflow.New(b, quiet(t, b), b, workflow.Config{Probe: hang})
		if err != nil {
			t.Fatal(err)
		}
		if out := tick(t, e, began.Add(10*time.Minute+10*time.Second)); len(out) != 0 {
			t.Fatalf("decided %+v", out)
		}
		time.Sleep(workflow.MaxAsk)
		synctest.Wait()
		out := tick(t, e, began.Add(10*time.Minute+31*time.Second))
		if len(out) != 1 || !strings.Contains(reasonOf(out[0].Decision), "no answer within 20s") {
			t.Fatalf("decided %+v", out)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := e.Tick(ctx, began.Add(12*time.Minute)); err != nil {
			t.Fatal(err)
		}
		cancel()
		e.Wait() // ends with the context of the ticks
	})
}

// TestQuestionWindow: a question ends with the last closed bucket, covers the
// check's time but nothing before the stage, and asks for a bounded number of
// points, on whole milliseconds.
func TestQuestionWindow(t *testing.T) {
	for name, tt := range map[string]struct {
		interval, span time.Duration
		age            time.Duration // of the stage
		from, step     time.Duration // from, before the end
	}{
		"minutes":                   {time.Minute, 5 * time.Minute, 2 * time.Hour, 5 * time.Minute, time.Minute},
		"a young stage":             {time.Minute, 5 * time.Minute, 3*time.Minute + 10*time.Second, 3 * time.Minute, time.Minute},
		"not a multiple":            {time.Minute, 150 * time.Second, time.Hour, 3 * time.Minute, time.Minute},
		"a day":                     {time.Minute, 24 * time.Hour, 48 * time.Hour, 24 * time.Hour, 6 * time.Minute},
		"shorter than the interval": {time.Hour, time.Minute, 6 * time.Hour, time.Minute, time.Minute},
		"odd microseconds":          {100_500 * time.Microsecond, time.Second, time.Hour, time.Second, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t, at(began))
			p := checkPlan()
			p.Interval, p.Gates[1].Check.For = ledger.Duration(tt.interval), ledger.Duration(tt.span)
			b.start(t, p)
			var got workflow.Question
			probe := probeFunc(func(_ context.Context, q workflow.Question) (workflow.Answer, error) {
				got = q
				return workflow.Answer{}, nil
			})
			e, err := workflow.New(b, quiet(t, b), b, workflow.Config{Probe: probe, Patience: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			tick(t, e, began.Add(tt.age))
			if from := got.Until.Sub(got.From); from != tt.from || got.Step != tt.step || !got.Until.Equal(got.Until.Truncate(time.Millisecond)) {
				t.Errorf("from %s before the end at steps of %s, want %s and %s; %+v", from, got.Step, tt.from, tt.step, got)
			}
			if late := began.Add(tt.age).Sub(got.Until); late < workflow.DefaultWatermark || got.From.Before(began) {
				t.Errorf("asked up to %s ago, from %s", late, got.From)
			}
		})
	}
}
