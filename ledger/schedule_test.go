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
			switch e := newest(t, log).Event.(type) {
			case ledger.FlagScheduledChangeExecuted:
				if tc.says != "" || e.Author != tc.actor {
					t.Errorf("executed for %+v", e.Author)
				}
			case ledger.FlagScheduledChangeRefused:
				if tc.says == "" || e.Refusal != ledger.RefusedAuthority || !strings.Contains(e.Message, tc.says) || e.Author != tc.actor {
					t.Errorf("refused with %+v, want %q", e, tc.says)
				}
			default:
				t.Errorf("ended with %T", e)
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

// TestScheduleModel draws schedules, cancellations and the passing of time:
// what is pending is in order, each change ends once, none before its time,
// and states that were read stay as they were.
func TestScheduleModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st, now := ledger.NewState(), newClock().Now()
		apply := func(cmd ledger.Command) (events []ledger.Event, err error) {
			d, err := ledger.Decide(st, cmd, now)
			for i, c := range d.Changes {
				rec := ledger.Recorded{
					Seq: st.Seq + 1, Subject: c.Subject, At: now, Part: i + 1, Parts: len(d.Changes), Event: c.Event,
					Actor: ledger.Actor{Kind: ledger.ActorSystem, ID: "test"},
				}
				if err := st.Apply(rec); err != nil {
					t.Fatal(err)
				}
				events = append(events, c.Event)
			}
			return events, err
		}
		for _, cmd := range []ledger.Command{
			ledger.CreateProject{Project: "shop", Environments: []ledger.Environment{{Key: "prod"}}},
			ledger.CreateFlag{FlagRef: at("pdf").FlagRef},
		} {
			if _, err := apply(cmd); err != nil {
				t.Fatal(err)
			}
		}
		due := map[string]time.Time{} // the model: what is pending
		id := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := st.Projects["shop"].Flags["pdf"].In("prod").Scheduled
			copied := slices.Clone(before)
			key := id.Draw(t, "id")
			when, pending := due[key]
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				ahead := now.Add(time.Duration(rapid.IntRange(1, 5).Draw(t, "ahead")) * time.Minute)
				kind := rapid.SampledFrom([]ledger.ChangeKind{ledger.ChangeTurnOn, ledger.ChangeTurnOff}).Draw(t, "kind")
				_, err := apply(ledger.ScheduleChange{PlaceRef: at("pdf"), Schedule: key, At: ahead, Change: ledger.PlannedChange{Kind: kind}})
				if pending != errors.Is(err, ledger.ErrExists) {
					t.Fatalf("schedule %s: %v", key, err)
				}
				if !pending {
					due[key] = ahead
				}
			case 1:
				_, err := apply(ledger.CancelScheduledChange{PlaceRef: at("pdf"), Schedule: key})
				if pending == errors.Is(err, ledger.ErrNotFound) {
					t.Fatalf("cancel %s: %v", key, err)
				}
				delete(due, key)
			case 2:
				events, err := apply(execute(key))
				first := len(before) > 0 && before[0].ID == key
				switch {
				case !pending && (err != nil || len(events) > 0):
					t.Fatalf("execute %s, which is not pending: %v, %v", key, events, err)
				case pending && (now.Before(when) || !first) && !errors.Is(err, ledger.ErrRefused):
					t.Fatalf("execute %s out of order: %v, %v", key, events, err)
				case pending && !now.Before(when) && first:
					if _, ok := events[len(events)-1].(ledger.FlagScheduledChangeExecuted); err != nil || !ok {
						t.Fatalf("execute %s: %v, %v", key, events, err)
					}
					delete(due, key)
				}
			case 3:
				now = now.Add(time.Minute)
			}
			after := st.Projects["shop"].Flags["pdf"].In("prod").Scheduled
			if len(after) != len(due) || !slices.IsSortedFunc(after, func(a, b ledger.ScheduledChange) int { return a.At.Compare(b.At) }) {
				t.Fatalf("pending %v, want %v", after, due)
			}
			if !slices.Equal(before, copied) {
				t.Fatal("a state that was read has changed")
			}
		}
		if len(st.Frozen()) > 0 {
			t.Fatalf("frozen: %v", st.Frozen())
		}
	})
}
