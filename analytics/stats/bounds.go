package stats

import "math"

const (
	reach     = 25.0     // ln of the largest ratio that is looked at
	tolerance = 1e-3     // of a bound, in the logarithm
	maxWidth  = 1.0 / 16 // of the odds that are pooled, in the logarithm
)

// RatioBounds are anytime-valid bounds of the true ratio: the probability that
// it ever leaves them is at most alpha. low is 0 and high +Inf where the data
// set no bound.
//
// They are the inversion of two one-sided Mixtures at alpha/2 each: a ratio is
// excluded from below when the harm process against it reaches 2/alpha, from
// above likewise. Each e-value is monotone in the ratio it is tested against,
// so a search finds the edge, to a relative 1e-3 on the excluded side. alpha
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
	bins, upLogs, downLogs := poolOdds(rows), up.logs(), down.logs()
	low, high = 0, math.Inf(1)
	if edge, ok := findEdge(guess, -reach, func(l float64) float64 { return up.logEAt(l, bins, upLogs) - limit }); ok {
		low = math.Exp(edge)
	}
	if edge, ok := findEdge(guess, reach, func(l float64) float64 { return down.logEAt(l, bins, downLogs) - limit }); ok {
		high = math.Exp(edge)
	}
	return low, high
}

// bin pools the errors of rows whose odds are about the same.
type bin struct{ x, n, logOdds float64 }

// poolOdds pools rows around the mean of their log odds. The first-order terms
// cancel. What is left of an e-value's logarithm is at most width^2/32 for each of
// n errors, where its slope at the edge is about 1.4 sqrt(n): a bound moves by less
// than a fifth of the tolerance.
func poolOdds(rows []Row) []bin {
	errors := 0.0
	for _, r := range rows {
		errors += float64(r.XT + r.XC)
	}
	width := min(maxWidth, math.Sqrt(8.7*tolerance/math.Sqrt(max(errors, 1))))
	var bins []bin
	index := make(map[int]int)
	for _, r := range rows {
		n := float64(r.XT + r.XC)
		if n == 0 || r.NT == 0 || r.NC == 0 {
			continue
		}
		logOdds := math.Log(float64(r.NT) / float64(r.NC))
		key := int(math.Floor(logOdds / width))
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
// multiply the null and all ratios is to multiply the odds. logs are m's. ln(1+x)
// takes less time than log1p(x), and is exact enough for the tolerance.
func (m Mixture) logEAt(logNull float64, bins []bin, logs []float64) float64 {
	sums := make([]float64, len(m.Ratios))
	for _, b := range bins {
		odds := math.Exp(b.logOdds + logNull)
		null := math.Log(1 + odds*m.Null)
		for j, r := range m.Ratios {
			sums[j] += b.x*logs[j] - b.n*(math.Log(1+odds*r)-null)
		}
	}
	return m.mix(sums)
}

// findEdge looks for the place where excess ceases to be 0 or more, which it may be
// from inside on, and gives it from that side, within the tolerance. The search
// goes from a guess near the edge in growing steps. It reports false if not even
// inside is excluded.
func findEdge(guess, inside float64, excess func(float64) float64) (float64, bool) {
	at := place{guess, excess(guess)}
	away := inside
	if at.excluded() {
		away = -inside
	}
	for step := math.Copysign(.125, away); at.x != away; step *= 2 {
		next := place{x: at.x + step}
		if math.Abs(next.x) > reach {
			next.x = away
		}
		next.excess = excess(next.x)
		switch {
		case next.excluded() && !at.excluded():
			return narrow(next, at, excess), true
		case at.excluded() && !next.excluded():
			return narrow(at, next, excess), true
		}
		at = next
	}
	return at.x, at.excluded()
}

// place is a logarithm of a ratio and the excess there.
type place struct{ x, excess float64 }

func (p place) excluded() bool { return p.excess >= 0 }

// narrow gives the edge between inside, which is excluded, and outside, which is
// not, from the excluded side. The excess is nearly a line, so it looks a little
// beyond where a line would put the edge, on the side of the end that is further
// off, and halves what a line does not shorten.
func narrow(inside, outside place, excess func(float64) float64) float64 {
	for try := 0; math.Abs(outside.x-inside.x) > tolerance; try++ {
		width := outside.x - inside.x
		share := inside.excess / (inside.excess - outside.excess)
		nudge := .45 * tolerance / math.Abs(width)
		if share > .5 {
			nudge = -nudge
		}
		if share += nudge; try%3 == 2 || !(share > 0 && share < 1) {
			share = .5
		}
		mid := place{x: inside.x + share*width}
		if mid.excess = excess(mid.x); mid.excluded() {
			inside = mid
		} else {
			outside = mid
		}
	}
	return inside.x
}
