package stats

import "math"

const (
	reach     = 25.0      // ln of the largest ratio that is looked at
	tolerance = 1e-3      // of a bound, in the logarithm
	binWidth  = 1.0 / 256 // of the odds that are pooled, in the logarithm
)

// RatioBounds are anytime-valid bounds of the true ratio: the probability that
// it ever leaves them is at most alpha. low is 0 and high +Inf where the data
// set no bound.
//
// They are the inversion of two one-sided Mixtures at alpha/2 each: a ratio is
// excluded from below when the harm process against it reaches 2/alpha, from
// above likewise. Each e-value is monotone in the ratio it is tested against,
// so bisection finds the edge, to a relative 1e-3 on the excluded side. alpha
// is in (0,1).
func RatioBounds(rows []Row, alpha float64) (low, high float64) {
	limit := math.Log(2 / alpha)
	guess := math.Log(Ratio(rows))
	if math.IsNaN(guess) {
		return 0, math.Inf(1)
	}
	guess = max(-reach, min(reach, guess))
	up := HarmMixture(1, 2, FailGrid)
	down := Mixture{Null: 1, Weights: up.Weights, Ratios: make([]float64, len(up.Ratios))}
	for j, r := range up.Ratios {
		down.Ratios[j] = 1 / r
	}
	bins := poolOdds(rows)
	low, high = 0, math.Inf(1)
	if edge, ok := findEdge(guess, -reach, func(l float64) bool { return up.logEAt(l, bins) >= limit }); ok {
		low = math.Exp(edge)
	}
	if edge, ok := findEdge(guess, reach, func(l float64) bool { return down.logEAt(l, bins) >= limit }); ok {
		high = math.Exp(edge)
	}
	return low, high
}

// bin pools the errors of rows whose odds are the same within binWidth.
type bin struct{ x, n, logOdds float64 }

// poolOdds pools rows around the mean of their log odds. The first-order terms
// cancel; what is left of an e-value's logarithm is less than 1e-6 for each
// error, far below the tolerance of a bound.
func poolOdds(rows []Row) []bin {
	var bins []bin
	index := make(map[int]int)
	for _, r := range rows {
		n := float64(r.XT + r.XC)
		if n == 0 || r.NT == 0 || r.NC == 0 {
			continue
		}
		logOdds := math.Log(float64(r.NT) / float64(r.NC))
		key := int(math.Floor(logOdds / binWidth))
		i, ok := index[key]
		if !ok {
			i = len(bins)
			index[key] = i
			bins = append(bins, bin{})
		}
		b := &bins[i]
		b.x += float64(r.XT)
		b.n += n
		b.logOdds += (logOdds - b.logOdds) * n / b.n
	}
	return bins
}

// logEAt is LogE against exp(logNull) in place of the null hypothesis 1. To
// multiply the null and all ratios is to multiply the odds.
func (m Mixture) logEAt(logNull float64, bins []bin) float64 {
	sums, logs := make([]float64, len(m.Ratios)), m.logs()
	for _, b := range bins {
		m.addErrors(sums, logs, b.x, b.n, math.Exp(b.logOdds+logNull))
	}
	return m.mix(sums)
}

// findEdge looks for the place where excluded ceases to hold, which it may do
// from inside on, and gives it from the excluded side, within the tolerance.
// The search goes from a guess near the edge in growing steps. It reports
// false if not even inside is excluded.
func findEdge(guess, inside float64, excluded func(float64) bool) (float64, bool) {
	if excluded(guess) {
		return bisect(guess, -inside, excluded), true
	}
	for step := math.Copysign(.125, inside); guess != inside; step *= 2 {
		next := guess + step
		if math.Abs(next) > reach {
			next = inside
		}
		if excluded(next) {
			return bisect(next, guess, excluded), true
		}
		guess = next
	}
	return 0, false
}

// bisect gives the edge between inside, where excluded holds, and outside,
// where it does not, from the excluded side.
func bisect(inside, outside float64, excluded func(float64) bool) float64 {
	for math.Abs(outside-inside) > tolerance {
		mid := (inside + outside) / 2
		if excluded(mid) {
			inside = mid
		} else {
			outside = mid
		}
	}
	return inside
}
