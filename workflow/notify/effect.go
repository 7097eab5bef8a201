package notify

import (
	"fmt"

	"github.com/flagledger/flagledger/ledger"
)

// nameOf is what a gate is called: its metric, or its check's name.
func nameOf(g ledger.GateEvidence) string {
	if g.Check != nil {
		return g.Check.Name
	}
	return g.Metric
}

// demandOf is the name of a gate of a plan and what it demands.
func demandOf(g ledger.Gate) (name, demand string) {
	if g.Check == nil {
		return g.Metric, g.Limit().Condition("")
	}
	if condition := g.Check.Condition(); condition != "" {
		return g.Check.Name, fmt.Sprintf("stays %s, as %s has it", condition, g.Check.Source)
	}
	return g.Check.Name, "as " + g.Check.Source + " judges it"
}

// effectFields are a gate on a metric's values that failed: what each arm has,
// the estimate with its bounds, and the limit.
func effectFields(g ledger.GateEvidence) []Field {
	look := g.Effect.Rollout
	if look == nil {
		return []Field{{"Gate " + g.Metric, "FAILED: " + g.Reason}}
	}
	values := fmt.Sprintf("treatment %s in %s units", number(look.Treatment.Mean), grouped(look.Treatment.Units))
	if !g.Effect.Limit.Absolute() {
		values += fmt.Sprintf("; control %s in %s", number(look.Control.Mean), grouped(look.Control.Units))
	}
	return []Field{
		{"Values, " + g.Metric, values},
		{"Gate " + g.Metric, "FAILED: " + effectWords(g.Effect, look)},
	}
}

// effectField is one that has not failed, in a line.
func effectField(g ledger.GateEvidence) Field {
	look := g.Effect.Stage
	if look == nil {
		return Field{"Gate " + g.Metric, verdictWords(g.Verdict) + ": it " + g.Effect.Limit.Condition("")}
	}
	return Field{"Gate " + g.Metric, verdictWords(g.Verdict) + ": " + effectWords(g.Effect, look)}
}

func effectWords(e *ledger.EffectEvidence, look *ledger.EffectLook) string {
	text, of := "", "difference"
	switch {
	case e.Limit.Relative():
		of = "ratio to the control"
	case e.Limit.Absolute():
		of = "value"
	}
	if look.Estimate == nil {
		text = "no " + of + " yet"
	} else {
		text = fmt.Sprintf("%s %s", of, number(*look.Estimate))
	}
	switch {
	case look.Low != nil && look.High != nil:
		text += fmt.Sprintf(", between %s and %s", number(*look.Low), number(*look.High))
	case look.Low != nil:
		text += ", at least " + number(*look.Low)
	case look.High != nil:
		text += ", at most " + number(*look.High)
	}
	return text + "; the gate is that it " + e.Limit.Condition("")
}
