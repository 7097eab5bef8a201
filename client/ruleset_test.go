package client

import (
	"encoding/json"

	"github.com/flagledger/flagledger/evaluator"
)

// flagOf makes a flag of two or more variants that serves the given Serve.
func flagOf(kind evaluator.ValueType, version uint64, serve evaluator.Serve, values ...string) evaluator.Flag {
	names := []string{"off", "on", "third"}
	variants := make([]evaluator.Variant, len(values))
	for i, v := range values {
		variants[i] = evaluator.Variant{Name: names[i], Value: json.RawMessage(v)}
	}
	return evaluator.Flag{
		Version: version, Type: kind, Salt: "salt", Variants: variants,
		Config: evaluator.Config{On: true, OffVariant: "off", Default: serve},
	}
}

func always(variant string) evaluator.Serve { return evaluator.Serve{Variant: variant} }

func half(by string) evaluator.Serve {
	return evaluator.Serve{Split: &evaluator.Split{By: by, Weights: []evaluator.Weight{
		{Variant: "on", Weight: 50_000}, {Variant: "off", Weight: 50_000},
	}}}
}

// pdfRuleset has one flag of every kind, and new-pdf-engine split by account
// (by user in Norway).
func pdfRuleset(revision uint64) evaluator.Ruleset {
	pdf := flagOf(evaluator.TypeBoolean, revision, half("accountId"), "false", "true")
	pdf.Rules = []evaluator.Rule{{
		ID:      "norway",
		Clauses: []evaluator.Clause{{Attribute: "country", Op: evaluator.OpIn, Values: []json.RawMessage{[]byte(`"NO"`)}}},
		Serve:   half(""),
	}}
	maintenance := flagOf(evaluator.TypeBoolean, 1, always("on"), "false", "true")
	maintenance.On = false
	return evaluator.Ruleset{
		SpecVersion: evaluator.SpecVersion, Project: "shop", Environment: "production", Revision: revision,
		Flags: map[string]evaluator.Flag{
			"new-pdf-engine":   pdf,
			"maintenance-mode": maintenance,
			"greeting":         flagOf(evaluator.TypeString, 1, always("on"), `"hello"`, `"good day"`),
			"price":            flagOf(evaluator.TypeNumber, 1, always("on"), "1", "2.5"),
			"limit":            flagOf(evaluator.TypeNumber, 1, always("on"), "1", "250"),
			"theme":            flagOf(evaluator.TypeJSON, 1, half("userId"), `{}`, `{"accent":"teal","columns":3}`),
		},
	}
}
