package experiment

import (
	"cmp"
	"math"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// judge turns comparisons into findings.
type judge struct {
	experiment *ledger.Experiment
	query      analytics.ResultQuery
	tests      []test  // by metric
	alpha      float64 // of all goals together
}

// test is how one metric is tested.
type test struct {
	metric     string
	role       ledger.MetricRole
	definition ledger.Metric
	side       stats.Side
	better     ledger.Direction
	sequence   stats.Sequence // of the intervals
}

// newJudge fixes the tests. The goals share the error probability; each
// guardrail has all of it, because a false alarm there costs a look and a missed
// one costs customers.
func newJudge(x *ledger.Experiment, q analytics.ResultQuery) *judge {
	j := &judge{experiment: x, query: q, alpha: cmp.Or(x.Design.Alpha, ledger.DefaultAlpha)}
	family := max(1, len(x.Design.Goals)*(len(q.Variants)-1))
	for i, key := range metrics(x.Design) {
		t := test{
			metric: key, role: ledger.Guardrail, definition: x.Metrics[key], better: x.Metrics[key].Better(),
			sequence: stats.Sequence{Alpha: j.alpha, Tuning: tuning(x.Design)},
		}
		if i < len(x.Design.Goals) {
			t.role, t.sequence.Alpha = ledger.Goal, j.alpha/float64(family)
		}
		t.side = sideOf(t)
		j.tests = append(j.tests, t)
	}
	return j
}

// sideOf is two-sided for a goal, and harm for a guardrail, unless the metric
// says otherwise. A one-sided goal asks for improvement.
func sideOf(t test) stats.Side {
	sides := t.definition.Test
	if sides == ledger.TwoSided || sides == "" && t.role == ledger.Goal {
		return stats.TwoSided
	}
	if (t.role == ledger.Goal) == (t.better == ledger.Up) {
		return stats.Greater
	}
	return stats.Less
}

// metrics judges all metrics together.
func (j *judge) metrics(t *tally) []MetricReport {
	all := make([]MetricReport, len(j.tests))
	var goals []*ledger.MetricEvidence
	for m, test := range j.tests {
		all[m] = MetricReport{Metric: test.metric, Role: test.role, Definition: test.definition, Results: []VariantResult{}}
		for v := range j.query.Variants[1:] {
			all[m].Results = append(all[m].Results, VariantResult{MetricEvidence: j.evidence(t, m, v+1)})
		}
		for v := range all[m].Results {
			e := &all[m].Results[v].MetricEvidence
			if test.role == ledger.Goal {
				goals = append(goals, e)
			} else {
				e.AdjustedP = e.P
			}
		}
	}
	adjust(goals, stats.Holm)
	for m := range all {
		for v := range all[m].Results {
			e := &all[m].Results[v].MetricEvidence
			e.Finding = j.tests[m].finding(*e, j.alpha)
		}
	}
	return all
}

// adjust corrects the p-values of a family. A member without data is one that
// has shown nothing: it counts, so that its arrival changes no threshold.
func adjust(family []*ledger.MetricEvidence, by func([]float64) []float64) {
	ps := make([]float64, len(family))
	for i, e := range family {
		ps[i] = 1
		if e.P != nil {
			ps[i] = *e.P
		}
	}
	for i, p := range by(ps) {
		if family[i].P != nil {
			family[i].AdjustedP = &p
		}
	}
}

// evidence compares a variant with the control; the correction for other
// comparisons is left to adjust.
func (j *judge) evidence(t *tally, metric, variant int) ledger.MetricEvidence {
	test := j.tests[metric]
	e := ledger.MetricEvidence{
		Metric: test.metric, Role: test.role, Variant: j.query.Variants[variant], Finding: ledger.FindingNoData,
	}
	c, err := t.compare(metric, variant)
	e.ControlUnits, e.TreatmentUnits = c.Control.N, c.Treatment.N
	if err != nil {
		e.Reason = err.Error()
		return e
	}
	e.Control, e.Treatment = &c.Control.Mean, &c.Treatment.Mean
	e.Difference, e.Lift = test.estimate(c.Difference), test.lift(c)
	e.P = new(test.sequence.P(c.Difference, test.side))
	e.Explained = c.Explained
	return e
}

func (t test) lift(c stats.Comparison) *ledger.Estimate {
	if c.Lift == nil {
		return nil
	}
	return t.estimate(*c.Lift)
}

// estimate leaves out bounds that are infinite.
func (t test) estimate(e stats.Effect) *ledger.Estimate {
	interval := t.sequence.Interval(e, t.side)
	out := &ledger.Estimate{Value: e.Estimate}
	if !math.IsInf(interval.Low, 0) {
		out.Low = &interval.Low
	}
	if !math.IsInf(interval.High, 0) {
		out.High = &interval.High
	}
	return out
}

// finding reads the corrected p-value.
func (t test) finding(e ledger.MetricEvidence, alpha float64) ledger.Finding {
	switch {
	case e.AdjustedP == nil:
		return ledger.FindingNoData
	case *e.AdjustedP >= alpha:
		return ledger.FindingOpen
	case (e.Difference.Value > 0) == (t.better == ledger.Up):
		return ledger.FindingBetter
	}
	return ledger.FindingWorse
}
