package httpapi

import (
	"context"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// Looks is what the workflow engine has seen of the rollouts that it follows; a
// workflow.Engine is one.
type Looks interface {
	// Looks of the rollout that began at an event, oldest first.
	Looks(start uint64) []workflow.Looked
}

type rolloutLooks struct {
	Body struct {
		Rollout string            `json:"rollout"`
		Looks   []workflow.Looked `json:"looks" doc:"Oldest first, thinned out to a hundred; since this server looks after the rollout."`
		Now     time.Time         `json:"now" doc:"The server's clock."`
	}
}

// getLooks shows what the gates have seen, between the decisions too.
func (a *API) getLooks(ctx context.Context, in *PlacePath) (*rolloutLooks, error) {
	r, err := a.rollout(ctx, in.place(), 0)
	if err != nil {
		return nil, err
	}
	out := &rolloutLooks{}
	out.Body.Rollout, out.Body.Now = r.ID, a.now()
	out.Body.Looks = []workflow.Looked{}
	if len(r.Spans) > 0 {
		out.Body.Looks = append(out.Body.Looks, a.looks.Looks(r.Spans[0].First)...)
	}
	return out, nil
}

func (a *API) looksRoutes() {
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/looks", id: "getRolloutLooks",
		tag: "rollouts", need: admin(ledger.RoleViewer), summary: "What the gates have seen of the newest rollout, look by look",
	}, a.getLooks)
}
