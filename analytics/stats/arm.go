package stats

import (
	"errors"
	"math"
)

// ErrNoEffect tells that the data support no estimate: too few units, no
// variation in either arm, or a control too close to zero to divide by. It is
// "no data", never an effect of zero.
var ErrNoEffect = errors.New("the data support no estimate")

// Arm is one variant seen through one metric: the mean of a quantity over
// independent units, and the variance of the quantity in a single unit. Both
// are in the metric's unit (and its square). Mean/Variance carry everything a
// comparison needs, so proportions, means and ratios meet in one type.
type Arm struct {
	N        int64 // units, at least 0
	Mean     float64
	Variance float64
}

// Proportion is the arm of a metric that each unit either has or has not,
// such as a conversion: x of n units.
func Proportion(x, n int64) Arm {
	if n <= 0 {
		return Arm{}
	}
	p := float64(x) / float64(n)
	return Arm{N: n, Mean: p, Variance: p * (1 - p)}
}

// Mean is the arm of a quantity per unit, from the sum of the n values and of
// their squares. Its variance is the unbiased one. Values that are heavy in
// the tail should be winsorised before, at a cap that was set in advance.
func Mean(n int64, sum, squares float64) Arm {
	if n <= 0 {
		return Arm{}
	}
	a := Arm{N: n, Mean: sum / float64(n)}
	if n > 1 {
		a.Variance = spread(n, sum, sum, squares)
	}
	return a
}

// RatioSums are the sums behind a ratio of two quantities of the same unit,
// such as failed requests by all requests of an account.
type RatioSums struct {
	N               int64 // units: what was randomised
	Num, NumSquares float64
	Den, DenSquares float64
	Products        float64 // sum of numerator times denominator
}

// Arm is the ratio of the sums. Its variance is that of one randomised unit by
// the delta method, so requests of one account may depend on each other in any
// way. It is the zero Arm when the denominator is 0.
//
// Source: Deng, Knoblich & Lu, "Applying the Delta Method in Metric
// Analytics", KDD 2018, section 2.
func (s RatioSums) Arm() Arm {
	if s.N <= 0 || s.Den == 0 {
		return Arm{}
	}
	n := float64(s.N)
	mean, den := s.Num/s.Den, s.Den/n
	a := Arm{N: s.N, Mean: mean}
	if s.N > 1 {
		a.Variance = max(0, (spread(s.N, s.Num, s.Num, s.NumSquares)+
			mean*mean*spread(s.N, s.Den, s.Den, s.DenSquares)-
			2*mean*spread(s.N, s.Num, s.Den, s.Products))/(den*den))
	}
	return a
}

// spread is the unbiased covariance of two quantities from their sums and the
// sum of their products; of a quantity with itself, its variance.
func spread(n int64, sumA, sumB, products float64) float64 {
	return (products - sumA*sumB/float64(n)) / float64(n-1)
}

// squaredSE is the squared standard error of the mean.
func (a Arm) squaredSE() float64 {
	if a.N == 0 {
		return math.Inf(1)
	}
	return a.Variance / float64(a.N)
}
