package workflow_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// watch is a clock that a test moves.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *watch) set(now time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
	return now
}

// newPlanned is a book whose changes are made by a token that may.
func newPlanned(t *testing.T) (*book, *watch) {
	t.Helper()
	w := &watch{now: began}
	b := newBook(t, w.Now)
	b.must(t, ledger.CreateAccessKey{ID: "on-call", Key: ledger.AccessKey{
		Kind: ledger.AccessAdmin, Name: "On call", Role: ledger.RoleEditor, Hash: strings.Repeat("0a", 32),
	}})
	return b, w
}

func (b *book) plan(t *testing.T, at ledger.PlaceRef, id string, kind ledger.ChangeKind, when time.Time) {
	t.Helper()
	b.must(t, ledger.ScheduleChange{PlaceRef: at, Schedule: id, At: when, Change: ledger.PlannedChange{Kind: kind}})
}

// names are the types of the engine's events.
func (b *book) names(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, rec := range b.events(t) {
		names = append(names, ledger.TypeOf(rec.Event))
	}
	return names
}

func (b *book) isOn(t *testing.T, at ledger.PlaceRef) bool {
	t.Helper()
	on := false
	err := b.Read(t.Context(), 0, func(st *ledger.State) error {
		on = st.Projects[at.Project].Flags[at.Flag].In(at.Environment).Config.On
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return on
}

func run(t *testing.T, e *workflow.Engine, now time.Time) []workflow.Execution {
	t.Helper()
	out, err := e.Execute(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func staging() ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: place.FlagRef, Environment: "staging"}
}

const turnedOn, executed = "flag.turned_on", "flag.scheduled_change_executed"

// TestScheduledOnce: two engines see the same change due at the same time.
func TestScheduledOnce(t *testing.T) {
	b, w := newPlanned(t)
	b.plan(t, place, "launch", ledger.ChangeTurnOn, began.Add(time.Hour))
	if out := run(t, newEngine(t, b, &traffic{}, b), began.Add(time.Hour-time.Nanosecond)); len(out) != 0 {
		t.Fatalf("executed before its time: %+v", out)
	}
	now := w.set(began.Add(time.Hour))
	var meet sync.WaitGroup
	meet.Add(2)
	together := commands(func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
		meet.Done()
		meet.Wait()
		return b.Do(ctx, cmd, meta)
	})
	var wg sync.WaitGroup
	for range 2 {
		e := newEngine(t, b, &traffic{}, together)
		wg.Go(func() {
			out, err := e.Execute(t.Context(), now)
			if err != nil || len(out) != 1 || out[0].Err != nil || out[0].Waits || out[0].Receipt.Last == 0 {
				t.Errorf("%+v, %v", out, err)
			}
		})
	}
	wg.Wait()
	if got := b.names(t); !slices.Equal(got, []string{turnedOn, executed}) || !b.isOn(t, place) {
		t.Errorf("recorded %v", got)
	}
	rec := b.events(t)[0]
	if rec.Actor.ID != "launch" || rec.Cause == "" || rec.Reason != "scheduled by on-call for "+now.Format(time.RFC3339) {
		t.Errorf("actor %+v, cause %q, reason %q", rec.Actor, rec.Cause, rec.Reason)
	}
	if out := run(t, newEngine(t, b, &traffic{}, b), now.Add(time.Minute)); len(out) != 0 {
		t.Errorf("executed again: %+v", out)
	}
}

// stalled is a source that lags: it lists what was due once.
type stalled struct {
	*book
	due []workflow.Due
}

func (s stalled) Due(context.Context, time.Time) ([]workflow.Due, error) { return s.due, nil }

// TestScheduledLostAnswer: the engine does not learn that the change was made,
// and a person undoes it before the next attempt: it is not made again.
func TestScheduledLostAnswer(t *testing.T) {
	b, w := newPlanned(t)
	b.plan(t, place, "launch", ledger.ChangeTurnOn, began.Add(time.Hour))
	now := w.set(began.Add(time.Hour))
	due, err := b.Due(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	lost := commands(func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
		if _, err := b.Do(ctx, cmd, meta); err != nil {
			t.Error(err)
		}
		return ledger.Receipt{}, ledger.ErrUnavailable
	})
	first := newEngine(t, stalled{b, due}, &traffic{}, lost)
	if out := run(t, first, now); len(out) != 1 || !errors.Is(out[0].Err, ledger.ErrUnavailable) {
		t.Fatalf("%+v", out)
	}
	b.must(t, ledger.TurnOff{PlaceRef: place})
	out := run(t, newEngine(t, stalled{b, due}, &traffic{}, b), now.Add(time.Second))
	if len(out) != 1 || out[0].Err != nil || out[0].Receipt.Last != b.events(t)[1].Seq {
		t.Errorf("after the restart: %+v", out)
	}
	if got := b.names(t); !slices.Equal(got, []string{turnedOn, executed}) || b.isOn(t, place) {
		t.Errorf("recorded %v, on: %v", got, b.isOn(t, place))
	}
	if c := first.Counters(); c.Errors != 1 || c.Executions != 0 {
		t.Errorf("counters %+v", c)
	}
}

// TestScheduledClockSetBack: what the engine takes for due is refused while
// the ledger's clock is behind, and made when its time comes again.
func TestScheduledClockSetBack(t *testing.T) {
	b, w := newPlanned(t)
	due := began.Add(time.Hour)
	b.plan(t, place, "launch", ledger.ChangeTurnOn, due)
	b.plan(t, place, "end", ledger.ChangeTurnOff, due)
	e := newEngine(t, b, &traffic{}, b)
	w.set(due.Add(-time.Minute))
	if out := run(t, e, due); len(out) != 1 || !out[0].Waits || out[0].Err != nil {
		t.Fatalf("%+v", out)
	}
	if got := b.names(t); len(got) != 0 {
		t.Fatalf("recorded %v", got)
	}
	if out := run(t, e, w.set(due)); len(out) != 2 || out[0].Waits || out[1].Waits {
		t.Errorf("%+v", out)
	}
}

// TestScheduledMissed: nothing ran for hours. All that was due is made at the
// first look, in order, with both times in the record.
func TestScheduledMissed(t *testing.T) {
	b, w := newPlanned(t)
	b.plan(t, place, "end", ledger.ChangeTurnOff, began.Add(2*time.Hour))
	b.plan(t, place, "launch", ledger.ChangeTurnOn, began.Add(time.Hour))
	b.plan(t, staging(), "launch", ledger.ChangeTurnOn, began.Add(time.Hour))
	b.plan(t, place, "later", ledger.ChangeTurnOn, began.Add(9*time.Hour))
	now := w.set(began.Add(8 * time.Hour))
	out := run(t, newEngine(t, b, &traffic{}, b), now)
	var ids []string
	for _, x := range out {
		ids = append(ids, x.Due.Environment+" "+x.Due.Change.ID)
	}
	if !slices.Equal(ids, []string{"production launch", "staging launch", "production end"}) {
		t.Errorf("executed %v", ids)
	}
	if b.isOn(t, place) || !b.isOn(t, staging()) {
		t.Errorf("on: %v in production, %v in staging", b.isOn(t, place), b.isOn(t, staging()))
	}
	for _, rec := range b.events(t) {
		if e, ok := rec.Event.(ledger.FlagScheduledChangeExecuted); ok && (!rec.At.Equal(now) || !e.At.Before(now.Add(-5*time.Hour))) {
			t.Errorf("%s was due at %s, done at %s", e.Schedule, e.At, rec.At)
		}
	}
}

func TestScheduledAuthorGone(t *testing.T) {
	b, w := newPlanned(t)
	b.plan(t, place, "launch", ledger.ChangeTurnOn, began.Add(time.Hour))
	b.must(t, ledger.RevokeAccessKey{ID: "on-call"})
	logged := b.tick(t, b, b, w.Now)
	w.set(began.Add(time.Hour))
	logged += b.tick(t, b, b, w.Now) + b.tick(t, b, b, w.Now)
	want := `level=WARN msg="scheduled change refused"`
	if !strings.HasPrefix(logged, want) || strings.Count(logged, "\n") != 1 || !strings.Contains(logged, `reason="its author's token on-call (On call) was revoked"`) {
		t.Errorf("logged %s, want one line that begins with %s", logged, want)
	}
	got := b.events(t)
	if len(got) != 1 || b.isOn(t, place) {
		t.Fatalf("recorded %+v", got)
	}
	if refused, ok := got[0].Event.(ledger.FlagScheduledChangeRefused); !ok || refused.Refusal != ledger.RefusedAuthority {
		t.Errorf("recorded %+v", got[0].Event)
	}
}

// TestScheduledErrorsStayApart: what cannot be recorded holds up the later
// changes of its place, which would be undone by it otherwise, and no others.
func TestScheduledErrorsStayApart(t *testing.T) {
	b, w := newPlanned(t)
	b.plan(t, place, "launch", ledger.ChangeTurnOn, began.Add(time.Hour))
	b.plan(t, place, "end", ledger.ChangeTurnOff, began.Add(2*time.Hour))
	b.plan(t, staging(), "launch", ledger.ChangeTurnOn, began.Add(90*time.Minute))
	now := w.set(began.Add(3 * time.Hour))
	broken := errors.New("broken")
	fails := true
	breaking := commands(func(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error) {
		x, ok := cmd.(ledger.ExecuteScheduledChange)
		if ok && fails && x.Environment == environment && x.Schedule == "launch" {
			return ledger.Receipt{}, broken
		}
		return b.Do(ctx, cmd, meta)
	})
	e := newEngine(t, b, &traffic{}, breaking)
	out := run(t, e, now)
	if len(out) != 2 || !errors.Is(out[0].Err, broken) || out[1].Err != nil || !b.isOn(t, staging()) || b.isOn(t, place) {
		t.Fatalf("%+v", out)
	}
	fails = false
	if out = run(t, e, now); len(out) != 2 || out[0].Err != nil || out[1].Err != nil || b.isOn(t, place) {
		t.Errorf("%+v", out)
	}
	if c := e.Counters(); c.Executions != 3 || c.Errors != 1 {
		t.Errorf("counters %+v", c)
	}
}

// TestScheduledComesFirst: a tick makes the scheduled changes before it looks
// at rollouts, so off at a time pauses a rollout that would advance.
func TestScheduledComesFirst(t *testing.T) {
	b, w := newPlanned(t)
	b.start(t, climb(time.Hour, 0))
	b.plan(t, place, "end", ledger.ChangeTurnOff, began.Add(time.Hour))
	w.set(began.Add(time.Hour))
	logged := b.tick(t, b, b, w.Now)
	if r := b.rollout(t); r.Status != ledger.RolloutOnHold || r.Stage != 0 || b.isOn(t, place) {
		t.Errorf("the rollout is %s at stage %d", r.Status, r.Stage)
	}
	if !strings.HasPrefix(logged, `level=INFO msg="scheduled change ended"`) || !strings.Contains(logged, "schedule=end") {
		t.Errorf("logged %s", logged)
	}
}

// recorded reads an event of the log.
func (b *book) recorded(ctx context.Context, seq uint64) (e ledger.Event, err error) {
	err = b.log.Read(ctx, seq, ledger.AllSubjects, func(s ledger.Stored) error {
		if s.Seq == seq {
			e = ledger.Decode(s).Event
		}
		return nil
	})
	return e, err
}

// tick runs a runner for one tick and returns what it logged.
func (b *book) tick(t *testing.T, source workflow.Source, c workflow.Commands, now func() time.Time) string {
	t.Helper()
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	e, err := workflow.New(source, &traffic{}, c, workflow.Config{Recorded: b.recorded})
	if err != nil {
		t.Fatal(err)
	}
	r, err := workflow.NewRunner(e, logger, workflow.RunnerConfig{Schedule: never{}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Run(t.Context()); err == nil {
		t.Error("the schedule has an end")
	}
	return out.String()
}

// deaf cannot say what is due.
type deaf struct{ *book }

func (deaf) Due(context.Context, time.Time) ([]workflow.Due, error) {
	return nil, errors.New("no list today")
}

// TestScheduledFailuresAreLogged: they keep nobody from looking at rollouts.
func TestScheduledFailuresAreLogged(t *testing.T) {
	b, w := newPlanned(t)
	b.start(t, climb(0, 0))
	logged := b.tick(t, deaf{b}, b, w.Now)
	if !strings.Contains(logged, `level=ERROR msg="scheduled changes not executed" err="list scheduled changes: no list today"`) ||
		!strings.Contains(logged, "decision=advance") {
		t.Errorf("logged %s", logged)
	}
	b.plan(t, place, "launch", ledger.ChangeTurnOn, began.Add(time.Hour))
	w.set(began.Add(time.Hour))
	full := commands(func(context.Context, ledger.Command, ledger.Meta) (ledger.Receipt, error) {
		return ledger.Receipt{}, ledger.ErrFull
	})
	if logged := b.tick(t, b, full, w.Now); !strings.Contains(logged, `level=ERROR msg="scheduled change not executed"`) {
		t.Errorf("logged %s", logged)
	}
}
