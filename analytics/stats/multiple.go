package stats

import (
	"math"
	"slices"
)

// Holm adjusts the p-values of a family so that rejecting those below alpha
// makes any false rejection at most as likely as alpha, whatever their
// dependence: for the goals of an experiment. The order is that of ps; values
// outside [0,1] and NaN count as 1.
//
// Source: Holm, Scand. J. Statist. 6 (1979) 65-70.
func Holm(ps []float64) []float64 {
	adjusted, highest := make([]float64, len(ps)), 0.0
	for rank, i := range ascending(ps) {
		highest = max(highest, min(1, float64(len(ps)-rank)*within(ps[i])))
		adjusted[i] = highest
	}
	return adjusted
}

// BenjaminiHochberg adjusts p-values so that rejecting those below alpha keeps
// the expected share of false rejections among all of them below alpha, if the
// tests are independent or positively dependent: for looking through many
// metrics or dimensions. Otherwise as Holm.
//
// Source: Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995) 289-300.
func BenjaminiHochberg(ps []float64) []float64 {
	order := ascending(ps)
	adjusted, lowest := make([]float64, len(ps)), 1.0
	for rank, i := range slices.Backward(order) {
		lowest = min(lowest, within(ps[i])*float64(len(ps))/float64(rank+1))
		adjusted[i] = lowest
	}
	return adjusted
}

// ascending gives the indices of ps from the smallest to the largest.
func ascending(ps []float64) []int {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if within(ps[a]) < within(ps[b]) {
			return -1
		}
		if within(ps[a]) > within(ps[b]) {
			return 1
		}
		return 0
	})
	return order
}

func within(p float64) float64 {
	if math.IsNaN(p) || p > 1 || p < 0 {
		return 1
	}
	return p
}
