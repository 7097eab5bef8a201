package analytics_test

import (
	"math/rand/v2"
	"testing"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// TestSubstrata draws buckets as the evaluator does, raises the share twice,
// and finds the split as expected in every cohort; pooled over the cohorts it
// would not be.
func TestSubstrata(t *testing.T) {
	shares := []float64{.05, .25, .5}
	rng := rand.New(rand.NewPCG(1, 1))
	counts := map[[2]int]*analytics.ExposedRow{}
	for range 60_000 {
		bucket, cohort := rng.Float64(), analytics.Fresh
		for k, share := range shares {
			if rng.IntN(3) == 0 {
				continue // does not come by in this stage
			}
			row := counts[[2]int{k, cohort}]
			if row == nil {
				row = &analytics.ExposedRow{Stratum: k, Cohort: cohort}
				counts[[2]int{k, cohort}] = row
			}
			if bucket < share {
				row.Treatment++
				cohort = analytics.AlreadyTreated
				continue
			}
			row.Control++
			if cohort != analytics.AlreadyTreated {
				cohort = k
			}
		}
	}
	var e analytics.Exposed
	for _, row := range counts {
		e.Rows = append(e.Rows, *row)
	}
	groups := e.Substrata(shares)
	if len(groups) != 6 { // fresh in 3 stages, seen in the first in 2, in the second in 1
		t.Errorf("%d groups: %+v", len(groups), groups)
	}
	if p := stats.SampleRatioP(groups); p < .05 {
		t.Errorf("p = %v for a fair split: %+v", p, groups)
	}
	for i := range groups {
		if groups[i].Share != shares[0] {
			groups[i].Share = .5 // as if the share were the stage's for everybody
		}
	}
	if p := stats.SampleRatioP(groups); p > 1e-6 {
		t.Errorf("p = %v for shares that forget who was seen before", p)
	}
}
