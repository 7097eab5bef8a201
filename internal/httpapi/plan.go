package httpapi

import (
	"context"

	"github.com/flagledger/flagledger/ledger"
)

// planView is a plan as the API shows it.
type planView struct {
	Key      string      `json:"key"`
	Plan     ledger.Plan `json:"plan"`
	Seq      uint64      `json:"seq,string"`
	Archived bool        `json:"archived"`
}

type planList struct {
	Body struct {
		Plans []planView `json:"plans"`
	}
}

type onePlan struct {
	ETag string `header:"ETag" doc:"The newest event of the plan; for If-Match."`
	Body planView
}

type planChanged struct {
	Seq  uint64   `json:"seq,string"`
	Plan planView `json:"plan"`
}

type newPlan struct {
	Idempotency
	Condition
	Keyed
	Body struct {
		Plan   ledger.Plan `json:"plan" required:"true"`
		Reason string      `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (a *API) planCatalog() catalog[ledger.PlanState, planView] {
	return catalog[ledger.PlanState, planView]{
		noun: "plan", tag: "plans",
		states:   func(p *ledger.Project) map[string]*ledger.PlanState { return p.Plans },
		archived: func(s *ledger.PlanState) bool { return s.Archived },
		view: func(s *ledger.PlanState) planView {
			return planView{Key: s.Key, Plan: s.Plan, Seq: s.Seq, Archived: s.Archived}
		},
		archive: func(project, key string) ledger.Command { return ledger.ArchivePlan{Project: project, Key: key} },
	}
}

func (a *API) planRoutes() {
	c := a.planCatalog()
	register(a, c.all("listPlans", "List the plans of a project"),
		func(ctx context.Context, in *catalogQuery) (*planList, error) {
			list, err := c.list(ctx, a, in)
			out := &planList{}
			out.Body.Plans = list
			return out, err
		})
	register(a, c.route("GET", "getPlan", "Show a plan"),
		func(ctx context.Context, in *keyedRead) (*onePlan, error) {
			v, err := c.show(ctx, a, in.Keyed, in.MinSeq)
			return &onePlan{etagOf(v.Seq), v}, err
		})
	register(a, c.route("PUT", "savePlan", "Create or replace a plan"), a.savePlan)
	register(a, c.route("DELETE", "archivePlan", "Retire a plan that nothing uses"),
		func(ctx context.Context, in *keyedDeletion) (*doneAnswer, error) { return c.remove(ctx, a, in) })
}

func (a *API) savePlan(ctx context.Context, in *newPlan) (*changed[planChanged], error) {
	receipt, err := a.do(ctx, order{
		command: ledger.SavePlan{Project: in.Project, Key: in.Key, Plan: in.Body.Plan},
		id:      in.CommandID, ifMatch: in.IfMatch, reason: in.Body.Reason,
		at: under("plan", map[string]string{"key": "path.key"}),
	})
	if err != nil {
		return nil, err
	}
	v, err := a.planCatalog().show(ctx, a, in.Keyed, receipt.Last)
	return answer(receipt, planChanged{receipt.Last, v}), reused(err)
}
