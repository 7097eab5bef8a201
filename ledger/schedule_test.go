package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/ledger"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

func token(k ledger.AccessKey) ledger.AccessKey {
	k.Name, k.Hash = "Ann", strings.Repeat("0a", 32)
	return k
}

func schedule(id string, when time.Time) ledger.ScheduleChange {
	return ledger.ScheduleChange{
		PlaceRef: at("pdf"), Schedule: id, At: when, Change: ledger.PlannedChange{Kind: ledger.ChangeTurnOn},
	}
}

func execute(id string) ledger.ExecuteScheduledChange {
	return ledger.ExecuteScheduledChange{PlaceRef: at("pdf"), Schedule: id}
}

// newest is the last event of the log.
func newest(t *testing.T, log ledger.Log) ledger.Recorded {
	t.Helper()
	var last ledger.Recorded
	err := log.Read(t.Context(), 1, ledger.AllSubjects, func(s ledger.Stored) error {
		last = ledger.Decode(s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// TestAuthorMayLeave: the authority of whoever scheduled a change is that of
// the time at which it is due.
func TestAuthorMayLeave(t *testing.T) {
	editor := token(ledger.AccessKey{Kind: ledger.AccessAdmin, Role: ledger.RoleEditor})
	with := func(change func(*ledger.AccessKey)) *ledger.AccessKey {
		k := editor
		change(&k)
		return &k
	}
	start := newClock().Now()
	soon, later := start.Add(30*time.Minute), start.Add(2*time.Hour)
	for _, tc := range []struct {
		name   string
		key    *ledger.AccessKey
		actor  ledger.Actor
		revoke bool
		says   string // "" when it is executed
	}{
		{"editor", &editor, ann, false, ""},
		{"admin", with(func(k *ledger.AccessKey) { k.Role = ledger.RoleAdmin }), ann, false, ""},
		{"of this project", with(func(k *ledger.AccessKey) { k.Project = "shop" }), ann, false, ""},
		{"expires later", with(func(k *ledger.AccessKey) { k.ExpiresAt = &later }), ann, false, ""},
		{"the installation", nil, ledger.Actor{Kind: ledger.ActorSystem, ID: "first-start"}, false, ""},
		{"revoked", &editor, ann, true, "was revoked"},
		{"expired", with(func(k *ledger.AccessKey) { k.ExpiresAt = &soon }), ann, false, "has expired"},
		{"viewer", with(func(k *ledger.AccessKey) { k.Role = ledger.RoleViewer }), ann, false, "role editor"},
		{"of another project", with(func(k *ledger.AccessKey) { k.Project = "bank" }), ann, false, "limited to project bank"},
		{"SDK key", with(func(k *ledger.AccessKey) {
			k.Kind, k.Role, k.Project, k.Environment = ledger.AccessServer, "", "shop", "prod"
		}), ann, false, "not an admin token"},
		{"no such token", nil, ann, false, "does not exist"},
		{"automation", nil, ledger.Actor{Kind: ledger.ActorWorkflow, ID: "r1"}, false, "automation"},
		{"an actor to come", nil, ledger.Actor{Kind: "robot", ID: "ann"}, false, `kind "robot"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, log := newClock(), newMemlog(t)
			l := openAt(t, log, c.Now)
			do(t, l, ledger.CreateProject{Project: "bank"})
			if tc.key != nil {
				do(t, l, ledger.CreateAccessKey{ID: "ann", Key: *tc.key})
			}
			if _, err := l.Do(t.Context(), schedule("s", c.Now().Add(time.Hour)), ledger.Meta{Actor: tc.actor}); err != nil {
				t.Fatal(err)
			}
			if tc.revoke {
				do(t, l, ledger.RevokeAccessKey{ID: "ann"})
			}
			c.pass(time.Hour)
			do(t, l, execute("s"))
			here := replay(t, log).Projects["shop"].Flags["pdf"].In("prod")
			if here.Config.On != (tc.says == "") || len(here.Scheduled) != 0 {
				t.Errorf("the flag is on: %v, pending %v", here.Config.On, here.Scheduled)
			}
			last := newest(t, log).Event
			if made, ok := last.(ledger.FlagScheduledChangeExecuted); tc.says == "" && (!ok || made.Author != tc.actor) {
				t.Errorf("ended with %+v", last)
			}
			refusal, ok := last.(ledger.FlagScheduledChangeRefused)
			if tc.says != "" && (!ok || refusal.Refusal != ledger.RefusedAuthority || !strings.Contains(refusal.Message, tc.says) || refusal.Author != tc.actor) {
				t.Errorf("ended with %+v, want a refusal that says %q", last, tc.says)
			}
		})
	}
}

// interruptedLog calls before once, before the first append of a batch whose
// ID is id.
type interruptedLog struct {
	ledger.Log
	id     string
	before func()
	once   sync.Once
}

func (l *interruptedLog) Append(ctx context.Context, b ledger.Batch) (uint64, error) {
	if b.ID == l.id {
		l.once.Do(l.before)
	}
	return l.Log.Append(ctx, b)
}

// TestRevocationBeatsExecution: the token is revoked between the decision to
// execute and its append.
func TestRevocationBeatsExecution(t *testing.T) {
	c := newClock()
	log := &interruptedLog{Log: newMemlog(t), id: "sched.1"}
	l := openAt(t, log, c.Now)
	do(t, l, ledger.CreateAccessKey{ID: "ann", Key: token(ledger.AccessKey{Kind: ledger.AccessAdmin, Role: ledger.RoleEditor})})
	do(t, l, schedule("s", c.Now().Add(time.Hour)))
	log.before = func() { do(t, l, ledger.RevokeAccessKey{ID: "ann"}) }
	c.pass(time.Hour)
	if _, err := l.Do(t.Context(), execute("s"), ledger.Meta{CommandID: "sched.1"}); err != nil {
		t.Fatal(err)
	}
	refusal, ok := newest(t, log).Event.(ledger.FlagScheduledChangeRefused)
	if !ok || refusal.Refusal != ledger.RefusedAuthority {
		t.Errorf("ended with %+v", newest(t, log).Event)
	}
	if replay(t, log).Projects["shop"].Flags["pdf"].In("prod").Config.On {
		t.Error("the flag is on")
	}
}

func TestScheduleLimit(t *testing.T) {
	c := newClock()
	l := openAt(t, newMemlog(t), c.Now)
	for i := range ledger.MaxScheduled {
		do(t, l, schedule(fmt.Sprint("s", i), c.Now().Add(time.Hour)))
	}
	more := schedule("more", c.Now().Add(time.Hour))
	if _, err := l.Do(t.Context(), more, ledger.Meta{Actor: ann}); !errors.Is(err, ledger.ErrRefused) {
		t.Errorf("one too many: %v", err)
	}
	do(t, l, ledger.CancelScheduledChange{PlaceRef: at("pdf"), Schedule: "s7"})
	do(t, l, more)
	year := schedule("year", c.Now().AddDate(1, 0, 0).Add(time.Second))
	if _, err := l.Do(t.Context(), year, ledger.Meta{Actor: ann}); !errors.Is(err, ledger.ErrInvalid) {
		t.Errorf("too far ahead: %v", err)
	}
}

// calendar is a state and what a test knows of it: the pending changes and
// when they are due.
type calendar struct {
	*rapid.T
	st  *ledger.State
	now time.Time
	due map[string]time.Time
}

func newCalendar(t *rapid.T) *calendar {
	c := &calendar{t, ledger.NewState(), newClock().Now(), map[string]time.Time{}}
	for _, cmd := range []ledger.Command{
		ledger.CreateProject{Project: "shop", Environments: []ledger.Environment{{Key: "prod"}}},
		ledger.CreateFlag{FlagRef: at("pdf").FlagRef},
	} {
		if _, err := c.do(cmd); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (c *calendar) do(cmd ledger.Command) (last ledger.Event, err error) {
	d, err := ledger.Decide(c.st, cmd, c.now)
	for i, change := range d.Changes {
		last = change.Event
		err := c.st.Apply(ledger.Recorded{
			Seq: c.st.Seq + 1, Subject: change.Subject, At: c.now, Part: i + 1, Parts: len(d.Changes), Event: last,
			Actor: ledger.Actor{Kind: ledger.ActorSystem, ID: "test"},
		})
		if err != nil {
			c.Fatal(err)
		}
	}
	return last, err
}

func (c *calendar) pending() []ledger.ScheduledChange {
	return c.st.Projects["shop"].Flags["pdf"].In("prod").Scheduled
}

func (c *calendar) schedule(id string) {
	_, pending := c.due[id]
	cmd := schedule(id, c.now.Add(time.Duration(rapid.IntRange(1, 5).Draw(c.T, "minutes ahead"))*time.Minute))
	cmd.Change.Kind = rapid.SampledFrom([]ledger.ChangeKind{ledger.ChangeTurnOn, ledger.ChangeTurnOff}).Draw(c.T, "kind")
	if _, err := c.do(cmd); pending != errors.Is(err, ledger.ErrExists) {
		c.Fatalf("schedule %s: %v", id, err)
	}
	if !pending {
		c.due[id] = cmd.At
	}
}

func (c *calendar) cancel(id string) {
	_, pending := c.due[id]
	if _, err := c.do(ledger.CancelScheduledChange{PlaceRef: at("pdf"), Schedule: id}); pending == errors.Is(err, ledger.ErrNotFound) {
		c.Fatalf("cancel %s: %v", id, err)
	}
	delete(c.due, id)
}

func (c *calendar) execute(id string) {
	when, pending := c.due[id]
	next := pending && !c.now.Before(when) && c.pending()[0].ID == id
	last, err := c.do(execute(id))
	switch _, executed := last.(ledger.FlagScheduledChangeExecuted); {
	case next && (err != nil || !executed):
		c.Fatalf("execute %s: %v, %v", id, last, err)
	case pending && !next && !errors.Is(err, ledger.ErrRefused):
		c.Fatalf("execute %s out of its turn: %v, %v", id, last, err)
	case !pending && (err != nil || last != nil):
		c.Fatalf("execute %s, which is not pending: %v, %v", id, last, err)
	case next:
		delete(c.due, id)
	}
}

// TestScheduleModel draws schedules, cancellations and the passing of time:
// what is pending is in order, each change ends once, none before its time,
// and states that were read stay as they were.
func TestScheduleModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCalendar(t)
		steps := map[string]func(string){
			"schedule": c.schedule, "cancel": c.cancel, "execute": c.execute,
			"wait": func(string) { c.now = c.now.Add(time.Minute) },
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := c.pending()
			copied := slices.Clone(before)
			step := rapid.SampledFrom([]string{"schedule", "cancel", "execute", "wait"}).Draw(t, "step")
			steps[step](rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "id"))
			after := c.pending()
			if len(after) != len(c.due) || !slices.IsSortedFunc(after, func(a, b ledger.ScheduledChange) int { return a.At.Compare(b.At) }) {
				t.Fatalf("pending %v, want %v", after, c.due)
			}
			if !slices.Equal(before, copied) {
				t.Fatal("a state that was read has changed")
			}
		}
		if len(c.st.Frozen()) > 0 {
			t.Fatalf("frozen: %v", c.st.Frozen())
		}
	})
}
