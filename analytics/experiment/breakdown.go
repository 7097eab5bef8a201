package experiment

import (
	"context"
	"slices"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// Breakdown is the experiment among the units of each value of an attribute, as
// it was at their first exposure. It is for exploring: its p-values are corrected
// for all its comparisons together, so that of those below alpha at most that
// share is expected to be false; its intervals stand each for itself.
type Breakdown struct {
	Dimension string     `json:"dimension"`
	Subgroups []Subgroup `json:"subgroups"`
}

// Subgroup is the units of one value.
type Subgroup struct {
	// Value is empty for units without the attribute, and for the Others.
	Value string `json:"value"`
	// Others are the units of all values that are too rare to stand alone.
	Others  bool                    `json:"others,omitempty"`
	Units   int64                   `json:"units"`
	Results []ledger.MetricEvidence `json:"results"`
}

func (j *judge) breakdown(ctx context.Context, from Reader, q Question) (Breakdown, error) {
	query := j.query
	query.Dimension, query.Step = q.Dimension, 0
	seen, err := from.Results(ctx, query)
	if err != nil {
		return Breakdown{}, err
	}
	b := Breakdown{Dimension: q.Dimension, Subgroups: []Subgroup{}}
	alone := *j
	alone.tests = slices.Clone(j.tests)
	for i := range alone.tests {
		alone.tests[i].sequence.Alpha = j.alpha
	}
	var family []*ledger.MetricEvidence
	for _, value := range values(seen) {
		s := alone.subgroup(query, seen, value)
		b.Subgroups = append(b.Subgroups, s)
		for i := range s.Results {
			family = append(family, &s.Results[i])
		}
	}
	adjust(family, stats.BenjaminiHochberg)
	for _, s := range b.Subgroups {
		for i := range s.Results {
			s.Results[i].Finding = j.tests[i/(len(query.Variants)-1)].finding(s.Results[i], j.alpha)
		}
	}
	slices.SortStableFunc(b.Subgroups, func(a, b Subgroup) int { return int(b.Units - a.Units) })
	return b, nil
}

// values are those of the dimension, in order.
func values(seen analytics.Results) []string {
	var all []string
	for _, i := range seen.Increments {
		all = append(all, i.Value)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (j *judge) subgroup(q analytics.ResultQuery, seen analytics.Results, value string) Subgroup {
	t := newTally(q)
	s := Subgroup{Value: value}
	if value == analytics.Others {
		s.Value, s.Others = "", true
	}
	for _, i := range seen.Increments {
		if i.Value == value {
			t.add(i)
			s.Units += i.Units
		}
	}
	for _, found := range seen.Quantiles {
		if found.Value == value {
			t.addQuantile(found)
		}
	}
	for m := range j.tests {
		for v := range q.Variants[1:] {
			s.Results = append(s.Results, j.evidence(t, m, v+1))
		}
	}
	return s
}
