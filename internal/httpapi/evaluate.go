package httpapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// EnvironmentPath names one environment.
type EnvironmentPath struct {
	ProjectPath
	Environment string `path:"environment"`
}

type evaluation struct {
	EnvironmentPath
	Freshness
	At   string `query:"at" doc:"Evaluate as it was after this event, or at this time in RFC 3339; needs flag."`
	Body struct {
		Flag    string         `json:"flag,omitempty" doc:"All flags, if empty."`
		Context map[string]any `json:"context,omitempty" doc:"targetingKey and attributes; objects may be nested."`
		Explain bool           `json:"explain,omitempty" doc:"Tell how each result came about."`
	}
}

type evaluated struct {
	Body struct {
		Revision uint64            `json:"revision,string"`
		Results  []evaluatedResult `json:"results"`
	}
}

type evaluatedResult struct {
	Flag        string                 `json:"flag"`
	Value       evaluator.Value        `json:"value"`
	Variant     string                 `json:"variant,omitempty"`
	Reason      evaluator.Reason       `json:"reason"`
	Rule        string                 `json:"rule,omitempty"`
	Bucket      int32                  `json:"bucket" doc:"-1 when no split decided."`
	Outside     bool                   `json:"outside,omitempty" doc:"The unit is not in the share that the split includes."`
	Error       evaluator.ErrorCode    `json:"error,omitempty"`
	Version     uint64                 `json:"version,string"`
	Explanation *evaluator.Explanation `json:"explanation,omitempty"`
}

func viewResult(flag string, r evaluator.Result) evaluatedResult {
	return evaluatedResult{
		Flag: flag, Value: r.Value, Variant: r.Variant, Reason: r.Reason, Rule: r.Rule,
		Bucket: r.Bucket, Outside: r.Outside, Error: r.Error, Version: r.Version,
	}
}

func (a *API) evaluateRoutes() {
	register(a, route{
		method: "POST", path: "/api/v1/projects/{project}/environments/{environment}/evaluate", id: "evaluate",
		tag: "rulesets", need: admin(ledger.RoleViewer),
		summary: "Try flags out on a context; no exposure is recorded",
	}, a.evaluate)
}

// snapshot returns the newest ruleset of an environment that exists.
func (a *API) snapshot(ctx context.Context, at place, min uint64) (*projector.Snapshot, error) {
	err := a.read(ctx, min, func(st *ledger.State) error {
		p, err := projectOf(st, at.project)
		if err == nil && p.Environment(at.environment) == nil {
			err = missing("environment", at.environment)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s := a.projector.Snapshot(at.project, at.environment)
	if s == nil {
		return nil, failure(codeUnavailable, "the ruleset is not built yet")
	}
	return s, nil
}

// toEvaluate is the ruleset of now, or what one flag needs of that of a moment.
func (a *API) toEvaluate(ctx context.Context, in *evaluation) (*projector.Snapshot, error) {
	at := place{in.Project, in.Environment}
	if in.At == "" {
		return a.snapshot(ctx, at, in.MinSeq)
	}
	if in.Body.Flag == "" {
		return nil, failure(codeInvalid, "the moment needs a flag", &huma.ErrorDetail{
			Location: "body.flag", Message: "is required with the query parameter at",
		})
	}
	s, _, err := a.pastRuleset(ctx, at, in.At, in.Body.Flag)
	return s, err
}

func (a *API) evaluate(ctx context.Context, in *evaluation) (*evaluated, error) {
	s, err := a.toEvaluate(ctx, in)
	if err != nil {
		return nil, err
	}
	subject, err := evaluator.ContextFromMap(in.Body.Context)
	if err != nil {
		return nil, err
	}
	program, err := s.Program()
	if err != nil {
		return nil, err
	}
	keys := program.Keys()
	if in.Body.Flag != "" {
		if _, ok := s.Ruleset.Flags[in.Body.Flag]; !ok {
			return nil, missing("flag", in.Body.Flag)
		}
		keys = []string{in.Body.Flag}
	}
	out := &evaluated{}
	out.Body.Revision = program.Revision()
	out.Body.Results = make([]evaluatedResult, len(keys))
	for i, key := range keys {
		out.Body.Results[i] = viewResult(key, program.Evaluate(key, subject))
		if in.Body.Explain {
			x := program.Explain(key, subject)
			out.Body.Results[i].Explanation = &x
		}
	}
	return out, nil
}
