package main

import (
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// limitWords is what a gate on a metric demands: "stays below 2× control".
func limitWords(l ledger.GateLimit, unit string) string {
	return strings.Replace(l.Condition(unit), " times the control", "× control", 1)
}

// effectEvidenceWords is a gate on a metric's values: its verdict, and what the
// whole rollout and the stage show.
func effectEvidenceWords(g ledger.GateEvidence, m ledger.Metric) []string {
	e := g.Effect
	head := fmt.Sprintf("gate %s (%s)%s: %s", bold(g.Metric), limitWords(e.Limit, m.Unit), dryWords(g.DryRun), verdictWords(g.Verdict))
	if g.Reason != "" {
		head += " - " + strings.TrimPrefix(g.Reason, g.Metric+": ")
	}
	lines := []string{head}
	if e.At > 0 {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  counted are values above %s %s, of which there may be a share of %s", number(e.Above), m.Unit, number(e.At)), " "))
	}
	lines = append(lines, lookWords("rollout", e.Limit, e.Rollout)...)
	lines = append(lines, lookWords("stage  ", e.Limit, e.Stage)...)
	if e.Tuning > 0 { // the bounds were made
		lines = append(lines, "  bounds    "+alphaWords(e))
	}
	return lines
}

func lookWords(name string, l ledger.GateLimit, look *ledger.EffectLook) []string {
	if look == nil {
		return nil
	}
	text := fmt.Sprintf("  %s   treatment %s in %s units", name, number(look.Treatment.Mean), count(look.Treatment.Units))
	what := "value"
	if !l.Absolute() {
		text += fmt.Sprintf(", control %s in %s units", number(look.Control.Mean), count(look.Control.Units))
		what = "difference"
	}
	if l.Relative() {
		what = "ratio"
	}
	if look.Estimate != nil {
		text += fmt.Sprintf("; %s %s", what, number(*look.Estimate))
	}
	return []string{text + rangeWords(look.Low, look.High)}
}

func rangeWords(low, high *float64) string {
	switch {
	case low != nil && high != nil:
		return fmt.Sprintf(", between %s and %s", number(*low), number(*high))
	case low != nil:
		return ", at least " + number(*low)
	case high != nil:
		return ", at most " + number(*high)
	}
	return ""
}

// alphaWords says how sure the bounds are.
func alphaWords(e *ledger.EffectEvidence) string {
	text := fmt.Sprintf("hold at all looks together; wrong passes %s%%", number(100*e.PassAlpha))
	if e.FailAlpha > 0 {
		text += fmt.Sprintf(", wrong failures %s%%", number(100*e.FailAlpha))
	}
	if e.Alert != 0 {
		text += fmt.Sprintf("; fails from %s, if harm is shown", number(e.Alert))
	}
	return text
}
