package main

import (
	"context"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/workflow"
)

// rollouts lists the active rollouts of the projector's state.
type rollouts struct{ view *projector.Projector }

// Active implements workflow.Source.
func (r rollouts) Active(ctx context.Context) ([]workflow.Active, error) {
	var out []workflow.Active
	err := r.view.Read(ctx, 0, func(st *ledger.State) error {
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
