package httpapi

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/flagledger/flagledger/ledger"
)

type oneRollout struct{ Body rolloutView }

type rolloutChanged struct {
	Seq     uint64      `json:"seq,string"`
	Rollout rolloutView `json:"rollout"`
}

type newRollout struct {
	Idempotency
	PlacePath
	Body struct {
		Plan       string       `json:"plan,omitempty" doc:"Key of a plan; the project's default plan, if neither it nor inlinePlan is given."`
		InlinePlan *ledger.Plan `json:"inlinePlan,omitempty"`
		Treatment  string       `json:"treatment,omitempty" doc:"The on variant, if empty."`
		Control    string       `json:"control,omitempty" doc:"The off variant, if empty."`
		By         string       `json:"by,omitempty" maxLength:"200" doc:"Attribute to bucket by; targetingKey, if empty."`
		Reason     string       `json:"reason,omitempty" maxLength:"1000"`
	}
}

type rolloutAction struct {
	Idempotency
	PlacePath
	Body *reasoned
}

func (a *API) rolloutRoutes() {
	const tag, here = "rollouts", "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout"
	viewer, editor := admin(ledger.RoleViewer), admin(ledger.RoleEditor)
	register(a, route{
		method: http.MethodGet, path: here, id: "getRollout", tag: tag, need: viewer,
		summary: "Show the newest rollout, finished or not",
	}, a.getRollout)
	register(a, route{
		method: http.MethodPost, path: here, id: "startRollout", tag: tag, need: editor, status: 201,
		summary: "Put the default under a plan, turning the flag on if it is off",
	}, a.startRollout)
	for _, action := range []struct {
		name, summary string
		command       func(ledger.PlaceRef, *ledger.Rollout, ledger.Actor) ledger.Command
	}{
		{"pause", "Stop automatic decisions; traffic stays as it is", pauseRollout},
		{"resume", "Let automatic decisions go on", resumeRollout},
		{"abort", "Take the treatment away from everybody, at once", abortRollout},
		{"approve", "Approve what the step to the next stage needs", approveRollout},
		{"advance", "Go to the next stage now, whatever the gates say", advanceRollout},
	} {
		register(a, route{
			method: http.MethodPost, path: here + "/" + action.name, id: action.name + "Rollout", tag: tag, need: editor,
			summary: action.summary,
		}, func(ctx context.Context, in *rolloutAction) (*changed[rolloutChanged], error) {
			return a.actOnRollout(ctx, in, action.command)
		})
	}
}

func pauseRollout(at ledger.PlaceRef, r *ledger.Rollout, _ ledger.Actor) ledger.Command {
	return ledger.PauseRollout{PlaceRef: at, Rollout: r.ID}
}

func resumeRollout(at ledger.PlaceRef, _ *ledger.Rollout, _ ledger.Actor) ledger.Command {
	return ledger.ResumeRollout{PlaceRef: at}
}

func abortRollout(at ledger.PlaceRef, _ *ledger.Rollout, _ ledger.Actor) ledger.Command {
	return ledger.AbortRollout{PlaceRef: at}
}

func approveRollout(at ledger.PlaceRef, r *ledger.Rollout, by ledger.Actor) ledger.Command {
	return ledger.ApproveRollout{PlaceRef: at, Rollout: r.ID, By: by}
}

// advanceRollout names the stage it leaves: if the engine advances first, the
// person's command is refused and does not skip a second stage.
func advanceRollout(at ledger.PlaceRef, r *ledger.Rollout, _ ledger.Actor) ledger.Command {
	return ledger.AdvanceRollout{PlaceRef: at, Rollout: r.ID, From: r.Stage}
}

func (a *API) getRollout(ctx context.Context, in *struct {
	PlacePath
	Freshness
},
) (*oneRollout, error) {
	r, err := a.rollout(ctx, in.place(), in.MinSeq)
	if err != nil {
		return nil, err
	}
	return &oneRollout{Body: *viewRollout(r)}, nil
}

// rollout returns the newest rollout of a flag in an environment.
func (a *API) rollout(ctx context.Context, at ledger.PlaceRef, min uint64) (*ledger.Rollout, error) {
	var r *ledger.Rollout
	err := a.read(ctx, min, func(st *ledger.State) error {
		f, err := placed(st, at)
		if err != nil {
			return err
		}
		if r = f.In(at.Environment).Rollout; r == nil {
			return failure(codeNotFound, "there has been no rollout of this flag in this environment")
		}
		return nil
	})
	return r, err
}

// placed finds a flag whose environment exists.
func placed(st *ledger.State, at ledger.PlaceRef) (*ledger.Flag, error) {
	p, err := projectOf(st, at.Project)
	if err != nil {
		return nil, err
	}
	f := p.Flags[at.Flag]
	switch {
	case f == nil:
		return nil, missing("flag", at.Flag)
	case p.Environment(at.Environment) == nil:
		return nil, missing("environment", at.Environment)
	}
	return f, nil
}

func (a *API) startRollout(ctx context.Context, in *newRollout) (*changed[rolloutChanged], error) {
	b := &in.Body
	plan := "body.plan"
	if b.InlinePlan != nil && b.Plan == "" {
		plan = "body.inlinePlan"
	}
	receipt, err := a.do(ctx, order{
		command: ledger.StartRollout{
			PlaceRef: in.place(), Rollout: uuid.Must(uuid.NewV7()).String(),
			PlanKey: b.Plan, Plan: b.InlinePlan, Treatment: b.Treatment, Control: b.Control, By: b.By,
		},
		id: in.CommandID, reason: b.Reason, at: under("", map[string]string{"plan": plan}),
	})
	if err != nil {
		return nil, err
	}
	return a.showRollout(ctx, in.place(), receipt)
}

func (a *API) actOnRollout(
	ctx context.Context, in *rolloutAction, command func(ledger.PlaceRef, *ledger.Rollout, ledger.Actor) ledger.Command,
) (*changed[rolloutChanged], error) {
	r, err := a.rollout(ctx, in.place(), 0)
	if err != nil {
		return nil, err
	}
	receipt, err := a.do(ctx, order{command: command(in.place(), r, who(ctx).actor()), id: in.CommandID, reason: in.Body.text()})
	if err != nil {
		return nil, err
	}
	return a.showRollout(ctx, in.place(), receipt)
}

func (a *API) showRollout(ctx context.Context, at ledger.PlaceRef, receipt ledger.Receipt) (*changed[rolloutChanged], error) {
	r, err := a.rollout(ctx, at, receipt.Last)
	if err != nil {
		return nil, reused(err)
	}
	return answer(receipt, rolloutChanged{receipt.Last, *viewRollout(r)}), nil
}
