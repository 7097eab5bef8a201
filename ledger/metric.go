package ledger

import "cmp"

// Metric says how a number is made from the events that SDKs report, and which
// way of it is good. Whether it is a goal or a guardrail is a matter of the
// experiment or the plan that uses it.
type Metric struct {
	Name string     `json:"name,omitempty"`
	Kind MetricKind `json:"kind"`
	// Event is the name of the events that are counted or measured.
	Event string `json:"event"`
	// Of is what each event adds to the numerator of a MetricRatio; empty is
	// QuantityCount. Other kinds take none.
	Of Quantity `json:"of,omitempty"`
	// Denominator is what a MetricRatio divides by. Other kinds take none.
	Denominator Measure `json:"denominator,omitzero"`
	// Quantile is the quantile of the values, in (0,1), for MetricQuantile.
	Quantile float64 `json:"quantile,omitempty"`
	// Unit of measurement of the values, for display: "ms", "GBP".
	Unit string `json:"unit,omitempty"`
	// Good is the direction that is an improvement. Empty is down for an error
	// rate and a quantile, which is mostly of latencies, and up for the others.
	Good Direction `json:"good,omitempty"`
	// Test says whether a change in the other direction is of interest. Empty
	// is two-sided for a goal and one-sided for a guardrail, which asks for
	// harm alone.
	Test Sides `json:"test,omitempty"`
	// Cap bounds what one unit adds to the numerator (winsorisation), in the
	// metric's unit, so that a few heavy users do not drown the effect. It is
	// for kinds that add up per unit; 0 is no bound.
	Cap float64 `json:"cap,omitempty"`
	// After leaves out events sooner than this after a unit's first exposure.
	After Duration `json:"after,omitempty"`
	// Window limits attribution to events this long after a unit's first
	// exposure, or after After; 0 is no limit. A MetricRetention needs one.
	Window Duration `json:"window,omitempty"`
}

// Measure is what the events of one name add up to.
type Measure struct {
	Event string   `json:"event"`
	Of    Quantity `json:"of,omitempty"` // empty is QuantityCount
}

// MetricKind is the way a metric is computed.
type MetricKind string

// The kinds of metric.
const (
	MetricConversion MetricKind = "conversion" // share of exposed units with at least one event
	MetricRetention  MetricKind = "retention"  // the same, among units whose window is over
	MetricCount      MetricKind = "count"      // events per exposed unit
	MetricSum        MetricKind = "sum"        // sum of values per exposed unit
	MetricMean       MetricKind = "mean"       // mean of the values
	MetricRatio      MetricKind = "ratio"      // sum over units of one measure by that of another
	MetricErrorRate  MetricKind = "errorRate"  // share of the events that failed
	MetricQuantile   MetricKind = "quantile"   // quantile of the values, e.g. p95 latency
)

// Quantity is what one event adds to a Measure.
type Quantity string

// The quantities.
const (
	QuantityCount  Quantity = "count"  // 1
	QuantityUnits  Quantity = "units"  // 1 for a unit's first event, 0 for others
	QuantityFailed Quantity = "failed" // 1 if it failed
	QuantitySum    Quantity = "sum"    // its value
	QuantityValues Quantity = "values" // 1 if it has a value
)

// Direction is a way in which a number can change.
type Direction string

// The directions.
const (
	Up   Direction = "up"
	Down Direction = "down"
)

// Sides says which changes a test looks for.
type Sides string

// The sides of a test.
const (
	OneSided Sides = "one-sided"
	TwoSided Sides = "two-sided"
)

// Better is the direction that is an improvement.
func (m Metric) Better() Direction {
	if m.Kind == MetricErrorRate || m.Kind == MetricQuantile {
		return cmp.Or(m.Good, Down)
	}
	return cmp.Or(m.Good, Up)
}
