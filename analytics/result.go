package analytics

import (
	"fmt"
	"time"
)

// ResultQuery asks how variants compare on metrics. A unit belongs to the
// variant of its first exposure by Rule from From until Until under the
// versions given, and is censored when it is exposed to another of Variants. Events
// count from that exposure on, within the metric's window.
type ResultQuery struct {
	Project, Environment, Flag string
	By                         string // DefaultBy if empty
	// Rule whose split is compared, as in Rollout; empty is the flag's
	// default.
	Rule     string
	Variants []string // at least one; others are ignored
	Metrics  []MetricSpec
	// FirstVersion and LastVersion bound the flag's configurations,
	// inclusive; LastVersion 0 is no bound.
	FirstVersion, LastVersion uint64
	From, Until               time.Time
}

// MetricSpec says which events a metric is made of.
type MetricSpec struct {
	Name      string
	Event     string
	Window    time.Duration // after the first exposure; 0 is no limit
	Quantiles []float64     // wanted, each in (0,1)
}

// Normal checks the query and gives it with its defaults. The error wraps
// ErrQuery.
func (q ResultQuery) Normal() (ResultQuery, error) {
	if q.By == "" {
		q.By = DefaultBy
	}
	if q.LastVersion == 0 {
		q.LastVersion = 1<<63 - 1
	}
	q.From, q.Until = micros(q.From), micros(q.Until)
	switch {
	case q.Project == "" || q.Environment == "" || q.Flag == "":
		return q, fmt.Errorf("project, environment and flag are not all named: %w", ErrQuery)
	case len(q.Variants) == 0:
		return q, fmt.Errorf("no variants: %w", ErrQuery)
	case q.Until.Before(q.From):
		return q, fmt.Errorf("until %v is before from %v: %w", q.Until, q.From, ErrQuery)
	}
	for _, m := range q.Metrics {
		if m.Name == "" || m.Event == "" || m.Window < 0 {
			return q, fmt.Errorf("metric %q with event %q and window %v: %w", m.Name, m.Event, m.Window, ErrQuery)
		}
		for _, p := range m.Quantiles {
			if !(p > 0 && p < 1) {
				return q, fmt.Errorf("metric %q: quantile %v is not in (0,1): %w", m.Name, p, ErrQuery)
			}
		}
	}
	return q, nil
}

// Results is the answer to a ResultQuery.
type Results struct {
	Variants []VariantResult // in the order of the query
}

// VariantResult is one variant's part.
type VariantResult struct {
	Variant string
	Units   int64 // exposed
	Mixed   int64 // of which exposed to another variant later
	Metrics []MetricResult
}

// MetricResult has the sufficient statistics of one metric in one variant.
// Events are those attributed to its units.
type MetricResult struct {
	Metric    string
	Units     int64 // exposed, as in VariantResult
	Converted int64 // of which with at least one event
	Events    int64
	Failed    int64
	// Values are the events' values, one each.
	Values Moments
	// CountPerUnit, FailedPerUnit and SumPerUnit are over all exposed
	// units, those without events included as 0. The cross sums make the
	// ratios Failed/Events and Sum/Count per unit available to the delta
	// method.
	CountPerUnit, FailedPerUnit, SumPerUnit Moments
	CrossFailedCount, CrossSumCount         float64
	// Quantiles of the values, as wanted; 0 without values. See
	// ControlValues.Quantile for the definition.
	Quantiles []float64
}

// Moments are the sums behind a mean and a variance.
type Moments struct {
	N               int64
	Sum, SumSquares float64
}

// Mean is 0 when N is 0.
func (m Moments) Mean() float64 {
	if m.N == 0 {
		return 0
	}
	return m.Sum / float64(m.N)
}

// Variance is the unbiased one (N-1), 0 when N is below 2.
func (m Moments) Variance() float64 {
	if m.N < 2 {
		return 0
	}
	return max(0, (m.SumSquares-m.Sum*m.Sum/float64(m.N))/float64(m.N-1))
}

// Conversion is the share of exposed units with at least one event, 0 without
// units.
func (m MetricResult) Conversion() float64 { return share(m.Converted, m.Units) }

// ErrorRate is the share of events that failed, 0 without events.
func (m MetricResult) ErrorRate() float64 { return share(m.Failed, m.Events) }

func share(x, n int64) float64 {
	if n == 0 {
		return 0
	}
	return float64(x) / float64(n)
}
