package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

type oneExperiment struct{ Body experimentView }

type experimentChanged struct {
	Seq        uint64         `json:"seq,string"`
	Experiment experimentView `json:"experiment"`
}

type newExperiment struct {
	Idempotency
	PlacePath
	Body struct {
		Design ledger.ExperimentDesign `json:"design" required:"true"`
		Reason string                  `json:"reason,omitempty" maxLength:"1000"`
	}
}

type recordedExperiment struct {
	Idempotency
	PlacePath
	Body struct {
		Design ledger.ExperimentDesign `json:"design" required:"true"`
		Split  evaluator.Split         `json:"split" required:"true" doc:"How units were divided, all the time."`
		From   time.Time               `json:"from" required:"true"`
		Until  time.Time               `json:"until" required:"true"`
		Reason string                  `json:"reason,omitempty" maxLength:"1000"`
	}
}

type experimentStop struct {
	Idempotency
	PlacePath
	Body *reasoned
}

type experimentDecision struct {
	Idempotency
	PlacePath
	Body struct {
		Variant string `json:"variant" required:"true" doc:"The variant that it is decided for."`
		Serve   bool   `json:"serve,omitempty" doc:"Give the variant to everybody who took part, in the same step."`
		Reason  string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (a *API) experimentRoutes() {
	const tag, here = "experiments", "/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment"
	viewer, editor := admin(ledger.RoleViewer), admin(ledger.RoleEditor)
	register(a, route{
		method: http.MethodGet, path: here, id: "getExperiment", tag: tag, need: viewer,
		summary: "Show the newest experiment, finished or not",
	}, a.getExperiment)
	register(a, route{
		method: http.MethodPost, path: here, id: "startExperiment", tag: tag, need: editor, status: 201,
		summary: "Compare the variants that a split serves, turning the flag on if it is off",
	}, a.startExperiment)
	register(a, route{
		method: http.MethodPost, path: here + "/record", id: "recordExperiment", tag: tag, need: editor, status: 201,
		summary: "Describe an experiment that ran elsewhere, so that its data can be imported",
	}, a.recordExperiment)
	register(a, route{
		method: http.MethodPost, path: here + "/stop", id: "stopExperiment", tag: tag, need: editor,
		summary: "End the experiment; who gets what stays as it is",
	}, a.stopExperiment)
	register(a, route{
		method: http.MethodPost, path: here + "/decide", id: "decideExperiment", tag: tag, need: editor,
		summary: "Record the decision with the results as they are now, ending the experiment if it runs",
	}, a.decideExperiment)
	a.resultRoutes(tag, here+"/results")
}

func (a *API) getExperiment(ctx context.Context, in *struct {
	PlacePath
	Freshness
},
) (*oneExperiment, error) {
	_, x, err := a.experiment(ctx, in.place(), in.MinSeq)
	if err != nil {
		return nil, err
	}
	return &oneExperiment{*viewExperiment(x)}, nil
}

// experiment returns the newest experiment of a flag in an environment, and the
// flag's own fields.
func (a *API) experiment(ctx context.Context, at ledger.PlaceRef, min uint64) (*ledger.Flag, *ledger.Experiment, error) {
	var flag ledger.Flag
	var x *ledger.Experiment
	err := a.read(ctx, min, func(st *ledger.State) error {
		f, err := placed(st, at)
		if err != nil {
			return err
		}
		flag = *f
		if x = f.In(at.Environment).Experiment; x == nil {
			return failure(codeNotFound, "there has been no experiment with this flag in this environment")
		}
		return nil
	})
	return &flag, x, err
}

func (a *API) startExperiment(ctx context.Context, in *newExperiment) (*changed[experimentChanged], error) {
	receipt, err := a.do(ctx, order{
		command: ledger.StartExperiment{
			PlaceRef: in.place(), Experiment: uuid.Must(uuid.NewV7()).String(), Design: in.Body.Design,
		},
		id: in.CommandID, reason: in.Body.Reason, at: under("design", nil),
	})
	if err != nil {
		return nil, err
	}
	return a.showExperiment(ctx, in.place(), receipt)
}

func (a *API) recordExperiment(ctx context.Context, in *recordedExperiment) (*changed[experimentChanged], error) {
	receipt, err := a.do(ctx, order{
		command: ledger.RecordExperiment{
			PlaceRef: in.place(), Experiment: uuid.Must(uuid.NewV7()).String(), Design: in.Body.Design,
			Split: in.Body.Split, From: in.Body.From, Until: in.Body.Until,
		},
		id: in.CommandID, reason: in.Body.Reason, at: under("design", map[string]string{"until": "body.until", "default.split": "body.split"}),
	})
	if err != nil {
		return nil, err
	}
	return a.showExperiment(ctx, in.place(), receipt)
}

func (a *API) stopExperiment(ctx context.Context, in *experimentStop) (*changed[experimentChanged], error) {
	receipt, err := a.do(ctx, order{
		command: ledger.StopExperiment{PlaceRef: in.place()}, id: in.CommandID, reason: in.Body.text(),
	})
	if err != nil {
		return nil, err
	}
	return a.showExperiment(ctx, in.place(), receipt)
}

// decideExperiment records what the decision was made on. Without results there
// is no evidence, and no decision.
func (a *API) decideExperiment(ctx context.Context, in *experimentDecision) (*changed[experimentChanged], error) {
	report, err := a.resultsOf(ctx, in.place(), Asked{})
	if err != nil {
		return nil, err
	}
	receipt, err := a.do(ctx, order{
		command: ledger.DecideExperiment{
			PlaceRef: in.place(), Variant: in.Body.Variant, Serve: in.Body.Serve, Evidence: report.Evidence(),
		},
		id: in.CommandID, reason: in.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return a.showExperiment(ctx, in.place(), receipt)
}

func (a *API) showExperiment(ctx context.Context, at ledger.PlaceRef, receipt ledger.Receipt) (*changed[experimentChanged], error) {
	_, x, err := a.experiment(ctx, at, receipt.Last)
	if err != nil {
		return nil, reused(err)
	}
	return answer(receipt, experimentChanged{receipt.Last, *viewExperiment(x)}), nil
}

// experimentView is one experiment.
type experimentView struct {
	ID          string                   `json:"id"`
	Environment string                   `json:"environment"`
	Design      ledger.ExperimentDesign  `json:"design"`
	Metrics     map[string]ledger.Metric `json:"metrics" doc:"As they were defined when it started."`
	By          string                   `json:"by,omitempty"`
	Variants    []string                 `json:"variants" doc:"The control first."`
	Status      ledger.ExperimentStatus  `json:"status" enum:"running,stopped,decided"`
	StartedAt   time.Time                `json:"startedAt"`
	EndedAt     *time.Time               `json:"endedAt,omitempty"`
	Decision    *decisionView            `json:"decision,omitempty"`
	Imported    uint64                   `json:"imported,string,omitempty" doc:"Of an experiment that ran elsewhere: the version that its exposures carry."`
}

// decisionView is the decision that was recorded.
type decisionView struct {
	Variant  string                     `json:"variant"`
	Evidence *ledger.ExperimentEvidence `json:"evidence,omitempty" doc:"The results on which it was made."`
}

func viewExperiment(x *ledger.Experiment) *experimentView {
	if x == nil {
		return nil
	}
	v := &experimentView{
		ID: x.ID, Environment: x.Environment, Design: x.Design, Metrics: x.Metrics, By: x.By, Variants: x.Variants(),
		Status: x.Status, StartedAt: x.StartedAt, EndedAt: unlessZero(x.EndedAt),
	}
	if x.Imported {
		v.Imported = x.Allocations[0].First
	}
	if d := x.Decision; d != nil {
		v.Decision = &decisionView{d.Variant, d.Evidence}
	}
	return v
}
