package ledger

import (
	"math"
	"slices"
	"time"
)

func (c SaveMetric) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	var ck checks
	ck.key("key", c.Key)
	ck.metric(c.Metric)
	if err := ck.err("metric"); err != nil {
		return Decision{}, err
	}
	if old := p.Metrics[c.Key]; old != nil && !old.Archived && old.Metric == c.Metric {
		return Decision{}, nil
	}
	return Decision{Changes: []Change{{c.subject(), MetricSaved{Metric: c.Metric}}}}, nil
}

func (c ArchiveMetric) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	m := p.Metrics[c.Key]
	if m == nil || m.Archived {
		return Decision{}, notFound("metric", c.Key)
	}
	for _, plan := range p.Plans {
		for _, g := range plan.Plan.Gates {
			if !plan.Archived && g.Metric == c.Key {
				return Decision{}, refused("metric %q is a gate of plan %q; change the plan first", c.Key, plan.Key)
			}
		}
	}
	return Decision{
		Changes: []Change{{c.subject(), MetricArchived{}}}, Guard: c.Project,
	}, nil
}

func (ck *checks) metric(m Metric) {
	kinds := []MetricKind{
		MetricConversion, MetricRetention, MetricCount, MetricSum, MetricMean, MetricRatio, MetricErrorRate, MetricQuantile,
	}
	if !slices.Contains(kinds, m.Kind) {
		ck.add("kind", "%q is not one of %v", m.Kind, kinds)
		return
	}
	ck.event("event", m.Event)
	ck.ratio(m)
	switch {
	case m.Kind != MetricQuantile && m.Quantile != 0:
		ck.add("quantile", "is only for kind %q", MetricQuantile)
	case m.Kind == MetricQuantile && !(m.Quantile > 0 && m.Quantile < 1):
		ck.add("quantile", "is %v; it must lie between 0 and 1, such as 0.95", m.Quantile)
	}
	if m.Kind == MetricRetention && m.Window == 0 {
		ck.add("window", "must say how long a unit has to come back, such as \"168h\"")
	}
	if m.Good != "" && m.Good != Up && m.Good != Down {
		ck.add("good", "%q is not one of up, down", m.Good)
	}
	if m.Test != "" && m.Test != OneSided && m.Test != TwoSided {
		ck.add("test", "%q is not one of one-sided, two-sided", m.Test)
	}
	ck.limits(m)
}

func (ck *checks) event(at, name string) {
	if name == "" || len(name) > MaxKeyLength {
		ck.add(at, "must name the events, in 1 to %d bytes", MaxKeyLength)
	}
}

func (ck *checks) ratio(m Metric) {
	if m.Kind == MetricRatio {
		ck.quantity("of", m.Of)
		ck.event("denominator.event", m.Denominator.Event)
		ck.quantity("denominator.of", m.Denominator.Of)
		return
	}
	if m.Of != "" {
		ck.add("of", "is only for kind %q", MetricRatio)
	}
	if m.Denominator != (Measure{}) {
		ck.add("denominator", "is only for kind %q", MetricRatio)
	}
}

func (ck *checks) quantity(at string, q Quantity) {
	all := []Quantity{QuantityCount, QuantityUnits, QuantityFailed, QuantitySum, QuantityValues}
	if q != "" && !slices.Contains(all, q) {
		ck.add(at, "%q is not one of %v", q, all)
	}
}

// maxSpan keeps times within those that stores can hold.
const maxSpan = Duration(5 * 365 * 24 * time.Hour)

func (ck *checks) limits(m Metric) {
	if math.IsNaN(m.Cap) || math.IsInf(m.Cap, 0) || m.Cap < 0 {
		ck.add("cap", "is %v; it is the most that one unit adds, above 0", m.Cap)
	}
	if m.Cap != 0 && (m.Kind == MetricConversion || m.Kind == MetricRetention || m.Kind == MetricQuantile) {
		ck.add("cap", "is not for kind %q, whose units add at most 1 or are not added up", m.Kind)
	}
	for _, f := range []struct {
		path string
		d    Duration
	}{{"after", m.After}, {"window", m.Window}} {
		if f.d > maxSpan {
			ck.add(f.path, "is %s; the limit is %s", f.d, maxSpan)
		}
	}
}
