package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// checkWords is a check of a plan in one line.
func checkWords(c ledger.Check) string {
	span := spanWords(c.For.Or(ledger.DefaultFor))
	if c.Query == "" {
		return fmt.Sprintf("%s, as %s judges it, over %s", c.Name, c.Source, span)
	}
	return fmt.Sprintf("%s of %s stays %s, over %s", c.Name, c.Source, c.Condition(), span)
}

// dryWords marks a gate that decides nothing.
func dryWords(dry bool) string {
	if dry {
		return " (dry run)"
	}
	return ""
}

// checkEvidenceWords is one check: its verdict, what was asked, and the values
// or the words that came back.
func (w *world) checkEvidenceWords(g ledger.GateEvidence) []string {
	c := g.Check
	head := "gate " + bold(c.Name) + " of " + c.Source
	if c.Condition != "" {
		head += " (" + c.Condition + ", over " + spanWords(time.Duration(c.For)) + ")"
	}
	lines := []string{head + dryWords(g.DryRun) + ": " + verdictWords(g.Verdict) + " - " + strings.TrimPrefix(g.Reason, c.Name+": ")}
	lines = append(lines, fmt.Sprintf("  asked about %s to %s, answered after %s", w.moment(c.From), w.moment(c.Until), spanWords(time.Duration(c.Took))))
	if c.Query != "" {
		lines = append(lines, "  query     "+c.Query)
	}
	if c.Answer != "" {
		lines = append(lines, "  answer    "+c.Answer+reasonWords(c.Said))
	}
	for _, s := range []struct {
		name   string
		series *ledger.SeriesEvidence
	}{{"treatment", c.Treatment}, {"control  ", c.Control}, {"ratio    ", c.Ratio}} {
		if v := s.series; v != nil {
			name := s.name
			if c.ControlQuery == "" {
				name = "value    "
			}
			lines = append(lines, fmt.Sprintf("  %s %s to %s at %d points, last %s", name, number(v.Min), number(v.Max), v.Points, number(v.Last)))
		}
	}
	return lines
}
