package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Effect is what the treatment does to a metric, with its standard error. It
// is in the metric's unit if made by Difference and a share of the control's
// mean (0.1 is +10%) if made by Lift.
type Effect struct {
	Estimate float64
	SE       float64
	// DF are the degrees of freedom of Student's distribution after Welch.
	DF float64
	// N is the number of units of both arms.
	N int64
}

// Side says on which side of zero the alternative lies.
type Side int

// The sides. A guardrail asks one of them only; a goal asks both.
const (
	TwoSided Side = iota
	Greater       // the treatment's mean is the greater one
	Less
)

// Interval is a confidence interval; one end of a one-sided one is infinite.
type Interval struct{ Low, High float64 }

// Difference is the treatment's mean less the control's, with unequal
// variances. It returns ErrNoEffect if an arm has fewer than two units or
// neither varies. A variance of zero in one arm, as when it has no conversions
// at all, is an ordinary input.
//
// Source: Welch, Biometrika 34 (1947) 28-35.
func Difference(control, treatment Arm) (Effect, error) {
	return effect(control, treatment, treatment.Mean-control.Mean, control.squaredSE(), treatment.squaredSE())
}

// minControlSE is how many standard errors the control's mean must be away
// from zero to be divided by. Below it the delta method's normal
// approximation of a quotient fails (Fieller's set is then unbounded at
// ordinary confidence levels).
const minControlSE = 3

// Lift is the relative effect: the difference divided by the absolute of the
// control's mean, with the delta method's standard error. It returns
// ErrNoEffect where Difference does, and if the control's mean is less than
// three of its standard errors away from zero.
//
// Source: Deng, Knoblich & Lu, KDD 2018, section 2.2.
func Lift(control, treatment Arm) (Effect, error) {
	base := math.Abs(control.Mean)
	if base == 0 || base < minControlSE*math.Sqrt(control.squaredSE()) {
		return Effect{}, fmt.Errorf("the control's mean %v is too close to zero for a relative effect: %w", control.Mean, ErrNoEffect)
	}
	return effect(control, treatment, (treatment.Mean-control.Mean)/base,
		control.squaredSE()*sq(treatment.Mean/base)/sq(base), treatment.squaredSE()/sq(base))
}

// effect puts an estimate together with the squared errors that the arms
// contribute. The degrees of freedom are always those of the difference.
func effect(control, treatment Arm, estimate, fromControl, fromTreatment float64) (Effect, error) {
	if control.N < 2 || treatment.N < 2 {
		return Effect{}, fmt.Errorf("%d control and %d treated units, at least 2 of each are needed: %w",
			control.N, treatment.N, ErrNoEffect)
	}
	se := math.Sqrt(fromControl + fromTreatment)
	if se == 0 || math.IsNaN(se) || math.IsInf(se, 0) {
		return Effect{}, fmt.Errorf("the values do not vary in either arm: %w", ErrNoEffect)
	}
	c, t := control.squaredSE(), treatment.squaredSE()
	df := sq(c+t) / (sq(c)/float64(control.N-1) + sq(t)/float64(treatment.N-1))
	return Effect{Estimate: estimate, SE: se, DF: df, N: control.N + treatment.N}, nil
}

func (e Effect) student() distuv.StudentsT { return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: e.DF} }

// Fixed is the interval of a single look whose time was fixed in advance:
// under repeated looks its error probability is far above alpha; see Sequence.
// alpha is in (0,1).
func (e Effect) Fixed(alpha float64, side Side) Interval {
	if side == TwoSided {
		half := e.student().Quantile(1-alpha/2) * e.SE
		return Interval{e.Estimate - half, e.Estimate + half}
	}
	return oneSided(e.Estimate, e.student().Quantile(1-alpha)*e.SE, side)
}

// oneSided bounds the side that the alternative claims.
func oneSided(estimate, half float64, side Side) Interval {
	if side == Greater {
		return Interval{estimate - half, math.Inf(1)}
	}
	return Interval{math.Inf(-1), estimate + half}
}

// FixedP is the p-value that belongs to Fixed.
func (e Effect) FixedP(side Side) float64 {
	t := e.Estimate / e.SE
	switch side {
	case Greater:
		return e.student().CDF(-t)
	case Less:
		return e.student().CDF(t)
	default:
		return 2 * e.student().CDF(-math.Abs(t))
	}
}
