package stats

import "fmt"

// Pair is one stratum of a comparison: units among which chance alone has
// decided on the arm, with one expected share of each.
type Pair struct{ Control, Treatment PairedRatioSums }

// Comparison is the comparison of two arms over all strata.
type Comparison struct {
	// Control and Treatment are the arms as they would be if both had the same
	// mix of strata. They are not adjusted.
	Control, Treatment Arm
	// Difference is adjusted for the covariate, if there is one.
	Difference Effect
	// Lift is the difference relative to the control's mean. It is nil if that
	// is less than three of its standard errors away from zero.
	Lift *Effect
	// Explained is the share of the difference's variance that the adjustment
	// has taken away, 0 without a covariate.
	Explained float64
}

// Stratified compares two arms stratum by stratum and weights the results by
// the harmonic mean of the units of both arms, which no outcome has a part in.
// Sums that are pooled over strata of different shares would compare the strata
// instead of the arms (Simpson's paradox). With adjust, the quantities before
// the experiment adjust the difference, as CUPEDRatio does. A stratum with
// fewer than two units in an arm, or a denominator of 0, shows nothing and is
// passed over; if that leaves none, or no variation, it returns ErrNoEffect.
//
// Source: Miratrix, Sekhon & Yu, "Adjusting treatment effect estimates by
// post-stratification in randomized experiments", J. R. Statist. Soc. B 75
// (2013) 369-396; the weights, Cochran, Biometrics 10 (1954) 417-451.
func Stratified(strata []Pair, adjust bool) (Comparison, error) {
	var arms weightedArms
	for _, s := range strata {
		if !s.Control.usable() || !s.Treatment.usable() {
			continue
		}
		if adjust && s.Control.PreDen != 0 && s.Treatment.PreDen != 0 {
			arms.add(s.Control.moments(), s.Treatment.moments())
		} else {
			arms.add(s.Control.withoutBefore().moments(), s.Treatment.withoutBefore().moments())
		}
	}
	return arms.compare()
}

// QuantilePair is one stratum of a comparison of quantiles.
type QuantilePair struct{ Control, Treatment QuantileSample }

// StratifiedQuantiles is Stratified for the q-quantile, without adjustment. The
// samples' neighbours must be those at QuantileAlpha.
//
// Source: as Stratified, with the variance of QuantileSample.Arm.
func StratifiedQuantiles(strata []QuantilePair, q float64) (Comparison, error) {
	var arms weightedArms
	for _, s := range strata {
		c, errControl := s.Control.Arm(q, QuantileAlpha)
		t, errTreatment := s.Treatment.Arm(q, QuantileAlpha)
		if errControl != nil || errTreatment != nil || c.N < 2 || t.N < 2 {
			continue
		}
		arms.add(paired{n: c.N, post: c.Mean, varPost: c.Variance}, paired{n: t.N, post: t.Mean, varPost: t.Variance})
	}
	return arms.compare()
}

func (s PairedRatioSums) usable() bool { return s.N >= 2 && s.PostDen != 0 }

// weightedArms adds up the moments of both arms over strata. The variances are
// those of the means.
type weightedArms struct {
	control, treatment paired
	total              float64 // of the weights
}

func (w *weightedArms) add(control, treatment paired) {
	n, m := float64(control.n), float64(treatment.n)
	weight := n * m / (n + m)
	w.total += weight
	w.control.addWeighted(control, weight)
	w.treatment.addWeighted(treatment, weight)
}

func (m *paired) addWeighted(o paired, weight float64) {
	each := weight * weight / float64(o.n)
	m.n += o.n
	m.post += weight * o.post
	m.pre += weight * o.pre
	m.varPost += each * o.varPost
	m.varPre += each * o.varPre
	m.covariance += each * o.covariance
}

func (w *weightedArms) compare() (Comparison, error) {
	if w.total == 0 {
		return Comparison{}, fmt.Errorf("no two variants have 2 units each in one stretch: %w", ErrNoEffect)
	}
	c, t := w.control.unstratified(w.total), w.treatment.unstratified(w.total)
	theta := slope(c.covariance+t.covariance, c.varPre+t.varPre)
	difference, err := Difference(c.arm(theta), t.arm(theta))
	if err != nil {
		return Comparison{}, err
	}
	result := Comparison{Control: c.arm(0), Treatment: t.arm(0), Difference: difference}
	if theta != 0 {
		result.Explained = 1 - sq(difference.SE)/(c.varPost/float64(c.n)+t.varPost/float64(t.n))
	}
	if lift, err := adjustedLift(c, t, theta); err == nil {
		result.Lift = &lift
	}
	return result, nil
}

// unstratified gives the moments of one unit of an arm without strata that
// would have the same mean with the same error.
func (m paired) unstratified(total float64) paired {
	scale := float64(m.n) / sq(total)
	m.post, m.pre = m.post/total, m.pre/total
	m.varPost, m.varPre, m.covariance = m.varPost*scale, m.varPre*scale, m.covariance*scale
	return m
}

// withoutBefore has a covariate that is 0 for every unit.
func (s PairedRatioSums) withoutBefore() PairedRatioSums {
	s.PreNum, s.PreNumSquares, s.PreDen, s.PreDenSquares, s.PreNumPreDen = 0, 0, float64(s.N), float64(s.N), 0
	s.PostNumPreNum, s.PostDenPreNum = 0, 0
	s.PostNumPreDen, s.PostDenPreDen = s.PostNum, s.PostDen
	return s
}

// Plus adds the sums of other units.
func (s PairedRatioSums) Plus(o PairedRatioSums) PairedRatioSums {
	return PairedRatioSums{
		N:       s.N + o.N,
		PostNum: s.PostNum + o.PostNum, PostNumSquares: s.PostNumSquares + o.PostNumSquares,
		PostDen: s.PostDen + o.PostDen, PostDenSquares: s.PostDenSquares + o.PostDenSquares,
		PreNum: s.PreNum + o.PreNum, PreNumSquares: s.PreNumSquares + o.PreNumSquares,
		PreDen: s.PreDen + o.PreDen, PreDenSquares: s.PreDenSquares + o.PreDenSquares,
		PostNumPostDen: s.PostNumPostDen + o.PostNumPostDen, PreNumPreDen: s.PreNumPreDen + o.PreNumPreDen,
		PostNumPreNum: s.PostNumPreNum + o.PostNumPreNum, PostNumPreDen: s.PostNumPreDen + o.PostNumPreDen,
		PostDenPreNum: s.PostDenPreNum + o.PostDenPreNum, PostDenPreDen: s.PostDenPreDen + o.PostDenPreDen,
	}
}

// Negative takes units away when it is added.
func (s PairedRatioSums) Negative() PairedRatioSums {
	return PairedRatioSums{
		N:       -s.N,
		PostNum: -s.PostNum, PostNumSquares: -s.PostNumSquares, PostDen: -s.PostDen, PostDenSquares: -s.PostDenSquares,
		PreNum: -s.PreNum, PreNumSquares: -s.PreNumSquares, PreDen: -s.PreDen, PreDenSquares: -s.PreDenSquares,
		PostNumPostDen: -s.PostNumPostDen, PreNumPreDen: -s.PreNumPreDen, PostNumPreNum: -s.PostNumPreNum,
		PostNumPreDen: -s.PostNumPreDen, PostDenPreNum: -s.PostDenPreNum, PostDenPreDen: -s.PostDenPreDen,
	}
}

// OnePerUnit makes both denominators 1 for every unit: the ratios become means
// over units.
func (s PairedRatioSums) OnePerUnit() PairedRatioSums {
	n := float64(s.N)
	s.PostDen, s.PostDenSquares, s.PreDen, s.PreDenSquares, s.PostDenPreDen = n, n, n, n, n
	s.PostNumPostDen, s.PostNumPreDen = s.PostNum, s.PostNum
	s.PreNumPreDen, s.PostDenPreNum = s.PreNum, s.PreNum
	return s
}
