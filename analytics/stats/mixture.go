package stats

import (
	"fmt"
	"math"
)

// Mixture is the relative-risk e-process against the null hypothesis that the
// ratio of the treatment's to the control's rate is at most Null (all Ratios
// above Null) or at least Null (all Ratios below).
//
// In a bucket with n_t and n_c at risk and N = x_t + x_c errors, an error falls
// on the treatment with probability p(r) = pi r / (pi r + 1 - pi), where
// pi = n_t/(n_t+n_c), whatever the base rate is. Hence
//
//	log E = log sum_j w_j prod_i (r_j/r0)^x_t,i ((pi_i r0 + 1-pi_i)/(pi_i r_j + 1-pi_i))^N_i
//
// is the logarithm of a test supermartingale under the null hypothesis:
// P(E ever reaches 1/alpha) <= alpha (Ville's inequality).
//
// Source: Lindon & Malek, "Anytime-valid inference for multinomial count
// data", NeurIPS 2022, arXiv 2011.03567, whose labels these are, with a
// discrete mixture over r in place of a Beta prior. On first bad events per
// unit it is the anytime-valid logrank test of ter Schure, Perez-Ortiz, Ly &
// Grunwald 2024, arXiv 2011.06931.
//
// Assumption: within a row, units are exchangeable between the arms but for
// the ratio. Given the exposures labels are drawn without replacement, which
// makes the bound conservative.
type Mixture struct {
	Null    float64   // r0, above 0
	Ratios  []float64 // r_j, above 0
	Weights []float64 // w_j >= 0, as many as Ratios, sum 1
}

// NewMixture checks the parts and scales the weights to sum to 1. It copies
// nothing but the weights.
func NewMixture(null float64, ratios, weights []float64) (Mixture, error) {
	if !(null > 0) || math.IsInf(null, 1) {
		return Mixture{}, fmt.Errorf("null ratio %v is not a positive number", null)
	}
	if len(ratios) == 0 || len(ratios) != len(weights) {
		return Mixture{}, fmt.Errorf("%d ratios and %d weights: want as many, at least one", len(ratios), len(weights))
	}
	for i, r := range ratios {
		if !(r > 0) || math.IsInf(r, 1) || !(weights[i] >= 0) || math.IsInf(weights[i], 1) {
			return Mixture{}, fmt.Errorf("ratio %v with weight %v: want positive numbers", r, weights[i])
		}
	}
	scaled, ok := normalise(weights)
	if !ok {
		return Mixture{}, fmt.Errorf("weights sum to 0")
	}
	return Mixture{Null: null, Ratios: ratios, Weights: scaled}, nil
}

func normalise(weights []float64) ([]float64, bool) {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if total == 0 {
		return nil, false
	}
	scaled := make([]float64, len(weights))
	for i, w := range weights {
		scaled[i] = w / total
	}
	return scaled, true
}

// LogE is the log e-value of the rows together; 0 without rows.
func (m Mixture) LogE(rows []Row) float64 {
	sums, logs := make([]float64, len(m.Ratios)), m.logs()
	for _, r := range rows {
		m.add(sums, logs, r)
	}
	return m.mix(sums)
}

// Path is LogE after each row.
func (m Mixture) Path(rows []Row) []float64 {
	sums, logs := make([]float64, len(m.Ratios)), m.logs()
	path := make([]float64, len(rows))
	for i, r := range rows {
		m.add(sums, logs, r)
		path[i] = m.mix(sums)
	}
	return path
}

// logs is ln(r_j/r0), which add needs for every row.
func (m Mixture) logs() []float64 {
	logs := make([]float64, len(m.Ratios))
	for j, r := range m.Ratios {
		logs[j] = math.Log(r / m.Null)
	}
	return logs
}

// add adds the row's log likelihood ratio against the null to sums, one per
// ratio. A row without errors, or with one arm empty, adds 0.
func (m Mixture) add(sums, logs []float64, row Row) {
	n := float64(row.XT + row.XC)
	if n == 0 || row.NT == 0 || row.NC == 0 {
		return
	}
	m.addErrors(sums, logs, float64(row.XT), n, float64(row.NT)/float64(row.NC))
}

// addErrors is add for x errors of n that fell on the treatment, at the odds
// n_t/n_c.
func (m Mixture) addErrors(sums, logs []float64, x, n, odds float64) {
	null := math.Log1p(odds * m.Null)
	for j, r := range m.Ratios {
		sums[j] += x*logs[j] - n*(math.Log1p(odds*r)-null)
	}
}

func (m Mixture) mix(sums []float64) float64 {
	peak := math.Inf(-1)
	for j, s := range sums {
		if m.Weights[j] > 0 {
			peak = max(peak, s)
		}
	}
	total := 0.0
	for j, s := range sums {
		total += m.Weights[j] * math.Exp(s-peak)
	}
	return peak + math.Log(total)
}

// logSumExp is log(exp(a)+exp(b)).
func logSumExp(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(a, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}
