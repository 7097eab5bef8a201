package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// Where the story happens.
const (
	demoProject     = defaultProject
	demoEnvironment = "production"
	demoFlag        = "new-pdf-engine"
	demoPlan        = "invoicing-quick"
	demoReason      = "example project"
)

// exampleFlag is one of the flags of the invoicing company.
type exampleFlag struct {
	key     string
	details ledger.FlagDetails
	// variants of a flag that is not boolean.
	variants []evaluator.Variant
	config   evaluator.Config
	on       bool
}

// exampleFlags are the five flags of the example project, in the order in
// which they are recorded. The rollout configures new-pdf-engine.
func exampleFlags() []exampleFlag {
	return []exampleFlag{
		{
			key: demoFlag,
			details: ledger.FlagDetails{
				Name: "New PDF engine", Owner: "billing", Tags: []string{"pdf", "rollout"},
				Description: "Renders invoices with the new engine. Climbs by account.",
			},
			config: evaluator.Config{OffVariant: "off", Default: evaluator.Serve{Variant: "off"}},
		},
		{
			key: "redesigned-dashboard",
			details: ledger.FlagDetails{
				Name: "Redesigned dashboard", Owner: "web", Tags: []string{"experiment"},
				Description: "A/B test of the dashboard, half of the users each.",
			},
			variants: []evaluator.Variant{
				{Name: "redesign", Value: json.RawMessage(`"redesign"`)}, {Name: "classic", Value: json.RawMessage(`"classic"`)},
			},
			config: evaluator.Config{OffVariant: "classic", Default: evaluator.Serve{Split: &evaluator.Split{
				By: "userId", Weights: []evaluator.Weight{
					{Variant: "redesign", Weight: evaluator.TotalWeight / 2},
					{Variant: "classic", Weight: evaluator.TotalWeight / 2},
				},
			}}},
			on: true,
		},
		{
			key: "ai-chatbot",
			details: ledger.FlagDetails{
				Name: "AI chatbot", Owner: "support", Tags: []string{"targeting"},
				Description: "For the free tier in the United States and Great Britain.",
			},
			config: evaluator.Config{
				OffVariant: "off", Default: evaluator.Serve{Variant: "off"},
				Rules: []evaluator.Rule{{
					ID: "free-us-gb", Description: "free tier in US and GB", Serve: evaluator.Serve{Variant: "on"},
					Clauses: []evaluator.Clause{
						{Attribute: "plan", Op: evaluator.OpIn, Values: []json.RawMessage{json.RawMessage(`"free"`)}},
						{Attribute: "country", Op: evaluator.OpIn, Values: []json.RawMessage{
							json.RawMessage(`"US"`), json.RawMessage(`"GB"`),
						}},
					},
				}},
			},
			on: true,
		},
		{
			key: "bulk-invoice-api",
			details: ledger.FlagDetails{
				Name: "Bulk invoice API", Owner: "platform", Tags: []string{"targeting"},
				Description: "For three enterprise accounts.",
			},
			config: evaluator.Config{
				OffVariant: "off", Default: evaluator.Serve{Variant: "off"},
				Targets: []evaluator.Target{{Variant: "on", By: "accountId", Values: []string{"acme", "globex", "initech"}}},
			},
			on: true,
		},
		{
			key: "maintenance-mode",
			details: ledger.FlagDetails{
				Name: "Maintenance mode", Owner: "platform", Tags: []string{"kill-switch"}, Permanent: true,
				Description: "Shows the maintenance page to everybody.",
			},
			config: evaluator.Config{OffVariant: "off", Default: evaluator.Serve{Variant: "on"}},
		},
	}
}

// demoMetrics are what the demo's gates look at.
func demoMetrics() map[string]ledger.Metric {
	return map[string]ledger.Metric{
		"invoice-errors": {Name: "Invoices that fail", Kind: ledger.MetricErrorRate, Event: "invoice.render"},
		"invoice-p95": {
			Name: "p95 render time", Kind: ledger.MetricQuantile, Event: "invoice.render", Quantile: 0.95, Unit: "ms",
		},
	}
}

// quickPlan is the default plan with soaks for an audience: seconds instead of
// days, looked at every second.
func quickPlan() ledger.Plan {
	p := ledger.DefaultPlan()
	p.Name = "5, 25, 50, 100% with a few seconds at each stage"
	for i := range len(p.Stages) - 1 {
		p.Stages[i].MinSoak = ledger.Duration(3 * time.Second)
	}
	p.Interval, p.Watermark = ledger.Duration(time.Second), ledger.Duration(2*time.Second)
	p.Gates = []ledger.Gate{{Metric: "invoice-errors", MaxRatio: 2}, {Metric: "invoice-p95", MaxRatio: 1.2}}
	return p
}

// record makes the example project through the public API. What an earlier
// demo has left in the data folder is brought to the same state.
func (d *presenter) record(ctx context.Context) error {
	base := "/api/v1/projects/" + demoProject
	for key, m := range demoMetrics() {
		if err := d.put(ctx, base+"/metrics/"+key, map[string]any{"metric": m, "reason": demoReason}); err != nil {
			return err
		}
	}
	if err := d.put(ctx, base+"/plans/"+demoPlan, map[string]any{"plan": quickPlan(), "reason": demoReason}); err != nil {
		return err
	}
	for _, f := range exampleFlags() {
		if err := d.recordFlag(ctx, base+"/flags", f); err != nil {
			return err
		}
	}
	return nil
}

func (d *presenter) recordFlag(ctx context.Context, flags string, f exampleFlag) error {
	body := map[string]any{"key": f.key, "details": f.details, "reason": demoReason}
	if f.variants != nil {
		body["type"], body["variants"] = evaluator.TypeString, f.variants
	}
	if err := d.post(ctx, flags, body, nil); err != nil && !hasCode(err, "exists") {
		return err
	}
	at := flags + "/" + f.key + "/environments/" + demoEnvironment
	if f.key == demoFlag { // a rollout that an earlier demo was cut off in
		err := d.post(ctx, at+"/rollout/abort", map[string]any{"reason": "a new demo begins"}, nil)
		if err != nil && !hasCode(err, "refused") && !hasCode(err, "not-found") {
			return err
		}
	}
	data, err := encode(f.config)
	if err != nil {
		return err
	}
	config, err := withoutOn(data)
	if err != nil {
		return err
	}
	if err := d.put(ctx, at, map[string]any{"config": config, "reason": demoReason}); err != nil {
		return err
	}
	state := "/off"
	if f.on {
		state = "/on"
	}
	return d.post(ctx, at+state, map[string]any{"reason": demoReason}, nil)
}

func (d *presenter) put(ctx context.Context, path string, body any) error {
	_, err := d.api.do(ctx, call{method: http.MethodPut, path: path, body: body})
	if err != nil {
		return fmt.Errorf("PUT %s: %w", path, err)
	}
	return nil
}

// post sends body and decodes the answer into out, unless that is nil.
func (d *presenter) post(ctx context.Context, path string, body, out any) error {
	r, err := d.api.do(ctx, call{method: http.MethodPost, path: path, body: body})
	if err != nil {
		return fmt.Errorf("POST %s: %w", path, err)
	}
	if out == nil {
		return nil
	}
	return r.into(out)
}

func hasCode(err error, code string) bool {
	var p *problemError
	return errors.As(err, &p) && p.code() == code
}
