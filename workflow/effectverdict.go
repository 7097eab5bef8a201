package workflow

import (
	"fmt"

	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

func (j effect) verdict() (ledger.Verdict, string) {
	if j.fails() {
		return ledger.VerdictFail, j.failing()
	}
	if few, text := j.few(); few {
		return ledger.VerdictHold, text
	}
	if text := j.missing(); text != "" {
		return ledger.VerdictNoData, text
	}
	switch {
	case j.stage.err != nil: // of what is divided by events, which there are
		return ledger.VerdictHold, fmt.Sprintf("%s: %v", j.gate.Metric, j.stage.err)
	case !j.counted(j.stage):
		return ledger.VerdictHold, fmt.Sprintf("%s; %d units of each variant must have something to count", j.describe(j.stage, " in this stage so far"), MinNonZero)
	case j.passes():
		return ledger.VerdictPass, j.passing()
	}
	return ledger.VerdictHold, j.collecting()
}

// fails looks at the whole rollout.
func (j effect) fails() bool {
	s := j.rollout
	if j.e.Limit.Kind == ledger.LimitGoal || s.look == nil || !j.counted(s) {
		return false
	}
	if s.treatment.N < MinEffectUnits || !j.e.Limit.Absolute() && s.control.N < MinEffectUnits {
		return false
	}
	if !j.grown(s) {
		return false
	}
	if j.e.Limit.Absolute() {
		beyond, err := s.treatment.Value(j.at())
		return err == nil && j.excludesZero(beyond, j.e.FailAlpha, j.harmful())
	}
	difference, err := stats.Difference(s.control, s.treatment)
	return err == nil && j.alarming(s) && j.excludesZero(difference, j.e.FailAlpha, j.harmful())
}

// grown reports whether the arm that has more of what is counted has it from
// enough units. Where there is little because little is allowed, there need not
// be.
func (j effect) grown(s sight) bool {
	switch {
	case j.upper():
		return effective(s.TreatmentSums.PostNum, s.TreatmentSums.PostNumSquares) >= MinNonZero
	case j.e.Limit.Absolute():
		return true
	}
	return effective(s.ControlSums.PostNum, s.ControlSums.PostNumSquares) >= MinNonZero
}

// alarming reports whether the observed effect has reached the alert.
func (j effect) alarming(s sight) bool {
	c, t := s.control.Mean, s.treatment.Mean
	reference := c + j.e.Alert
	if j.e.Limit.Relative() {
		if c < 0 {
			return false
		}
		reference = c * j.e.Alert
	}
	if j.upper() {
		return t >= reference
	}
	return t <= reference
}

// excludesZero reports whether the effect lies on that side of 0.
func (j effect) excludesZero(e stats.Effect, alpha float64, side stats.Side) bool {
	i := j.sequence(alpha).Interval(e, side)
	if side == stats.Greater {
		return i.Low > 0
	}
	return i.High < 0
}

// passes looks at the current stage.
func (j effect) passes() bool {
	s := j.stage
	var e stats.Effect
	var err error
	switch {
	case j.e.Limit.Absolute():
		e, err = s.treatment.Value(j.at())
	case j.e.Limit.Relative():
		e, err = stats.RatioContrast(s.control, s.treatment, j.e.Limit.Value)
	default:
		e, err = stats.Difference(s.control, s.treatment)
		e.Estimate -= j.e.Limit.Value // 0 for a goal
	}
	return err == nil && j.excludesZero(e, j.e.PassAlpha, j.harmless())
}

// few reports whether the stage has too few units to say anything at all.
func (j effect) few() (bool, string) {
	s := j.stage
	t, c := s.TreatmentSums.N, s.ControlSums.N
	if j.m.Kind == ledger.MetricQuantile && !j.e.Limit.Absolute() {
		t, c = s.TreatmentUnits, s.ControlUnits
	}
	if j.e.Limit.Absolute() {
		return t < MinEffectUnits, fmt.Sprintf("%s: %s treated units in this stage so far; %d are needed",
			j.gate.Metric, grouped(t), MinEffectUnits)
	}
	comparable := s.Comparison.Control.N+s.Comparison.Treatment.N > 0
	if s.err == nil || min(t, c) >= MinEffectUnits && !comparable {
		return false, ""
	}
	if comparable {
		t, c = s.Comparison.Treatment.N, s.Comparison.Control.N
	}
	return true, fmt.Sprintf("%s: %s treated and %s control units can be compared in this stage so far; %d of each are needed",
		j.gate.Metric, grouped(t), grouped(c), MinEffectUnits)
}

// missing says what data are not there, "" if they are.
func (j effect) missing() string {
	s := j.stage
	treatment, control := j.reported(s.TreatmentSums, s.TreatmentValues), j.reported(s.ControlSums, s.ControlValues) || j.e.Limit.Absolute()
	switch {
	case !treatment && !control:
		return j.silent("either variant")
	case !treatment:
		return j.silent("the treatment")
	case !control:
		return j.silent("the control")
	case s.err != nil && !j.byEvents():
		return fmt.Sprintf("%s: %v", j.gate.Metric, s.err)
	case s.err != nil:
		return ""
	case j.e.Limit.Relative() && s.Lift == nil:
		return fmt.Sprintf("%s: %s is the control's mean, less than three standard errors above 0, so no ratio to it can be formed",
			j.gate.Metric, j.value(s.control.Mean))
	case j.e.Limit.Relative() && s.control.Mean <= 0:
		return fmt.Sprintf("%s: %s is the control's mean, which is not above 0, so no ratio to it can be formed",
			j.gate.Metric, j.value(s.control.Mean))
	case s.look == nil:
		return fmt.Sprintf("%s: nothing was seen of it in this stage", j.gate.Metric)
	}
	return ""
}

func (j effect) silent(arm string) string {
	return fmt.Sprintf("%s: no %s was reported for %s in this stage, although units are exposed",
		j.gate.Metric, quoted(j.event()), arm)
}

// event is the name of the events that show that a variant reports.
func (j effect) event() string {
	if j.m.Kind == ledger.MetricRatio {
		return j.m.Denominator.Event
	}
	return j.m.Event
}

// byEvents reports whether the metric is divided by a count of events, not by
// the number of units.
func (j effect) byEvents() bool {
	switch j.m.Kind {
	case ledger.MetricMean, ledger.MetricRatio, ledger.MetricErrorRate:
		return true
	case ledger.MetricQuantile:
		return j.e.Limit.Absolute()
	case ledger.MetricConversion, ledger.MetricRetention, ledger.MetricCount, ledger.MetricSum:
	}
	return false
}

func (j effect) reported(s stats.PairedRatioSums, values int64) bool {
	switch {
	case j.byEvents():
		return s.PostDen > 0
	case j.m.Kind == ledger.MetricQuantile:
		return values > 0
	}
	return s.PostNumSquares > 0
}

// counted reports whether enough units of each arm that is looked at have
// something to count.
func (j effect) counted(s sight) bool {
	return j.counting(s.TreatmentSums, s.TreatmentValues) >= MinNonZero &&
		(j.e.Limit.Absolute() || j.counting(s.ControlSums, s.ControlValues) >= MinNonZero)
}

// counting is the least number of an arm's units that have something to count;
// of a quantile, the number of values.
func (j effect) counting(sums stats.PairedRatioSums, values int64) float64 {
	switch {
	case j.byEvents():
		return effective(sums.PostDen, sums.PostDenSquares)
	case j.m.Kind == ledger.MetricQuantile:
		return float64(values)
	}
	return effective(sums.PostNum, sums.PostNumSquares)
}

// effective is how many equal units would have that sum and sum of squares, and
// so the least number of units that are not zero.
func effective(sum, squares float64) float64 {
	if squares <= 0 {
		return 0
	}
	// Of sums of floating point numbers five ones may be a little less.
	return sum * sum / squares * (1 + 1e-9)
}
