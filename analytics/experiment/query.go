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
		r.Metrics = append(r.Metrics, Spec(key, x.Metrics[key], time.Duration(x.Design.Before)))
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
