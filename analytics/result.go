package analytics

import (
	"fmt"
	"math"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

// ResultQuery asks how the variants of an experiment compare on metrics up to
// Until.
//
// Population. In each stratum, a stretch with one split, a unit belongs to the
// variant of its first exposure there (to the earlier one in Variants, if two
// came at the same microsecond). It stays until the stratum ends or it is
// exposed to another of Variants, from which moment it is mixed. So a change of
// the split ends what was measured under the old one, in all variants at the
// same time.
//
// Cohorts. What a unit was first exposed to in each of the earlier strata is
// its cohort. A new split is drawn by chance among the units of one cohort, but
// not among all units, so a comparison is fair within a cohort only.
//
// Events count from a unit's first exposure in the stratum while it stays, as
// MetricSpec says. Those that name flags, and not this one, are not seen.
//
// Only exposures and events before Until are seen.
type ResultQuery struct {
	Project, Environment, Flag string
	By                         string // DefaultBy if empty
	// Rule whose split is compared, as in Rollout; empty is the default.
	Rule string
	// Variants, the control first. Exposures to others are ignored.
	Variants []string
	// Strata in the order of time; their versions and spans must not overlap.
	Strata  []Stratum
	Metrics []MetricSpec
	// Step is the width of the buckets that the answer is cut into, aligned to
	// the Unix epoch, in whole microseconds; 0 gives totals.
	Step time.Duration
	// Dimension breaks the answer down by this attribute of a unit's first
	// exposure in the stratum; empty does not. The MaxValues that most units
	// have, counted in each stratum, stand alone, the rest are Others.
	Dimension string
	Until     time.Time
}

// MetricSpec says how a metric is made of events. The numerator is a sum over
// the events of a unit, and the metric is the mean of that over units, or, with
// a Denominator, the ratio of the two means; with a Quantile, it is the
// quantile of the numerator's values over all events.
type MetricSpec struct {
	Name        string
	Numerator   Measure
	Denominator *Measure
	// After and Window limit events to the span [After, After+Window) since the
	// unit's first exposure; Window 0 is no end.
	After, Window time.Duration
	// Mature leaves out units whose span is not over before Until and the end
	// of their stratum. It needs a Window.
	Mature bool
	// Before takes the events of that time before the first exposure, whatever
	// flags they name, as the covariate of CUPED. 0 is none.
	Before time.Duration
	// Cap bounds a unit's numerator from above (winsorisation), in the span and
	// before it; nil is no bound.
	Cap *float64
	// Quantile is in (0,1), or 0 for a metric of sums. It takes the values of
	// the numerator's events; Before, Cap and Denominator do not go with it.
	Quantile float64
}

// Measure is what a unit's events add up to.
type Measure struct {
	Event string
	Of    Quantity
	// Above is what a value must exceed to count, for OfAbove.
	Above float64
}

// Quantity is what one event adds.
type Quantity string

// The quantities.
const (
	OfAny    Quantity = "any"    // 1 for the first event, 0 for the others
	OfCount  Quantity = "count"  // 1
	OfFailed Quantity = "failed" // 1 if it failed
	OfSum    Quantity = "sum"    // its value; 0 if it has none
	OfValues Quantity = "values" // 1 if it has a value
	OfAbove  Quantity = "above"  // 1 if its value exceeds Measure.Above
)

// MaxValues is how many values of a Dimension are told apart.
const MaxValues = 20

// Others is the Value of a Cell of all other values. No attribute has it.
const Others = "\x00"

// maxCohorts keeps the number of a cohort within 62 bits.
const maxCohorts = 1 << 62

// Normal checks the query and gives it with its defaults, and its times in UTC
// microseconds. The error wraps ErrQuery.
func (q ResultQuery) Normal() (ResultQuery, error) {
	if len(q.Variants) < 2 {
		return q, fmt.Errorf("%d variants, at least 2 are needed: %w", len(q.Variants), ErrQuery)
	}
	if math.Pow(float64(len(q.Variants)+1), float64(len(q.Strata))) > maxCohorts {
		return q, fmt.Errorf("%d strata of %d variants are too many: %w", len(q.Strata), len(q.Variants), ErrQuery)
	}
	if q.Step < 0 || q.Step%time.Microsecond != 0 {
		return q, fmt.Errorf("step %v is not a number of microseconds: %w", q.Step, ErrQuery)
	}
	same := Rollout{
		Project: q.Project, Environment: q.Environment, Flag: q.Flag, By: q.By, Rule: q.Rule,
		Control: q.Variants[0], Treatment: q.Variants[1], Strata: q.Strata,
	}
	same, err := same.Normal()
	q.By, q.Strata, q.Until = same.By, same.Strata, micros(q.Until)
	if err != nil {
		return q, err
	}
	for _, m := range q.Metrics {
		if err := m.check(); err != nil {
			return q, fmt.Errorf("metric %q: %w", m.Name, err)
		}
	}
	return q, nil
}

func (m MetricSpec) check() error {
	switch {
	case m.Name == "" || m.Numerator.Event == "" || m.Denominator != nil && m.Denominator.Event == "":
		return fmt.Errorf("the metric or its events have no name: %w", ErrQuery)
	case !m.Numerator.finite() || m.Denominator != nil && !m.Denominator.finite():
		return fmt.Errorf("above is no number: %w", ErrQuery)
	case m.After < 0 || m.Window < 0 || m.Before < 0:
		return fmt.Errorf("after %v, window %v or before %v is negative: %w", m.After, m.Window, m.Before, ErrQuery)
	case m.Mature && m.Window == 0:
		return fmt.Errorf("a span without an end is never over: %w", ErrQuery)
	case !(m.Quantile >= 0 && m.Quantile < 1):
		return fmt.Errorf("quantile %v is not in (0,1): %w", m.Quantile, ErrQuery)
	case m.Quantile > 0 && (m.Denominator != nil || m.Before != 0 || m.Cap != nil || m.Mature):
		return fmt.Errorf("a quantile takes no denominator, before, cap or mature: %w", ErrQuery)
	case m.Cap != nil && !(*m.Cap >= 0):
		return fmt.Errorf("cap %v is not at least 0: %w", *m.Cap, ErrQuery)
	}
	return nil
}

func (m Measure) finite() bool { return !math.IsNaN(m.Above) && !math.IsInf(m.Above, 0) }

// Maturity is how long after its first exposure a unit counts.
func (m MetricSpec) Maturity() time.Duration {
	if !m.Mature {
		return 0
	}
	return m.After + m.Window
}

// Bucket is the number of the bucket that t falls into, 0 without a Step.
func (q ResultQuery) Bucket(t time.Time) int64 {
	if q.Step == 0 {
		return 0
	}
	return GateQuery{Bucket: q.Step}.Index(t)
}

// End is when a bucket ends, but Until at the latest.
func (q ResultQuery) End(bucket int64) time.Time {
	if q.Step == 0 {
		return q.Until
	}
	if end := (GateQuery{Bucket: q.Step}).At(bucket + 1); end.Before(q.Until) {
		return end
	}
	return q.Until
}

// Cell is a group of units that are alike in all that the query tells apart.
type Cell struct {
	Stratum int
	Cohort  int64  // see ResultQuery.Seen; 0 is a unit that was in no earlier stratum
	Value   string // of the Dimension; empty if the exposure had none
	Variant int    // position in Variants
}

// Seen gives the variant that a cohort's units were first exposed to in each
// stratum before the given one, -1 for none.
func (q ResultQuery) Seen(stratum int, cohort int64) []int {
	base := int64(len(q.Variants) + 1)
	seen := make([]int, stratum)
	for i := range seen {
		seen[i] = int(cohort%base) - 1
		cohort /= base
	}
	return seen
}

// Results is the answer to a ResultQuery: what each bucket adds to each cell.
// The sums over all buckets up to one are the state at its end.
type Results struct {
	// Increments in the order of buckets, then of cells.
	Increments []Increment
	// Quantiles of the metrics that are some, at Until, in the order of
	// metrics, then of cells. Cells without values are left out.
	Quantiles []Quantile
}

// Increment is what one bucket adds to a cell.
type Increment struct {
	Bucket int64
	Cell
	Units int64 // first exposures
	Mixed int64 // units that were exposed to another variant
	// Metrics are the sums over units, in the order of the query; those of a
	// quantile are zero. Without a denominator each unit's is 1.
	Metrics []stats.PairedRatioSums
}

// Quantile is a cell seen through a metric that is a quantile.
type Quantile struct {
	Metric int // position in Metrics
	Cell
	// Sample has its neighbours at stats.QuantileAlpha; quantiles are as that
	// of ControlValues.
	Sample stats.QuantileSample
}
