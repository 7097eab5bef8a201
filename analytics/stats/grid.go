package stats

import "math"

// FailGrid is the number of alternatives of a harm process; 12, 24 and 48 give
// e-values equal within 2%.
const FailGrid = 12

// PassGrid is the number of alternatives of a pass process.
const PassGrid = 16

// HarmMixture tests that the ratio is at most null, with its prior centred
// tau times null: points alternatives, spread evenly in the logarithm from 1.1
// to 50 times null, weighted by a normal density around twice null with
// deviation 1 in the logarithm. Those numbers are for tau = 2; for another tau
// all distances in the logarithm are scaled by ln tau / ln 2.
//
// null must be above 0, tau above 1, points at least 2.
func HarmMixture(null, tau float64, points int) Mixture {
	scale := math.Log(tau) / math.Ln2
	steps := linspace(math.Log(1.1), math.Log(50), points)
	m := Mixture{Null: null, Ratios: make([]float64, points)}
	weights := make([]float64, points)
	for j, s := range steps {
		m.Ratios[j] = null * math.Exp(scale*s)
		weights[j] = math.Exp(-sq(s-math.Ln2) / 2)
	}
	m.Weights, _ = normalise(weights)
	return m
}

// PassMixture tests that the ratio is at least tau, so a large e-value says
// that the treatment is not as bad as tau: PassGrid alternatives from 0.3 to
// 1.8 weighted by a normal density around 1 with deviation 0.5 in the
// logarithm, for tau = 2, scaled for another tau as in HarmMixture. tau must
// be above 1.
func PassMixture(tau float64) Mixture {
	scale := math.Log(tau) / math.Ln2
	m := Mixture{Null: tau, Ratios: make([]float64, PassGrid)}
	weights := make([]float64, PassGrid)
	for j, s := range linspace(math.Log(.3), math.Log(1.8), PassGrid) {
		m.Ratios[j] = math.Exp(scale * s)
		weights[j] = math.Exp(-sq(s/.5) / 2)
	}
	m.Weights, _ = normalise(weights)
	return m
}

func linspace(from, to float64, points int) []float64 {
	xs := make([]float64, points)
	for i := range xs {
		xs[i] = from + (to-from)*float64(i)/float64(points-1)
	}
	return xs
}

func sq(x float64) float64 { return x * x }
