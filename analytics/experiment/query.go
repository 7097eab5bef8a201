package experiment

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// Question says what to read of an experiment.
type Question struct {
	Project    string
	Flag       *ledger.Flag
	Experiment *ledger.Experiment
	// Until is the end of what is seen; the experiment's end, if that is
	// earlier.
	Until time.Time
	// Step is the time between the points of the series, aligned to the Unix
	// epoch; 0 asks for none.
	Step time.Duration
	// Dimension is the attribute of exposures by which the results are broken
	// down as well; empty asks for none.
	Dimension string
}

// until is when the data end.
func (q Question) until() time.Time {
	if end := q.Experiment.EndedAt; !end.IsZero() && end.Before(q.Until) {
		return end
	}
	return q.Until
}

// query is the question to the store, without a dimension.
func (q Question) query() analytics.ResultQuery {
	x := q.Experiment
	r := analytics.ResultQuery{
		Project: q.Project, Environment: x.Environment, Flag: q.Flag.Key, By: x.By, Rule: x.Design.Rule,
		Variants: x.Variants(), Step: q.Step, Until: q.until(), Strata: strata(x),
	}
	for _, key := range metrics(x.Design) {
		r.Metrics = append(r.Metrics, spec(key, x.Metrics[key], x.Design))
	}
	return r
}

// metrics are the keys of all metrics, the goals first.
func metrics(d ledger.ExperimentDesign) []string { return slices.Concat(d.Goals, d.Guardrails) }

// strata are the allocations as the store knows them.
func strata(x *ledger.Experiment) []analytics.Stratum {
	var all []analytics.Stratum
	for _, a := range x.Allocations {
		s := analytics.Stratum{FirstVersion: a.First, LastVersion: cmp.Or(a.Last, math.MaxInt64), Start: a.From, End: a.Until}
		// The clock that stamps events may have been set back.
		if n := len(all); n > 0 && s.Start.Before(all[n-1].End) {
			s.Start = all[n-1].End
		}
		if !s.End.IsZero() && s.End.Before(s.Start) {
			s.End = s.Start
		}
		all = append(all, s)
	}
	return all
}

// spec says how a metric of the ledger is made of events.
func spec(key string, m ledger.Metric, d ledger.ExperimentDesign) analytics.MetricSpec {
	s := analytics.MetricSpec{
		Name: key, After: time.Duration(m.After), Window: time.Duration(m.Window), Before: time.Duration(d.Before),
	}
	if m.Cap != 0 {
		s.Cap = new(m.Cap)
	}
	of := func(event string, q analytics.Quantity) analytics.Measure {
		return analytics.Measure{Event: event, Of: q}
	}
	switch m.Kind {
	case ledger.MetricConversion:
		s.Numerator = of(m.Event, analytics.OfAny)
	case ledger.MetricRetention:
		s.Numerator, s.Mature = of(m.Event, analytics.OfAny), true
	case ledger.MetricCount:
		s.Numerator = of(m.Event, analytics.OfCount)
	case ledger.MetricSum:
		s.Numerator = of(m.Event, analytics.OfSum)
	case ledger.MetricMean:
		s.Numerator, s.Denominator = of(m.Event, analytics.OfSum), new(of(m.Event, analytics.OfValues))
	case ledger.MetricRatio:
		s.Numerator = of(m.Event, quantity(m.Of))
		s.Denominator = new(of(m.Denominator.Event, quantity(m.Denominator.Of)))
	case ledger.MetricErrorRate:
		s.Numerator, s.Denominator = of(m.Event, analytics.OfFailed), new(of(m.Event, analytics.OfCount))
	case ledger.MetricQuantile:
		s.Numerator, s.Quantile, s.Before = of(m.Event, analytics.OfSum), m.Quantile, 0
	}
	return s
}

func quantity(q ledger.Quantity) analytics.Quantity {
	switch q {
	case ledger.QuantityUnits:
		return analytics.OfAny
	case ledger.QuantityFailed:
		return analytics.OfFailed
	case ledger.QuantitySum:
		return analytics.OfSum
	case ledger.QuantityValues:
		return analytics.OfValues
	case ledger.QuantityCount:
	}
	return analytics.OfCount
}
