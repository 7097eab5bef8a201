package experiment

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// Report is what an experiment has shown until some time.
type Report struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Control is the variant with which the others are compared.
	Control string `json:"control"`
	// Variants, the control first. A unit counts once in each stretch with
	// one split.
	Variants   []ledger.VariantEvidence `json:"variants"`
	Split      SplitCheck               `json:"split"`
	Metrics    []MetricReport           `json:"metrics"`
	Breakdown  *Breakdown               `json:"breakdown,omitempty"`
	Conclusion Conclusion               `json:"conclusion"`
}

// MetricReport is one metric, the goals before the guardrails.
type MetricReport struct {
	Metric     string            `json:"metric"`
	Role       ledger.MetricRole `json:"role"`
	Definition ledger.Metric     `json:"definition"`
	// Results are those of each variant but the control.
	Results []VariantResult `json:"results"`
}

// VariantResult is a variant, compared with the control on one metric.
type VariantResult struct {
	ledger.MetricEvidence
	// Series is the same over time, each point with all data until then.
	// There is none for quantiles.
	Series []Point `json:"series,omitempty"`
}

// Point is a comparison at the end of a step.
type Point struct {
	At         time.Time        `json:"at"`
	Difference *ledger.Estimate `json:"difference,omitempty"`
	Lift       *ledger.Estimate `json:"lift,omitempty"`
}

// Reader is the store.
type Reader interface {
	// Results is analytics.Reader's.
	Results(ctx context.Context, q analytics.ResultQuery) (analytics.Results, error)
}

// Read answers the question.
func Read(ctx context.Context, from Reader, q Question) (Report, error) {
	x := q.Experiment
	r := Report{From: x.StartedAt, Until: q.until(), Control: x.Design.Control}
	query := q.query()
	var seen analytics.Results
	if len(query.Strata) > 0 && len(query.Variants) > 1 {
		var err error
		if seen, err = from.Results(ctx, query); err != nil {
			return r, fmt.Errorf("experiment %s: %w", x.ID, err)
		}
	}
	j := newJudge(x, query)
	series := j.series(seen)
	t := tallyOf(query, seen)
	r.Split = t.check(q.Flag, x)
	r.Variants = r.Split.variants(query.Variants)
	r.Metrics = j.metrics(t)
	for m := range r.Metrics {
		for v := range r.Metrics[m].Results {
			r.Metrics[m].Results[v].Series = series[m][v]
		}
	}
	if q.Dimension != "" && len(seen.Increments) > 0 {
		b, err := j.breakdown(ctx, from, q)
		if err != nil {
			return r, fmt.Errorf("experiment %s by %s: %w", x.ID, q.Dimension, err)
		}
		r.Breakdown = &b
	}
	r.Conclusion = conclude(r, x)
	return r, nil
}

// Evidence is what a decision records of the report.
func (r Report) Evidence() *ledger.ExperimentEvidence {
	e := &ledger.ExperimentEvidence{From: r.From, Until: r.Until, SRMP: r.Split.P, Variants: r.Variants}
	for _, m := range r.Metrics {
		for _, result := range m.Results {
			e.Metrics = append(e.Metrics, result.MetricEvidence)
		}
	}
	return e
}

// variants adds up the stretches.
func (c *SplitCheck) variants(names []string) []ledger.VariantEvidence {
	all := make([]ledger.VariantEvidence, len(names))
	for v, name := range names {
		all[v].Variant = name
		for _, s := range c.Stretches {
			all[v].Units += s.Variants[v].Units
			all[v].Expected += s.Variants[v].Expected
		}
	}
	return all
}

func tallyOf(q analytics.ResultQuery, seen analytics.Results) *tally {
	t := newTally(q)
	for _, i := range seen.Increments {
		t.add(i)
	}
	for _, found := range seen.Quantiles {
		t.addQuantile(found)
	}
	return t
}

// series are the points of each metric and variant but the control.
func (j *judge) series(seen analytics.Results) [][][]Point {
	all := make([][][]Point, len(j.query.Metrics))
	for m := range all {
		all[m] = make([][]Point, len(j.query.Variants)-1)
	}
	if j.query.Step == 0 {
		return all
	}
	t := newTally(j.query)
	for i, increment := range seen.Increments {
		t.add(increment)
		if i+1 < len(seen.Increments) && seen.Increments[i+1].Bucket == increment.Bucket {
			continue
		}
		for m := range all {
			for v := range all[m] {
				if p, ok := j.point(t, m, v+1); ok {
					p.At = j.query.End(increment.Bucket)
					all[m][v] = append(all[m][v], p)
				}
			}
		}
	}
	return all
}

func (j *judge) point(t *tally, metric, variant int) (Point, bool) {
	if t.q.Metrics[metric].Quantile > 0 {
		return Point{}, false
	}
	c, err := t.compare(metric, variant)
	if err != nil {
		return Point{}, false
	}
	test := j.tests[metric]
	return Point{Difference: test.estimate(c.Difference), Lift: test.lift(c)}, true
}

func tuning(d ledger.ExperimentDesign) float64 {
	return float64(cmp.Or(d.Tuning, stats.DefaultTuning))
}
