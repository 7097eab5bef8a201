package main

import (
	"context"
	"errors"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/workflow"
)

// agenda lists what the projector's state has for the workflow to do.
type agenda struct{ view *projector.Projector }

// Active implements workflow.Source.
func (a agenda) Active(ctx context.Context) ([]workflow.Active, error) {
	var out []workflow.Active
	err := a.view.Read(ctx, 0, func(st *ledger.State) error {
		for _, p := range st.Projects {
			for _, f := range p.Flags {
				for env, here := range f.Environments {
					if here.Rollout.Active() && !f.Archived {
						out = append(out, workflow.Active{Project: p.Key, Flag: f.Key, Environment: env, Rollout: *here.Rollout})
					}
				}
			}
		}
		return nil
	})
	return out, err
}

// Due implements workflow.Source.
func (a agenda) Due(ctx context.Context, now time.Time) ([]workflow.Due, error) {
	var out []workflow.Due
	err := a.view.Read(ctx, 0, func(st *ledger.State) error {
		for _, p := range st.Projects {
			for _, f := range p.Flags {
				out = append(out, due(st, p, f, now)...)
			}
		}
		return nil
	})
	return out, err
}

// due lists what is due on a flag. One that is archived is asked too, for what
// is scheduled there must end as well; a frozen one takes no events.
func due(st *ledger.State, p *ledger.Project, f *ledger.Flag, now time.Time) []workflow.Due {
	var out []workflow.Due
	for env, here := range f.Environments {
		for _, s := range here.Scheduled {
			if now.Before(s.At) {
				break // they are in order
			}
			out = append(out, workflow.Due{Project: p.Key, Flag: f.Key, Environment: env, Change: s})
		}
	}
	if len(out) == 0 {
		return nil
	}
	if _, frozen := st.FrozenAt(ledger.Subject{Project: p.Key, Kind: ledger.KindFlag, Key: f.Key}); frozen {
		return nil
	}
	return out
}

// eventOf reads single events of the log.
func eventOf(log ledger.Log) func(ctx context.Context, seq uint64) (ledger.Event, error) {
	return func(ctx context.Context, seq uint64) (ledger.Event, error) {
		var event ledger.Event
		err := log.Read(ctx, seq, ledger.AllSubjects, func(s ledger.Stored) error {
			event = ledger.Decode(s).Event
			return errEnough
		})
		if errors.Is(err, errEnough) {
			err = nil
		}
		return event, err
	}
}

// channelsOf gives the channels that the plan of an event's rollout names. The
// state may be ahead of the event: the plan of a rollout does not change, and one
// that another has followed is not told of by it.
func (a agenda) channelsOf(ctx context.Context, rec ledger.Recorded) (names []string) {
	environment := ledger.EnvironmentOf(rec.Event)
	if environment == "" {
		return nil
	}
	_ = a.view.Read(ctx, rec.Seq, func(st *ledger.State) error { // an error is the end of ctx
		if p := st.Projects[rec.Subject.Project]; p != nil {
			if f := p.Flags[rec.Subject.Key]; f != nil {
				if r := f.In(environment).Rollout; r != nil && rec.Seq >= r.Spans[0].First {
					names = r.Plan.Notify
				}
			}
		}
		return nil
	})
	return names
}

// Projects implements hygiene.Projects.
func (a agenda) Projects(ctx context.Context) ([]*ledger.Project, error) {
	var out []*ledger.Project
	err := a.view.Read(ctx, 0, func(st *ledger.State) error {
		for _, p := range st.Projects {
			out = append(out, p.Copy())
		}
		return nil
	})
	return out, err
}
