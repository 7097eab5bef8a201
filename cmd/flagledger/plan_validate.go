package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/internal/httpapi"
	"github.com/flagledger/flagledger/ledger"
)

func newPlanSchema(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of a plan, for an editor",
		Example: example("flagledger plan schema > plan.schema.json"), Args: exactly,
		RunE: a.action(func(_ context.Context, s *session, _ []string) error {
			schema, err := httpapi.PlanSchema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(s.stdout, "%s\n", schema)
			return err
		}),
	}
}

func newPlanValidate(a *app) *cobra.Command {
	var file string
	var offline bool
	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Check a plan without saving it",
		Long: `Check a plan as saving it would, and print what it does. The metrics of its gates
are those of the project; with --offline, which needs no server, a gate may name
any metric.`,
		Example: example("flagledger plan validate --file plan.json", "flagledger plan validate --file plan.json --offline"),
		Args:    exactly,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, _ []string) error {
		raw, err := s.definition(file, "plan")
		if err != nil {
			return err
		}
		var plan ledger.Plan
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&plan); err != nil {
			return invalidPlan(file + ": " + strings.TrimPrefix(err.Error(), "json: "))
		}
		metrics := anyMetrics(plan)
		if !offline {
			if metrics, err = s.metrics(ctx); err != nil {
				return err
			}
		}
		if err := validatePlan(plan, metrics); err != nil {
			return err
		}
		if s.json {
			return s.printValue(map[string]any{"valid": true, "plan": plan})
		}
		for _, line := range planLines(plan) {
			s.sayf("%s", line)
		}
		s.sayf("%s", green("The plan is valid."))
		return nil
	})
	cmd.Flags().StringVar(&file, "file", "", "file with a plan as JSON, - for standard input")
	cmd.Flags().BoolVar(&offline, "offline", false, "ask no server which metrics there are")
	_ = cmd.MarkFlagRequired("file") // the flag exists
	return cmd
}

// validatePlan decides on a state that has nothing but metrics.
func validatePlan(plan ledger.Plan, metrics map[string]*ledger.MetricState) error {
	st := ledger.NewState()
	segments := map[string]*ledger.SegmentState{} // whether they are there is asked when a rollout starts
	for _, s := range plan.Stages {
		segments[s.Segment] = &ledger.SegmentState{}
	}
	st.Projects["p"] = &ledger.Project{Key: "p", Metrics: metrics, Segments: segments, Plans: map[string]*ledger.PlanState{}}
	_, err := ledger.Decide(st, ledger.SavePlan{Project: "p", Key: "plan", Plan: plan}, time.Time{})
	var invalid *ledger.CommandError
	if errors.As(err, &invalid) && len(invalid.Problems) > 0 {
		text := ""
		for _, p := range invalid.Problems {
			text += fmt.Sprintf("\n  %s %s", p.Path, p.Message)
		}
		return invalidPlan("the plan is not valid:" + text)
	}
	return err
}

func invalidPlan(text string) error {
	return &localError{exitUsage, text, `"flagledger plan schema" prints what a plan may have.`}
}

// anyMetrics has a metric of each name that the plan uses, of the kind that a
// gate most often has.
func anyMetrics(plan ledger.Plan) map[string]*ledger.MetricState {
	metrics := map[string]*ledger.MetricState{}
	for _, g := range plan.Gates {
		if g.Metric != "" {
			metrics[g.Metric] = &ledger.MetricState{Key: g.Metric, Metric: ledger.Metric{Kind: ledger.MetricErrorRate, Event: "any"}}
		}
	}
	return metrics
}

// metrics reads those of the project.
func (s *session) metrics(ctx context.Context) (map[string]*ledger.MetricState, error) {
	r, err := s.get(ctx, s.projectPath("metrics"), nil)
	if err != nil {
		return nil, err
	}
	var body struct {
		Metrics []struct {
			Key    string        `json:"key"`
			Metric ledger.Metric `json:"metric"`
		} `json:"metrics"`
	}
	if err := r.into(&body); err != nil {
		return nil, err
	}
	metrics := map[string]*ledger.MetricState{}
	for _, m := range body.Metrics {
		metrics[m.Key] = &ledger.MetricState{Key: m.Key, Metric: m.Metric}
	}
	return metrics, nil
}
