package analytics

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

// ExposedQuery asks who has been exposed before Until. The population is a
// GateQuery's.
type ExposedQuery struct {
	Rollout
	Until time.Time
}

// Normal checks the query and gives it with its defaults. The error wraps
// ErrQuery.
func (q ExposedQuery) Normal() (ExposedQuery, error) {
	r, err := q.Rollout.Normal()
	q.Rollout, q.Until = r, micros(q.Until)
	return q, err
}

// Exposed counts distinct exposed units.
type Exposed struct {
	// Rows, one per stratum and cohort that has units, in that order.
	Rows []ExposedRow
	// Treatment and Control count the whole rollout: a unit that was
	// promoted counts in both.
	Treatment, Control ExposedArm
}

// ExposedRow counts the units of a cohort in a stratum by the arm of their
// first exposure there.
type ExposedRow struct {
	Stratum            int
	Cohort             int // position of an earlier stratum, Fresh or AlreadyTreated
	Treatment, Control int64
	// Mixed were exposed to both within the stratum.
	Mixed int64
}

// ExposedArm counts an arm over the whole rollout.
type ExposedArm struct {
	Units  int64
	Newest time.Time // time of the newest exposure; zero without one
}

// Sort puts the rows of an adapter in order.
func (e Exposed) Sort() {
	slices.SortFunc(e.Rows, func(a, b ExposedRow) int {
		return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Cohort, b.Cohort))
	})
}

// Stage adds up a stratum's rows, AlreadyTreated included.
func (e Exposed) Stage(stratum int) ExposedRow {
	sum := ExposedRow{Stratum: stratum}
	for _, r := range e.Rows {
		if r.Stratum == stratum {
			sum.Treatment += r.Treatment
			sum.Control += r.Control
			sum.Mixed += r.Mixed
		}
	}
	return sum
}

// Substrata gives the groups of units whose split is tested, with the share of
// treatment expected in each. shares are the treatment's, in [0,1], one per
// stratum. A fresh unit's bucket is uniform, so the share is the stratum's; a
// unit that was in control at share p is above p, so the share s is
// (s-p)/(1-p). AlreadyTreated units are in no group: nothing is left to chance.
func (e Exposed) Substrata(shares []float64) []stats.Substratum {
	var groups []stats.Substratum
	for _, r := range e.Rows {
		if r.Cohort == AlreadyTreated {
			continue
		}
		share := shares[r.Stratum]
		if r.Cohort >= 0 {
			seen := shares[r.Cohort]
			share = (share - seen) / (1 - seen)
		}
		groups = append(groups, stats.Substratum{Treatment: r.Treatment, Control: r.Control, Share: share})
	}
	return groups
}

// ControlQuery asks how the values of an event are distributed in the control
// arm, in the span of risk of a GateQuery without a window, before Until.
type ControlQuery struct {
	Rollout
	Event    string
	Quantile float64  // in (0,1)
	Above    *float64 // optional
	Until    time.Time
}

// Normal checks the query and gives it with its defaults. The error wraps
// ErrQuery.
func (q ControlQuery) Normal() (ControlQuery, error) {
	r, err := q.Rollout.Normal()
	q.Rollout, q.Until = r, micros(q.Until)
	switch {
	case err != nil:
		return q, err
	case q.Event == "":
		return q, fmt.Errorf("no event is named: %w", ErrQuery)
	case !(q.Quantile > 0 && q.Quantile < 1):
		return q, fmt.Errorf("quantile %v is not in (0,1): %w", q.Quantile, ErrQuery)
	}
	return q, nil
}

// ControlValues is the answer to a ControlQuery.
type ControlValues struct {
	N int64 // events with a value
	// Quantile interpolates linearly between the order statistics around
	// 1 + (N-1)*q (Hyndman & Fan's type 7, numpy's default); 0 when N is 0.
	Quantile float64
	// Above counts the values greater than ControlQuery.Above.
	Above int64
}

// ShareAbove is the share of values above the query's Above, but at least 1 in
// 2*(N+1): a sample without any does not show that there are none, and the
// share becomes a divisor.
func (v ControlValues) ShareAbove() float64 {
	return max(float64(v.Above)/float64(max(v.N, 1)), 1/float64(2*(v.N+1)))
}
