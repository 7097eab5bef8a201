package workflow

import (
	"fmt"

	"github.com/flagledger/flagledger/ledger"
)

func (j effect) failing() string {
	text := j.describe(j.rollout, "")
	if j.e.Limit.Absolute() {
		return fmt.Sprintf("%s; the bound is beyond %s", text, j.value(j.at()))
	}
	return fmt.Sprintf("%s; the bound shows harm, and the gate fails from %s", text, j.effectValue(j.e.Alert))
}

func (j effect) passing() string {
	if j.e.Limit.Kind == ledger.LimitGoal {
		return j.describe(j.stage, " in this stage") + "; the bound shows an improvement"
	}
	return fmt.Sprintf("%s; the bound shows that it %s", j.describe(j.stage, " in this stage"), j.condition())
}

func (j effect) collecting() string {
	if j.e.Limit.Kind == ledger.LimitGoal {
		return j.describe(j.stage, " in this stage so far") + "; no improvement is shown yet"
	}
	return fmt.Sprintf("%s; it is to be shown that it %s", j.describe(j.stage, " in this stage so far"), j.condition())
}

// condition is the limit's, with shares as percentages.
func (j effect) condition() string {
	if j.e.Above != 0 || j.e.At != 0 {
		return "stays below " + j.value(j.e.At)
	}
	if j.m.Share() && j.e.Limit.Absolute() {
		word := "above"
		if j.upper() {
			word = "below"
		}
		return "stays " + word + " " + j.value(j.e.Limit.Value)
	}
	if j.m.Share() && !j.e.Limit.Relative() {
		points := j.e.Limit
		points.Value *= 100
		return points.Condition("percentage points")
	}
	return j.e.Limit.Condition(j.m.Unit)
}

// describe puts a look into words: what both arms have, and the estimate with
// its bounds.
func (j effect) describe(s sight, when string) string {
	name := j.gate.Metric
	if j.e.Above != 0 || j.e.At != 0 {
		name = fmt.Sprintf("%s: %s above %.4g%s", name, quoted(j.m.Event), j.e.Above, unit(j.m))
	}
	text := fmt.Sprintf("%s: %s in %s treated units", name, j.value(s.treatment.Mean), grouped(s.treatment.N))
	if !j.e.Limit.Absolute() {
		text += fmt.Sprintf(" against %s in %s control units", j.value(s.control.Mean), grouped(s.control.N))
	}
	text += when
	if !j.e.Limit.Absolute() && s.look.Estimate != nil {
		text += ", " + j.effectValue(*s.look.Estimate)
	}
	return text + j.boundWords(*s.look)
}

func (j effect) boundWords(l ledger.EffectLook) string {
	switch {
	case l.Low != nil && l.High != nil:
		return fmt.Sprintf(", between %s and %s", j.bound(*l.Low), j.bound(*l.High))
	case l.Low != nil:
		return ", at least " + j.bound(*l.Low)
	case l.High != nil:
		return ", at most " + j.bound(*l.High)
	}
	return ""
}

// value writes a value of the metric.
func (j effect) value(x float64) string {
	if j.m.Share() || j.e.Above != 0 || j.e.At != 0 {
		return number(100*x) + "%"
	}
	return number(x) + unit(j.m)
}

// effectValue writes a ratio or a difference.
func (j effect) effectValue(x float64) string {
	switch {
	case j.e.Limit.Relative():
		return times(x) + " the control"
	case j.m.Share():
		return fmt.Sprintf("%+.4g percentage points", 100*x)
	default:
		return fmt.Sprintf("%+.4g%s", x, unit(j.m))
	}
}

// bound is effectValue or value, shorter.
func (j effect) bound(x float64) string {
	switch {
	case j.e.Limit.Absolute():
		return j.value(x)
	case j.e.Limit.Relative():
		return fmt.Sprintf("%.4g", x)
	case j.m.Share():
		return fmt.Sprintf("%+.4g", 100*x)
	default:
		return fmt.Sprintf("%+.4g", x)
	}
}
