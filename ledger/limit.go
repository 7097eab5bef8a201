package ledger

import (
	"math"
	"strconv"
)

// LimitKind says what of a metric a gate bounds. It is the name of the field
// of Gate that has the bound.
type LimitKind string

// The kinds of limit.
const (
	LimitMaxRatio      LimitKind = "maxRatio"
	LimitMinRatio      LimitKind = "minRatio"
	LimitMaxDifference LimitKind = "maxDifference"
	LimitMinDifference LimitKind = "minDifference"
	LimitMax           LimitKind = "max"
	LimitMin           LimitKind = "min"
	LimitGoal          LimitKind = "goal" // an improvement must be shown
)

// Limits are what the gate bounds, in the order of the fields; one on a metric
// has one, a check none. The value of a goal is 0.
func (g Gate) Limits() []GateLimit {
	var all []GateLimit
	add := func(given bool, kind LimitKind, value float64) {
		if given {
			all = append(all, GateLimit{Kind: kind, Value: value})
		}
	}
	add(g.MaxRatio != 0, LimitMaxRatio, g.MaxRatio)
	add(g.MinRatio != 0, LimitMinRatio, g.MinRatio)
	add(g.MaxDifference != 0, LimitMaxDifference, g.MaxDifference)
	add(g.MinDifference != 0, LimitMinDifference, g.MinDifference)
	add(g.Max != nil, LimitMax, orZero(g.Max))
	add(g.Min != nil, LimitMin, orZero(g.Min))
	add(g.Goal, LimitGoal, 0)
	return all
}

// Limit is the first of Limits, zero for a check.
func (g Gate) Limit() GateLimit {
	if all := g.Limits(); len(all) > 0 {
		return all[0]
	}
	return GateLimit{}
}

// GateLimit is a bound with its value: a ratio, or a number in the metric's
// unit.
type GateLimit struct {
	Kind  LimitKind `json:"kind" doc:"Field of the gate that has the limit: maxRatio, minRatio, maxDifference, minDifference, max, min or goal."`
	Value float64   `json:"value" doc:"A ratio, or a number in the metric's unit; 0 for a goal."`
}

// Upper reports whether the limit keeps a metric from rising.
func (l GateLimit) Upper() bool {
	return l.Kind == LimitMaxRatio || l.Kind == LimitMaxDifference || l.Kind == LimitMax
}

// Relative reports whether the limit is a ratio to the control.
func (l GateLimit) Relative() bool { return l.Kind == LimitMaxRatio || l.Kind == LimitMinRatio }

// Absolute reports whether the limit takes no account of the control.
func (l GateLimit) Absolute() bool { return l.Kind == LimitMax || l.Kind == LimitMin }

// Condition says what must be, with values in the unit: "stays below 2 times
// the control".
func (l GateLimit) Condition(unit string) string {
	value := strconv.FormatFloat(math.Abs(l.Value), 'g', 4, 64)
	if unit != "" && !l.Relative() {
		value += " " + unit
	}
	switch l.Kind {
	case LimitMaxRatio:
		return "stays below " + value + " times the control"
	case LimitMinRatio:
		return "stays above " + value + " times the control"
	case LimitMaxDifference:
		return "rises by less than " + value + " over the control"
	case LimitMinDifference:
		return "falls by less than " + value + " under the control"
	case LimitMax:
		return "stays below " + sign(l.Value) + value
	case LimitMin:
		return "stays above " + sign(l.Value) + value
	case LimitGoal:
		return "is better than the control's"
	}
	return "has no limit"
}

func sign(x float64) string {
	if x < 0 {
		return "-"
	}
	return ""
}

// Share reports whether values of the metric lie between 0 and 1.
func (m Metric) Share() bool {
	return m.Kind == MetricConversion || m.Kind == MetricRetention || m.Kind == MetricErrorRate
}

// ByFirstEvents reports whether the gate is judged by the first bad event of
// each unit, with the e-process on their order, and not by the metric's values.
func (g Gate) ByFirstEvents(m Metric) bool {
	return g.Limit().Kind == LimitMaxRatio && (m.Kind == MetricErrorRate || m.Kind == MetricQuantile)
}

// gate looks at a gate on a metric.
func (ck *checks) gate(path string, g Gate, p *Project) {
	limits := g.Limits()
	if len(limits) != 1 {
		ck.add(path+"metric", "%q has %d limits; give one of maxRatio, minRatio, maxDifference, minDifference, max, min and goal",
			g.Metric, len(limits))
	}
	if g.Goal && g.OnFail != "" {
		ck.add(path+"onFail", "is for a gate that can fail; a goal never does")
	}
	m := p.Metrics[g.Metric]
	if m == nil || m.Archived {
		ck.add(path+"metric", "%q does not exist", g.Metric)
		return
	}
	for _, l := range limits {
		ck.limit(path, g.Metric, m.Metric, l)
	}
	if g.ByFirstEvents(m.Metric) && m.Metric.After != 0 {
		ck.add(path+"metric", "%q counts from %s after the first exposure; a gate on its maxRatio counts at once",
			g.Metric, m.Metric.After)
	}
}

// limit looks at one limit: whether it suits the metric, and its value.
func (ck *checks) limit(path, name string, m Metric, l GateLimit) {
	at := path + string(l.Kind)
	if math.IsNaN(l.Value) || math.IsInf(l.Value, 0) {
		ck.add(at, "is not a number that values can be compared with")
		return
	}
	switch {
	case l.Kind == LimitGoal:
		return
	case l.Upper() && m.Better() == Up:
		ck.add(at, "is for a metric whose rise is harm, and %q is good when it rises; give %s", name, allowed(m))
		return
	case !l.Upper() && m.Better() == Down:
		ck.add(at, "is for a metric whose fall is harm, and %q is good when it falls; give %s", name, allowed(m))
		return
	case m.Kind == MetricQuantile && l.Kind != LimitMaxRatio && l.Kind != LimitMax:
		ck.add(at, "does not go with %q, which is of kind quantile; give %s", name, allowed(m))
		return
	}
	ck.limitValue(at, m, l)
}

// allowed names the limits that go with a metric.
func allowed(m Metric) string {
	switch {
	case m.Kind == MetricQuantile && m.Better() == Up:
		return "goal"
	case m.Kind == MetricQuantile:
		return "maxRatio, max or goal"
	case m.Better() == Up:
		return "minRatio, minDifference, min or goal"
	}
	return "maxRatio, maxDifference, max or goal"
}

func (ck *checks) limitValue(at string, m Metric, l GateLimit) {
	v := l.Value
	switch l.Kind {
	case LimitMaxRatio:
		if !(v > 1.05 && v <= 100) {
			ck.add(at, "is %v; it must lie between 1.05 and 100, such as 2 for twice the control", v)
		}
	case LimitMinRatio:
		if !(v > 0 && v <= .95) {
			ck.add(at, "is %v; it must lie between 0 and 0.95, such as 0.9 for a loss of a tenth", v)
		}
	case LimitMaxDifference, LimitMinDifference:
		if (v > 0) != l.Upper() {
			ck.add(at, "is %v; it is treatment minus control, so it must be %s 0", v, map[bool]string{true: "above", false: "below"}[l.Upper()])
		} else if m.Share() && math.Abs(v) >= 1 {
			ck.add(at, "is %v; the metric is a share, so give one such as %v for a percentage point", v, math.Copysign(.01, v))
		}
	case LimitMax, LimitMin:
		if m.Share() && !(v > 0 && v < 1) {
			ck.add(at, "is %v; the metric is a share, so it must lie between 0 and 1", v)
		}
	case LimitGoal:
	}
}

// maxEffectStages is how many stages the results of a metric can be told apart
// in: the past of a unit in all of them must fit into one number.
const maxEffectStages = 38

func (ck *checks) effectStages(at string, plan Plan, p *Project) {
	if len(plan.Stages) <= maxEffectStages {
		return
	}
	for _, g := range plan.Gates {
		if m := p.Metrics[g.Metric]; g.Check == nil && m != nil && !g.ByFirstEvents(m.Metric) {
			ck.add(at, "has %d stages; the limit is %d with a gate such as that on %q", len(plan.Stages), maxEffectStages, g.Metric)
			return
		}
	}
}
