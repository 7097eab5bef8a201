package workflow_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/workflow"
)

const (
	project     = "invoicing"
	environment = "production"
	flagKey     = "new-pdf-engine"
	rolloutID   = "pdf-1"
)

var place = ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: project, Flag: flagKey}, Environment: environment}

// book is a whole ledger in memory: the log, the fold, and the commands over
// both. It lists its active rollouts for an engine.
type book struct {
	*ledger.Ledger
	log *memlog.Log

	mu sync.Mutex
	st *ledger.State
}

// newBook opens a project with the flag in it. now stamps the events.
func newBook(t *testing.T, now func() time.Time) *book {
	t.Helper()
	log, err := memlog.New(memlog.Config{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	b := &book{log: log, st: ledger.NewState()}
	b.Ledger = ledger.New(log, b, now)
	b.must(t, ledger.CreateProject{Project: project})
	b.must(t, ledger.CreateFlag{FlagRef: place.FlagRef})
	b.must(t, ledger.SaveSegment{Project: project, Key: "beta", Segment: evaluator.Segment{
		Included: []evaluator.SegmentList{{By: "accountId", Values: []string{"a1"}}},
	}})
	b.must(t, ledger.SaveMetric{Project: project, Key: "paid", Metric: ledger.Metric{Kind: ledger.MetricConversion, Event: "invoice.paid"}})
	return b
}

func (b *book) must(t *testing.T, cmd ledger.Command) {
	t.Helper()
	if err := b.try(t, "on-call", cmd); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

// try has somebody, by the name of a token, give a command.
func (b *book) try(t *testing.T, name string, cmd ledger.Command) error {
	t.Helper()
	_, err := b.Do(t.Context(), cmd, ledger.Meta{Actor: person(name)})
	return err
}

func person(name string) ledger.Actor {
	return ledger.Actor{Kind: ledger.ActorToken, ID: name, Name: name}
}

// admit makes a token.
func (b *book) admit(t *testing.T, name string, role ledger.Role) {
	t.Helper()
	b.must(t, ledger.CreateAccessKey{ID: name, Key: ledger.AccessKey{
		Kind: ledger.AccessAdmin, Name: name, Role: role, Hash: strings.Repeat("0a", 32),
	}})
}

func (b *book) start(t *testing.T, plan ledger.Plan) {
	t.Helper()
	b.must(t, ledger.StartRollout{PlaceRef: place, Rollout: rolloutID, Plan: &plan, By: "accountId"})
}

// Read implements ledger.View: it folds what is new, then reads.
func (b *book) Read(ctx context.Context, min uint64, fn func(*ledger.State) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.log.Read(ctx, b.st.Seq+1, ledger.AllSubjects, func(s ledger.Stored) error {
		return b.st.Apply(ledger.Decode(s))
	})
	if err == nil && b.st.Seq < min {
		err = fmt.Errorf("the log ends at %d, not %d", b.st.Seq, min)
	}
	if err != nil {
		return err
	}
	return fn(b.st)
}

// Active implements workflow.Source.
func (b *book) Active(ctx context.Context) ([]workflow.Active, error) {
	var out []workflow.Active
	err := b.Read(ctx, 0, func(st *ledger.State) error {
		for _, p := range st.Projects {
			for _, f := range p.Flags {
				for env, here := range f.Environments {
					if here.Rollout.Active() {
						out = append(out, workflow.Active{
							Project: p.Key, Flag: f.Key, Environment: env, Rollout: *here.Rollout,
						})
					}
				}
			}
		}
		return nil
	})
	return out, err
}

// Due implements workflow.Source.
func (b *book) Due(ctx context.Context, now time.Time) ([]workflow.Due, error) {
	var out []workflow.Due
	err := b.Read(ctx, 0, func(st *ledger.State) error {
		for _, p := range st.Projects {
			for _, f := range p.Flags {
				for env, here := range f.Environments {
					for _, s := range here.Scheduled {
						if !now.Before(s.At) {
							out = append(out, workflow.Due{Project: p.Key, Flag: f.Key, Environment: env, Change: s})
						}
					}
				}
			}
		}
		return nil
	})
	return out, err
}

// rollout is the flag's newest rollout.
func (b *book) rollout(t *testing.T) ledger.Rollout {
	t.Helper()
	var r ledger.Rollout
	err := b.Read(t.Context(), 0, func(st *ledger.State) error {
		r = *st.Projects[project].Flags[flagKey].In(environment).Rollout
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// events are those recorded on the flag by the engine.
func (b *book) events(t *testing.T) []ledger.Recorded {
	t.Helper()
	var out []ledger.Recorded
	err := b.log.Read(t.Context(), 1, ledger.AllSubjects, func(s ledger.Stored) error {
		if rec := ledger.Decode(s); rec.Actor.Kind == ledger.ActorWorkflow {
			out = append(out, rec)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
