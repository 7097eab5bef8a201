package stats

import "math"

// Ratio is the observed ratio of the treatment's rate to the control's,
// stratified by row after Mantel and Haenszel: sum x_t n_c/n over
// sum x_c n_t/n. Pooling rows of different shares would give a ratio of the
// times of day instead (Simpson's paradox). It is +Inf when only the treatment
// has errors and NaN when neither has.
//
// Source: Mantel & Haenszel, J. Natl. Cancer Inst. 22 (1959) 719-748; the
// relative-risk form, Rothman, Greenland & Lash, "Modern Epidemiology", ch. 15.
func Ratio(rows []Row) float64 {
	var num, den float64
	for _, r := range rows {
		n := float64(r.NT + r.NC)
		if n == 0 || r.XT+r.XC == 0 {
			continue
		}
		num += float64(r.XT) * float64(r.NC) / n
		den += float64(r.XC) * float64(r.NT) / n
	}
	return num / den
}

// Expected is the number of bad units or events that the treatment would have
// at the control's rate: the sum of x_c n_t/n_c.
func Expected(rows []Row) float64 {
	var sum float64
	for _, r := range rows {
		if r.NC > 0 {
			sum += float64(r.XC) * float64(r.NT) / float64(r.NC)
		}
	}
	return sum
}

// RatioBounds are anytime-valid bounds of the true ratio: the probability that
// it ever leaves them is at most alpha. low is 0 and high +Inf where the data
// set no bound.
//
// They are the inversion of two one-sided Mixtures at alpha/2 each: a ratio is
// excluded from below when the harm process against it reaches 2/alpha, from
// above likewise. Each e-value is monotone in the ratio it is tested against,
// so bisection finds the edge, to a relative 1e-4. alpha is in (0,1).
func RatioBounds(rows []Row, alpha float64) (low, high float64) {
	const reach = 25.0 // ln of the largest ratio looked at
	limit := math.Log(2 / alpha)
	up := HarmMixture(1, 2, FailGrid)
	down := Mixture{Null: 1, Weights: up.Weights, Ratios: make([]float64, len(up.Ratios))}
	for j, r := range up.Ratios {
		down.Ratios[j] = 1 / r
	}
	over := func(m Mixture, logNull float64) bool { return m.at(math.Exp(logNull)).LogE(rows) >= limit }
	low, high = 0, math.Inf(1)
	if over(up, -reach) {
		low = math.Exp(bisect(-reach, reach, func(l float64) bool { return over(up, l) }))
	}
	if over(down, reach) {
		high = math.Exp(bisect(reach, -reach, func(l float64) bool { return over(down, l) }))
	}
	return low, high
}

// at moves the mixture to another null hypothesis.
func (m Mixture) at(null float64) Mixture {
	moved := Mixture{Null: null, Weights: m.Weights, Ratios: make([]float64, len(m.Ratios))}
	for j, r := range m.Ratios {
		moved.Ratios[j] = r / m.Null * null
	}
	return moved
}

// bisect gives the edge between inside, where excluded holds, and outside,
// where it does not, to 1e-4, from the excluded side.
func bisect(inside, outside float64, excluded func(float64) bool) float64 {
	for math.Abs(outside-inside) > 1e-4 {
		mid := (inside + outside) / 2
		if excluded(mid) {
			inside = mid
		} else {
			outside = mid
		}
	}
	return inside
}
