package stats_test

import (
	"math"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

func TestMultipleTestingVectors(t *testing.T) {
	type method struct {
		Adjusted []float64 `json:"adjusted"`
	}
	type familyCase struct {
		Input struct {
			P []float64 `json:"p_values"`
		} `json:"input"`
		Expected struct {
			Holm method `json:"holm"`
			BH   method `json:"fdr_bh"`
		} `json:"expected"`
	}
	checked := 0
	for i, c := range load[familyCase](t, "multiple_testing.json", 44) {
		holm, bh := stats.Holm(c.Input.P), stats.BenjaminiHochberg(c.Input.P)
		for k := range c.Input.P {
			checked++
			if !near(holm[k], c.Expected.Holm.Adjusted[k], 1e-11) || !near(bh[k], c.Expected.BH.Adjusted[k], 1e-11) {
				t.Errorf("case %d p %v: Holm %v, BH %v; want %v, %v", i, c.Input.P[k], holm[k], bh[k],
					c.Expected.Holm.Adjusted[k], c.Expected.BH.Adjusted[k])
			}
		}
	}
	enough(t, checked, 400)
}

func TestMultipleTestingOfOddInput(t *testing.T) {
	if got := stats.Holm(nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
	for _, adjusted := range [][]float64{stats.Holm([]float64{math.NaN(), .01}), stats.BenjaminiHochberg([]float64{math.NaN(), .01})} {
		if adjusted[0] != 1 || !near(adjusted[1], .02, 1e-15) {
			t.Errorf("with a p-value that is missing: %v", adjusted)
		}
	}
}
