package stats

import (
	"fmt"
	"math"
)

// RatioContrast is the treatment's mean less ratio times the control's. With a
// control above zero it is below zero exactly when the ratio of the means is
// below ratio; nothing is divided, so it is a test of the ratio also where the
// control is too close to zero for Lift. It returns ErrNoEffect where
// Difference does.
//
// Source: Fieller, J. R. Statist. Soc. B 16 (1954) 175-185.
func RatioContrast(control, treatment Arm, ratio float64) (Effect, error) {
	return effect(control, treatment, treatment.Mean-ratio*control.Mean, sq(ratio)*control.squaredSE(), treatment.squaredSE())
}

// Value is the arm's mean less limit, for a comparison with a number instead of
// a control. It returns ErrNoEffect for fewer than two units, or if they do not
// vary.
func (a Arm) Value(limit float64) (Effect, error) {
	se := math.Sqrt(a.squaredSE())
	if a.N < 2 || se == 0 || math.IsNaN(se) || math.IsInf(se, 0) {
		return Effect{}, fmt.Errorf("%d units, at least 2 that differ are needed: %w", a.N, ErrNoEffect)
	}
	return Effect{Estimate: a.Mean - limit, SE: se, DF: float64(a.N - 1), N: a.N}, nil
}

// Cautious gives the arms with the variances that a comparison under a null
// hypothesis should reckon with. An arm that has had few events by chance shows
// too small a variance along with too small a mean, and would prove itself too
// easily. So neither arm's variance is taken to be less than the other's, and
// the treatment's not less than it would be with a mean of expected, growing
// with the mean as that of a count does.
func Cautious(control, treatment Arm, expected float64) (c, t Arm) {
	c, t = control, treatment
	c.Variance = max(control.Variance, treatment.Variance)
	t.Variance = max(treatment.Variance, control.VarianceAt(expected))
	return c, t
}

// VarianceAt is the variance if the mean were so much greater, growing with it
// as that of a count does. It is not less than Variance.
func (a Arm) VarianceAt(mean float64) float64 {
	if a.Mean <= 0 || mean <= a.Mean {
		return a.Variance
	}
	return a.Variance * mean / a.Mean
}

// Half is the half width of the interval of n units, in standard errors.
func (s Sequence) Half(n int64, side Side) float64 {
	return -s.Interval(Effect{SE: 1, N: n}, side).low(side)
}

// low is the lower end, or the mirrored upper one.
func (i Interval) low(side Side) float64 {
	if side == Less {
		return -i.High
	}
	return i.Low
}

// RatioInterval bounds the ratio of the means on the side that the alternative
// claims: it has the ratios whose RatioContrast the sequence does not exclude.
// If the control cannot be told from zero there is no bound, and the end is
// infinite. side is Greater or Less.
func (s Sequence) RatioInterval(control, treatment Arm, side Side) Interval {
	half := s.Half(control.N+treatment.N, side)
	c, t := control.Mean, treatment.Mean
	a := sq(c) - sq(half)*control.squaredSE()
	b := t * c
	free := sq(t) - sq(half)*treatment.squaredSE()
	root := sq(b) - a*free
	if !(c > 0 && a > 0 && root >= 0) {
		return Interval{math.Inf(-1), math.Inf(1)}
	}
	if side == Greater {
		return Interval{(b - math.Sqrt(root)) / a, math.Inf(1)}
	}
	return Interval{math.Inf(-1), (b + math.Sqrt(root)) / a}
}
