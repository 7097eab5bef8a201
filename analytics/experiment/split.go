package experiment

import (
	"fmt"
	"math"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// AlarmP is the p-value below which the check of the split raises an alarm.
const AlarmP = 0.001

// oddShare is the share of units that may be where no split put them, or in two
// variants, before there is an alarm.
const oddShare = 0.01

// SplitCheck tells whether units arrived in the variants as the splits have it
// (sample ratio mismatch). If not, units got lost in a way that depends on the
// variant, and no other number of the experiment can be trusted.
type SplitCheck struct {
	Alarm bool `json:"alarm"`
	// Reason says in words what is wrong.
	Reason string `json:"reason,omitempty"`
	// P is always valid: below AlarmP at any look it is an alarm.
	P float64 `json:"p"`
	// Mixed is the number of units that were exposed to two variants in the
	// same stretch. They count until then, for the first one.
	Mixed int64 `json:"mixed"`
	// Unexpected is the number of units in a variant in which no split puts
	// them, given what they have seen before.
	Unexpected int64 `json:"unexpected"`
	// Stretches are the times with one split.
	Stretches []Stretch `json:"stretches"`
}

// Stretch is a time with one split.
type Stretch struct {
	From time.Time `json:"from"`
	// Until is absent while it goes on.
	Until   time.Time          `json:"until,omitzero"`
	Weights []evaluator.Weight `json:"weights"`
	// Variants counts the units that were exposed in this stretch.
	Variants []ledger.VariantEvidence `json:"variants"`
}

// check compares the units of each group with what the splits let expect of it.
// Groups are disjoint in each stratum, and a later split is drawn anew given
// what was seen before, so the Bayes factors multiply (see stats.LogBayesFactor).
func (t *tally) check(flag *ledger.Flag, x *ledger.Experiment) SplitCheck {
	c := SplitCheck{P: 1, Stretches: stretches(x, t.q.Variants)}
	logBF, units := 0.0, int64(0)
	for _, g := range t.groups {
		expected := shares(x.Allocations, flag.Salt, t.q.Variants, t.q.Seen(g.stratum, g.cohort))
		var counts []int64
		var positive []float64
		for v, n := range g.units {
			units += n
			c.Mixed += g.mixed[v]
			if expected[v] == 0 {
				c.Unexpected += n
				continue
			}
			counts, positive = append(counts, n), append(positive, expected[v])
		}
		if len(counts) > 1 {
			// Shares are quotients of whole numbers: they sum to 1.
			more, err := stats.LogBayesFactor(counts, positive, stats.Concentration)
			if err == nil {
				logBF += more
			}
		}
		c.Stretches[g.stratum].count(g, expected)
	}
	c.P = min(1, math.Exp(-logBF))
	c.Reason = c.wrong(units)
	c.Alarm = c.Reason != ""
	return c
}

func stretches(x *ledger.Experiment, variants []string) []Stretch {
	all := make([]Stretch, len(x.Allocations))
	for i, a := range x.Allocations {
		all[i] = Stretch{From: a.From, Until: a.Until, Weights: a.Split.Weights}
		for _, v := range variants {
			all[i].Variants = append(all[i].Variants, ledger.VariantEvidence{Variant: v})
		}
	}
	return all
}

func (s *Stretch) count(g *group, expected []float64) {
	total := int64(0)
	for _, n := range g.units {
		total += n
	}
	for v := range s.Variants {
		s.Variants[v].Units += g.units[v]
		s.Variants[v].Expected += float64(total) * expected[v]
	}
}

// wrong says what is wrong with the split, or nothing.
func (c *SplitCheck) wrong(units int64) string {
	odd := oddShare * float64(units)
	switch {
	case c.P < AlarmP:
		return fmt.Sprintf("the units are not distributed as configured: under the splits so great a deviation has a probability below %.2g; "+
			"look for exposures that one variant loses or reports late", max(c.P, 1e-9))
	case units >= minUnits && float64(c.Unexpected) > odd:
		return fmt.Sprintf("%d of %d units are in variants in which the splits do not put them; "+
			"look for exposures that were reported under another unit", c.Unexpected, units)
	case units >= minUnits && float64(c.Mixed) > odd:
		return fmt.Sprintf("%d of %d units were exposed to more than one variant; "+
			"look for units that share an identifier, or evaluators that run different rulesets", c.Mixed, units)
	}
	return ""
}
