package experiment

import (
	"errors"
	"fmt"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// tally is what has been seen until some time.
type tally struct {
	q      analytics.ResultQuery
	groups []*group // in the order in which they were first seen
	index  map[[2]int64]*group
}

// group is the cells of one cohort in one stratum: units for which chance alone
// has decided on the variant.
type group struct {
	stratum   int
	cohort    int64
	units     []int64 // by variant, as the others
	mixed     []int64
	sums      [][]stats.PairedRatioSums // by metric
	quantiles []map[int]stats.QuantileSample
}

func newTally(q analytics.ResultQuery) *tally { return &tally{q: q, index: map[[2]int64]*group{}} }

func (t *tally) group(c analytics.Cell) *group {
	key := [2]int64{int64(c.Stratum), c.Cohort}
	g := t.index[key]
	if g == nil {
		n := len(t.q.Variants)
		g = &group{
			stratum: c.Stratum, cohort: c.Cohort, units: make([]int64, n), mixed: make([]int64, n),
			sums: make([][]stats.PairedRatioSums, n), quantiles: make([]map[int]stats.QuantileSample, n),
		}
		for v := range n {
			g.sums[v] = make([]stats.PairedRatioSums, len(t.q.Metrics))
			g.quantiles[v] = map[int]stats.QuantileSample{}
		}
		t.groups, t.index[key] = append(t.groups, g), g
	}
	return g
}

func (t *tally) add(i analytics.Increment) {
	g := t.group(i.Cell)
	g.units[i.Variant] += i.Units
	g.mixed[i.Variant] += i.Mixed
	for m, s := range i.Metrics {
		g.sums[i.Variant][m] = g.sums[i.Variant][m].Plus(s)
	}
}

func (t *tally) addQuantile(q analytics.Quantile) {
	t.group(q.Cell).quantiles[q.Variant][q.Metric] = q.Sample
}

// compare compares a variant with the control on a metric. Its error says in
// words why it cannot.
func (t *tally) compare(metric, variant int) (stats.Comparison, error) {
	m := t.q.Metrics[metric]
	var c stats.Comparison
	var err error
	if m.Quantile > 0 {
		pairs := make([]stats.QuantilePair, len(t.groups))
		for i, g := range t.groups {
			pairs[i] = stats.QuantilePair{Control: g.quantiles[0][metric], Treatment: g.quantiles[variant][metric]}
		}
		c, err = stats.StratifiedQuantiles(pairs, m.Quantile)
	} else {
		pairs := make([]stats.Pair, len(t.groups))
		for i, g := range t.groups {
			pairs[i] = stats.Pair{Control: g.sums[0][metric], Treatment: g.sums[variant][metric]}
		}
		c, err = stats.Stratified(pairs, m.Before > 0)
	}
	if err != nil || c.Control.N < minUnits || c.Treatment.N < minUnits {
		return c, t.whyNot(metric, variant, c)
	}
	return c, nil
}

// minUnits is how many units of each variant the intervals need: they hold for
// large numbers.
const minUnits = 100

func tooFew(control, treatment int64) error {
	return fmt.Errorf("%d units of the control and %d of the variant can be compared so far; %d of each are needed", control, treatment, minUnits)
}

// whyNot finds out why there is no comparison.
func (t *tally) whyNot(metric, variant int, c stats.Comparison) error {
	m := t.q.Metrics[metric]
	control, treatment := t.total(metric, 0), t.total(metric, variant)
	if control.units < minUnits || treatment.units < minUnits {
		return tooFew(control.units, treatment.units)
	}
	if m.Mature && (control.sums.N < minUnits || treatment.sums.N < minUnits) {
		return fmt.Errorf("%d units of the control and %d of the variant were exposed at least %v ago; %d of each are needed",
			control.sums.N, treatment.sums.N, m.Maturity(), minUnits)
	}
	if n := c.Control.N + c.Treatment.N; n > 0 {
		return tooFew(c.Control.N, c.Treatment.N)
	}
	event, a, b := m.Numerator.Event, control.sums.PostNum, treatment.sums.PostNum
	switch {
	case m.Quantile > 0:
		a, b = float64(control.values), float64(treatment.values)
	case m.Denominator != nil:
		event, a, b = m.Denominator.Event, control.sums.PostDen, treatment.sums.PostDen
	}
	switch {
	case a == 0 && b == 0:
		return fmt.Errorf("no event %q came from any of the units", event)
	case m.Quantile > 0:
		return fmt.Errorf("%v and %v values of %q are too few for the %v-quantile", a, b, event, m.Quantile)
	case m.Denominator != nil && (a == 0 || b == 0):
		return fmt.Errorf("no event %q came from the units of one of the variants", event)
	}
	return errors.New("it is the same for every unit of both variants")
}

// overall is a variant over all groups, seen through a metric.
type overall struct {
	units, values int64
	sums          stats.PairedRatioSums
}

func (t *tally) total(metric, variant int) overall {
	var o overall
	for _, g := range t.groups {
		o.units += g.units[variant]
		o.values += g.quantiles[variant][metric].Values
		o.sums = o.sums.Plus(g.sums[variant][metric])
	}
	return o
}
