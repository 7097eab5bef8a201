package stats

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Concentration is the default of the Dirichlet prior around the expected
// split: it looks for deviations of about three percent. Optimizely's 10,000
// looks for one; a company of some thousand units would then not hear of a tenth
// of the treated units getting lost, while at a million units the loss of power
// is small (TestConcentrationFindsLosses).
const Concentration = 1_000

// ErrSplit is returned for an expected split that is not a distribution over
// as many categories as there are counts.
var ErrSplit = errors.New("the expected split does not fit the counts")

// LogBayesFactor compares, on the counts of exposed units per arm, any split
// near the expected one with the expected split itself:
//
//	ln BF = lnG(c) - lnG(c+n) + sum_i [lnG(c p_i + x_i) - lnG(c p_i)] - sum_i x_i ln p_i
//
// Under the expected split BF is a test martingale in the order of arrival,
// so P(BF ever reaches 1/alpha) <= alpha. Over independent strata, and over
// cohorts of units that are counted once, Bayes factors multiply: add the
// logarithms.
//
// expected sums to 1 within 1e-9 with every share above 0 and c is positive,
// otherwise ErrSplit. A share of 0 or 1 cannot be tested.
//
// Source: Lindon & Malek, NeurIPS 2022, arXiv 2011.03567.
func LogBayesFactor(counts []int64, expected []float64, c float64) (float64, error) {
	if err := checkSplit(counts, expected); err != nil {
		return 0, err
	}
	if !(c > 0) {
		return 0, fmt.Errorf("concentration %v is not positive: %w", c, ErrSplit)
	}
	n, sum := 0.0, 0.0
	for i, p := range expected {
		x := float64(counts[i])
		n += x
		sum += lgamma(c*p+x) - lgamma(c*p) - x*math.Log(p)
	}
	return lgamma(c) - lgamma(c+n) + sum, nil
}

func checkSplit(counts []int64, expected []float64) error {
	if len(counts) != len(expected) || len(counts) < 2 {
		return fmt.Errorf("%d counts, %d shares: %w", len(counts), len(expected), ErrSplit)
	}
	total := 0.0
	for i, p := range expected {
		if !(p > 0) || counts[i] < 0 {
			return fmt.Errorf("count %d with share %v: %w", counts[i], p, ErrSplit)
		}
		total += p
	}
	if math.Abs(total-1) > 1e-9 {
		return fmt.Errorf("shares sum to %v: %w", total, ErrSplit)
	}
	return nil
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// Substratum is a group of exposed units with one expected split: one cohort
// of one stage.
type Substratum struct {
	Treatment, Control int64   // units, each counted in one substratum only
	Share              float64 // expected of the treatment, in (0,1)
}

// SampleRatioP is the always-valid p-value of the check that units were split
// as expected in every substratum, from the counts so far: min(1, 1/BF). A
// substratum whose share is not inside (0,1) says nothing and is passed over.
func SampleRatioP(strata []Substratum) float64 {
	sum := 0.0
	for _, s := range strata {
		if !(s.Share > 0 && s.Share < 1) {
			continue
		}
		bf, err := LogBayesFactor([]int64{s.Treatment, s.Control}, []float64{s.Share, 1 - s.Share}, Concentration)
		if err == nil {
			sum += bf
		}
	}
	return math.Exp(-max(0, sum))
}

// SampleRatio is the check in the order of arrival, for one split; its p-value
// never rises. It is not safe for concurrent use.
type SampleRatio struct {
	expected []float64
	c        float64
	counts   []int64
	logBF    float64
	p        float64
}

// NewSampleRatio returns ErrSplit for shares that are no distribution; see
// LogBayesFactor.
func NewSampleRatio(expected []float64, concentration float64) (*SampleRatio, error) {
	counts := make([]int64, len(expected))
	if _, err := LogBayesFactor(counts, expected, concentration); err != nil {
		return nil, err
	}
	return &SampleRatio{expected: expected, c: concentration, counts: counts, p: 1}, nil
}

// Add counts newly exposed units per arm and returns the log Bayes factor and
// the running p-value. It returns ErrSplit when counts has another length.
func (s *SampleRatio) Add(counts []int64) (logBF, p float64, err error) {
	if len(counts) != len(s.counts) {
		return s.logBF, s.p, fmt.Errorf("%d counts, %d shares: %w", len(counts), len(s.counts), ErrSplit)
	}
	for i, x := range counts {
		s.counts[i] += x
	}
	s.logBF, err = LogBayesFactor(s.counts, s.expected, s.c)
	if err != nil {
		return 0, s.p, err
	}
	s.p = min(s.p, math.Exp(-max(0, s.logBF)))
	return s.logBF, s.p, nil
}

// ChiSquaredP is Pearson's test of the counts against the expected shares with
// k-1 degrees of freedom, for a single look after the fact; under repeated
// looks use SampleRatio. It returns ErrSplit as LogBayesFactor does. Without
// counts it is 1.
//
// Source: Pearson, Phil. Mag. 50 (1900) 157-175.
func ChiSquaredP(counts []int64, expected []float64) (float64, error) {
	if err := checkSplit(counts, expected); err != nil {
		return 0, err
	}
	n, x2 := 0.0, 0.0
	for _, x := range counts {
		n += float64(x)
	}
	if n == 0 {
		return 1, nil
	}
	for i, x := range counts {
		e := n * expected[i]
		x2 += sq(float64(x)-e) / e
	}
	return distuv.ChiSquared{K: float64(len(counts) - 1)}.Survival(x2), nil
}
