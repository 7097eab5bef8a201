package stats

import (
	"fmt"
	"math"
)

// PairedSums are the sums of a quantity of each unit during the experiment
// (Post) and of the covariate before it (Pre). What is known of the covariate
// must not depend on the variant.
type PairedSums struct {
	N                 int64
	Post, PostSquares float64
	Pre, PreSquares   float64
	Products          float64
}

func (s PairedSums) plus(o PairedSums) PairedSums {
	return PairedSums{
		N: s.N + o.N, Post: s.Post + o.Post, PostSquares: s.PostSquares + o.PostSquares,
		Pre: s.Pre + o.Pre, PreSquares: s.PreSquares + o.PreSquares, Products: s.Products + o.Products,
	}
}

// paired are the moments of one unit: means, variances and the covariance.
type paired struct {
	n               int64
	post, pre       float64
	varPost, varPre float64
	covariance      float64
}

func (s PairedSums) moments() paired {
	n := float64(s.N)
	return paired{
		n: s.N, post: s.Post / n, pre: s.Pre / n,
		varPost: spread(s.N, s.Post, s.Post, s.PostSquares), varPre: spread(s.N, s.Pre, s.Pre, s.PreSquares),
		covariance: spread(s.N, s.Post, s.Pre, s.Products),
	}
}

// Adjusted is a comparison whose variance the time before the experiment has
// explained in part.
type Adjusted struct {
	// Difference and Lift are as those of arms. The lift is relative to the
	// control's mean as it was measured, not as it was adjusted.
	Difference, Lift Effect
	// Theta is the slope of the metric on its covariate, over both arms.
	Theta float64
	// Explained is the share of the difference's variance that is gone.
	Explained float64
}

// CUPED compares two arms, adjusted for a covariate from before the
// experiment. Nothing is assumed of the relation of the two but that
// randomisation has made it the same in both arms; a covariate that explains
// nothing costs nothing. It returns ErrNoEffect as Difference and Lift do.
//
// Source: Deng, Xu, Kohavi & Walker, "Improving the Sensitivity of Online
// Controlled Experiments by Utilizing Pre-Experiment Data", WSDM 2013.
func CUPED(control, treatment PairedSums) (Adjusted, error) {
	if control.N < 2 || treatment.N < 2 {
		return Adjusted{}, fmt.Errorf("%d control and %d treated units, at least 2 of each are needed: %w",
			control.N, treatment.N, ErrNoEffect)
	}
	both := control.plus(treatment).moments()
	return adjust(control.moments(), treatment.moments(), slope(both.covariance, both.varPre))
}

// slope is 0 for a covariate that does not vary.
func slope(covariance, variance float64) float64 {
	if variance <= 0 {
		return 0
	}
	return covariance / variance
}

// adjust compares the arms of post - theta*pre. Any theta that does not depend
// on the effect is valid; a good one makes the variance small.
func adjust(control, treatment paired, theta float64) (Adjusted, error) {
	c, t := control.arm(theta), treatment.arm(theta)
	difference, err := Difference(c, t)
	if err != nil {
		return Adjusted{}, err
	}
	plain := math.Sqrt(control.varPost/float64(control.n) + treatment.varPost/float64(treatment.n))
	lift, err := adjustedLift(control, treatment, theta)
	if err != nil {
		return Adjusted{}, err
	}
	return Adjusted{Difference: difference, Lift: lift, Theta: theta, Explained: 1 - sq(difference.SE/plain)}, nil
}

// arm is the arm of post - theta*pre.
func (m paired) arm(theta float64) Arm {
	return Arm{
		N: m.n, Mean: m.post - theta*m.pre,
		Variance: max(0, m.varPost+theta*theta*m.varPre-2*theta*m.covariance),
	}
}

// adjustedLift divides the adjusted difference by the control's measured mean;
// the delta method's gradient runs through both.
func adjustedLift(control, treatment paired, theta float64) (Effect, error) {
	base := math.Abs(control.post)
	if base == 0 || base < minControlSE*math.Sqrt(control.varPost/float64(control.n)) {
		return Effect{}, fmt.Errorf("the control's mean %v is too close to zero for a relative effect: %w", control.post, ErrNoEffect)
	}
	c, t := control.arm(theta), treatment.arm(theta)
	ratio := (control.post + t.Mean - c.Mean) / control.post
	fromControl := control.varPost*sq(ratio) - 2*theta*control.covariance*ratio + theta*theta*control.varPre
	return effect(c, t, (t.Mean-c.Mean)/base,
		max(0, fromControl)/sq(base)/float64(control.n), t.Variance/sq(base)/float64(treatment.n))
}

// PairedRatioSums are the sums of two ratios of each unit: during the
// experiment and before it.
type PairedRatioSums struct {
	N                            int64
	PostNum, PostNumSquares      float64
	PostDen, PostDenSquares      float64
	PreNum, PreNumSquares        float64
	PreDen, PreDenSquares        float64
	PostNumPostDen, PreNumPreDen float64 // products
	PostNumPreNum, PostNumPreDen float64
	PostDenPreNum, PostDenPreDen float64
}

// moments linearises both ratios: what one unit adds to a ratio R is, to first
// order, (num - R den) divided by the mean of den.
func (s PairedRatioSums) moments() paired {
	n := float64(s.N)
	post, pre := s.PostNum/s.PostDen, s.PreNum/s.PreDen
	postDen, preDen := s.PostDen/n, s.PreDen/n
	covariance := spread(s.N, s.PostNum, s.PreNum, s.PostNumPreNum) -
		pre*spread(s.N, s.PostNum, s.PreDen, s.PostNumPreDen) -
		post*spread(s.N, s.PostDen, s.PreNum, s.PostDenPreNum) +
		post*pre*spread(s.N, s.PostDen, s.PreDen, s.PostDenPreDen)
	return paired{
		n: s.N, post: post, pre: pre,
		varPost:    RatioSums{s.N, s.PostNum, s.PostNumSquares, s.PostDen, s.PostDenSquares, s.PostNumPostDen}.Arm().Variance,
		varPre:     RatioSums{s.N, s.PreNum, s.PreNumSquares, s.PreDen, s.PreDenSquares, s.PreNumPreDen}.Arm().Variance,
		covariance: covariance / (postDen * preDen),
	}
}

// CUPEDRatio is CUPED for ratios of two quantities per unit. It returns
// ErrNoEffect also where a denominator is 0.
//
// Source: as CUPED, appendix B, with the delta method of RatioSums.Arm.
func CUPEDRatio(control, treatment PairedRatioSums) (Adjusted, error) {
	for _, s := range []PairedRatioSums{control, treatment} {
		if s.N < 2 || s.PostDen == 0 || s.PreDen == 0 {
			return Adjusted{}, fmt.Errorf("%d units with denominators of %v and %v before: %w", s.N, s.PostDen, s.PreDen, ErrNoEffect)
		}
	}
	c, t := control.moments(), treatment.moments()
	return adjust(c, t, slope(c.covariance+t.covariance, c.varPre+t.varPre))
}
