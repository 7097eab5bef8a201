package workflow_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The parts that fit.
var (
	_ workflow.Commands = (*ledger.Ledger)(nil)
	_ workflow.Evidence = analytics.Reader(nil)
)

// pdfPlan climbs without soak on the error rate.
func pdfPlan() ledger.Plan {
	return ledger.Plan{
		Stages: []ledger.Stage{{Percentage: 5000}, {Percentage: ledger.All}},
		Gates:  []ledger.Gate{{Metric: "error-rate", MaxRatio: 2}},
	}
}

// failing is a store in which the treatment fails badly in the rollout's
// first minutes.
func failing(t *testing.T, b *book) *traffic {
	t.Helper()
	f := &traffic{}
	for i := range 10 {
		f.add(period{
			at: began.Add(time.Duration(i) * time.Minute), version: b.rollout(t).Spans[0].First,
			exposed: pair{600, 11_400}, requests: pair{600, 11_400}, failed: pair{5, 8},
		})
	}
	return f
}

func newEngine(t *testing.T, s workflow.Source, f workflow.Evidence, c workflow.Commands) *workflow.Engine {
	t.Helper()
	e, err := workflow.New(s, f, c, workflow.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

// commands lets a test step in before, or after, what the engine does.
type commands func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error)

func (f commands) Do(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
	return f(ctx, cmd, meta)
}

// frozenSource is a source that lags: it gives what was true once.
type frozenSource []workflow.Active

func (s frozenSource) Active(context.Context) ([]workflow.Active, error) { return s, nil }

func (frozenSource) Due(context.Context, time.Time) ([]workflow.Due, error) { return nil, nil }

func snapshot(t *testing.T, b *book) frozenSource {
	t.Helper()
	active, err := b.Active(t.Context())
	if err != nil || len(active) == 0 {
		t.Fatalf("%d active rollouts, %v", len(active), err)
	}
	return active
}

// TestTwoEngines: both look at the same state at the same time and decide the
// same; the ledger has it once.
func TestTwoEngines(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, pdfPlan())
	f, both := failing(t, b), snapshot(t, b)
	var meet sync.WaitGroup
	meet.Add(2)
	together := commands(func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
		meet.Done()
		meet.Wait()
		return b.Do(ctx, cmd, meta)
	})
	var wg sync.WaitGroup
	for range 2 {
		e := newEngine(t, both, f, together)
		wg.Go(func() {
			if out, err := e.Tick(t.Context(), began.Add(11*time.Minute)); err != nil || len(out) != 1 || out[0].Err != nil {
				t.Errorf("%+v, %v", out, err)
			}
		})
	}
	wg.Wait()
	got := b.events(t)
	if len(got) != 1 {
		t.Fatalf("%d events, want one roll-back: %+v", len(got), got)
	}
	rb, ok := got[0].Event.(ledger.RolloutRolledBack)
	if !ok || rb.Evidence == nil || rb.Evidence.Gates[0].Verdict != ledger.VerdictFail {
		t.Errorf("recorded %+v", got[0])
	}
	if got[0].Actor.ID != rolloutID || !strings.Contains(got[0].Reason, "of 600 treated units") {
		t.Errorf("actor %+v, reason %q", got[0].Actor, got[0].Reason)
	}
}

// TestStaleHoldDoesNotSwallow: an engine on old state decides to roll back
// under the number that another engine has used for a hold.
func TestStaleHoldDoesNotSwallow(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, pdfPlan())
	f, old := failing(t, b), snapshot(t, b)
	if _, err := newEngine(t, b, &traffic{}, b).Tick(t.Context(), began.Add(11*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if h := b.rollout(t).Hold; h == nil || h.Hold != ledger.HoldNoTraffic {
		t.Fatalf("the other engine holds for %+v", h)
	}
	if _, err := newEngine(t, old, f, b).Tick(t.Context(), began.Add(11*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got := b.rollout(t).Status; got != ledger.RolloutRolledback {
		t.Errorf("the rollout is %s", got)
	}
}

// TestLostAnswer: the append is done but the engine does not learn of it, or
// is restarted; the next attempt records nothing twice.
func TestLostAnswer(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, pdfPlan())
	f, before := failing(t, b), snapshot(t, b)
	lost := commands(func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
		if _, err := b.Do(ctx, cmd, meta); err != nil {
			t.Error(err)
		}
		return ledger.Receipt{}, ledger.ErrUnavailable
	})
	now := began.Add(11 * time.Minute)
	first := newEngine(t, before, f, lost)
	for range 2 { // an error is tried again at once, not after the interval
		out, err := first.Tick(t.Context(), now)
		if err != nil || len(out) != 1 || !errors.Is(out[0].Err, ledger.ErrUnavailable) {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	out, err := newEngine(t, before, f, b).Tick(t.Context(), now)
	if err != nil || len(out) != 1 || out[0].Err != nil {
		t.Fatalf("after the restart: %+v, %v", out, err)
	}
	got := b.events(t)
	if len(got) != 1 || out[0].Receipt.Last != got[0].Seq {
		t.Errorf("receipt %+v for events %+v", out[0].Receipt, got)
	}
	if c := first.Counters(); c.Errors != 2 || c.Ticks != 2 || c.Looks != 2 {
		t.Errorf("counters %+v", c)
	}
}

// TestKillWins: a person switches the flag off while the engine decides to
// advance. The advance is refused, and nothing is undone.
func TestKillWins(t *testing.T) {
	b := newBook(t, at(began))
	plan := pdfPlan()
	plan.Gates = nil // without soak: advances at once
	b.start(t, plan)
	kill := commands(func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
		b.must(t, ledger.TurnOff{PlaceRef: place})
		return b.Do(ctx, cmd, meta)
	})
	e := newEngine(t, b, &traffic{}, kill)
	out, err := e.Tick(t.Context(), began.Add(time.Minute))
	if err != nil || len(out) != 1 || !out[0].Overtaken || out[0].Err != nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if r := b.rollout(t); r.Status != ledger.RolloutOnHold || r.Stage != 0 {
		t.Errorf("the rollout is %s at stage %d", r.Status, r.Stage)
	}
	if got := b.events(t); len(got) != 0 {
		t.Errorf("the engine recorded %+v", got)
	}
	if out, err = e.Tick(t.Context(), began.Add(2*time.Minute)); err != nil || len(out) != 0 {
		t.Errorf("a paused rollout was looked at: %+v, %v", out, err)
	}
	if c := e.Counters(); c.Overtaken != 1 || c.Errors != 0 || c.Running != 0 {
		t.Errorf("counters %+v", c)
	}
}

// TestErrorsStayApart: the evidence of one rollout cannot be judged and the
// command of another fails; the third is decided all the same.
func TestErrorsStayApart(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, pdfPlan())
	f, source := failing(t, b), snapshot(t, b)
	unjudged, unrecorded := source[0], source[0]
	unjudged.Flag, unjudged.Rollout.Metrics = "unjudged", nil
	unrecorded.Flag = "unrecorded"
	for i, a := range []*workflow.Active{&unjudged, &unrecorded} {
		span := a.Rollout.Spans[0]
		span.First += uint64(i) + 1000
		a.Rollout.Spans = []ledger.Span{span}
	}
	broken := errors.New("broken")
	do := commands(func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
		switch c := cmd.(type) {
		case ledger.HoldRollout:
			if c.Flag == "unjudged" && c.Hold == ledger.HoldNoSource {
				return ledger.Receipt{}, nil
			}
			return ledger.Receipt{}, broken
		default:
			return b.Do(ctx, cmd, meta)
		}
	})
	out, err := newEngine(t, frozenSource{unjudged, unrecorded, source[0]}, f, do).Tick(t.Context(), began.Add(11*time.Minute))
	if err != nil || len(out) != 3 {
		t.Fatalf("%+v, %v", out, err)
	}
	if out[0].Err != nil || workflow.KindOf(out[0].Decision) != workflow.KindHold {
		t.Errorf("without metrics: %+v", out[0])
	}
	if !errors.Is(out[1].Err, broken) {
		t.Errorf("error %v, want that of the command", out[1].Err)
	}
	if got := b.rollout(t).Status; got != ledger.RolloutRolledback || out[2].Err != nil {
		t.Errorf("the sound rollout is %s, %v", got, out[2].Err)
	}
}

// TestLooksKeepTheInterval: a rollout is looked at when a bucket has closed,
// however often the engine ticks.
func TestLooksKeepTheInterval(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, pdfPlan())
	f := &traffic{}
	e := newEngine(t, b, f, b)
	for s := range 10 * 60 { // ten minutes of ticks
		if _, err := e.Tick(t.Context(), began.Add(time.Duration(s)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	c := e.Counters()
	// At the start, then 10 seconds after each full minute.
	if c.Ticks != 600 || c.Looks != 11 {
		t.Errorf("%d looks in %d ticks, want 11 in 600", c.Looks, c.Ticks)
	}
	if c.Decisions[workflow.KindHold] != 1 || c.Decisions[workflow.KindWait] != 10 {
		t.Errorf("decisions %v", c.Decisions)
	}
}

// TestShutdownRecordsNothing: a tick that is cut short must not take the
// cancelled queries for a source that is down.
func TestShutdownRecordsNothing(t *testing.T) {
	b := newBook(t, at(began))
	b.start(t, pdfPlan())
	source := snapshot(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := &traffic{down: true}
	none := commands(func(_ context.Context, cmd ledger.Command, _ ledger.Meta) (ledger.Receipt, error) {
		t.Errorf("recorded %+v", cmd)
		return ledger.Receipt{}, nil
	})
	out, err := newEngine(t, source, f, none).Tick(ctx, began.Add(time.Minute))
	if err != nil || len(out) != 1 || !errors.Is(out[0].Err, context.Canceled) {
		t.Fatalf("%+v, %v", out, err)
	}
}

func TestNewValidates(t *testing.T) {
	b, f := &book{}, &traffic{}
	for name, make := range map[string]func() (*workflow.Engine, error){
		"no source":          func() (*workflow.Engine, error) { return workflow.New(nil, f, b, workflow.Config{}) },
		"no evidence":        func() (*workflow.Engine, error) { return workflow.New(b, nil, b, workflow.Config{}) },
		"no commands":        func() (*workflow.Engine, error) { return workflow.New(b, f, nil, workflow.Config{}) },
		"negative parallels": func() (*workflow.Engine, error) { return workflow.New(b, f, b, workflow.Config{Parallel: -1}) },
		"negative timeout":   func() (*workflow.Engine, error) { return workflow.New(b, f, b, workflow.Config{Timeout: -1}) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
