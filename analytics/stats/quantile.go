package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// QuantileRanks are the order statistics between which the q-quantile of n
// independent values lies with probability 1-alpha or more, for a single look:
// ranks from 1 to n; 0 and n+1 stand for no bound. q and alpha are in (0,1).
//
// Source: Thompson, Ann. Math. Statist. 7 (1936) 122-128; David & Nagaraja,
// "Order Statistics", section 7.1.
func QuantileRanks(n int64, q, alpha float64) (low, high int64) {
	below := distuv.Binomial{N: float64(n), P: q}
	return smallest(n, func(k int64) bool { return below.CDF(float64(k)) >= alpha/2 }),
		smallest(n, func(k int64) bool { return below.Survival(float64(k)) <= alpha/2 }) + 1
}

// smallest finds the first k in 0..n for which reached holds, and holds from
// there on.
func smallest(n int64, reached func(int64) bool) int64 {
	low, high := int64(0), n
	for low < high {
		mid := low + (high-low)/2
		if reached(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// QuantileSample is what a comparison of quantiles needs of one arm: the
// q-quantile of its values, and those at QuantileSpan below and above.
type QuantileSample struct {
	Values           int64
	Value, Low, High float64
	// Clusters are the values above Value by all values of each randomised
	// unit; the zero RatioSums says that the values are independent.
	Clusters RatioSums
}

// QuantileAlpha is where stores take the neighbours of a quantile.
const QuantileAlpha = 0.05

// QuantileSpan are the shares of the values at which the neighbours of the
// q-quantile of n values are taken for an interval at alpha: q less and plus
// the margin of the normal approximation, kept within [0,1].
func QuantileSpan(n int64, q, alpha float64) (low, high float64) {
	half := distuv.UnitNormal.Quantile(1-alpha/2) * math.Sqrt(q*(1-q)/float64(n))
	return max(0, q-half), min(1, q+half)
}

// Arm is the q-quantile as an arm. Its variance comes from the distance of the
// neighbours, which were taken at alpha, and is inflated by the correlation of
// values of one unit. It returns ErrNoEffect for fewer values than the normal
// approximation of the neighbours needs.
//
// Source: Deng, Knoblich & Lu, KDD 2018, section 4.
func (s QuantileSample) Arm(q, alpha float64) (Arm, error) {
	z := distuv.UnitNormal.Quantile(1 - alpha/2)
	if odds := max(q/(1-q), (1-q)/q); float64(s.Values) <= z*z*odds {
		return Arm{}, fmt.Errorf("%d values, more than %.0f are needed for the %v-quantile: %w", s.Values, z*z*odds, q, ErrNoEffect)
	}
	variance := sq((s.High - s.Low) / (2 * z))
	units := s.Values
	if s.Clusters.N > 0 {
		units = s.Clusters.N
		variance *= s.Clusters.Arm().squaredSE() / (q * (1 - q) / float64(s.Values))
	}
	return Arm{N: units, Mean: s.Value, Variance: variance * float64(units)}, nil
}
