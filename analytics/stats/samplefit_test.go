package stats_test

import (
	"math"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

// TestConcentrationFindsLosses loses a share of the treated units of an even
// split.
func TestConcentrationFindsLosses(t *testing.T) {
	alarms := func(treated int64, lost, concentration float64) bool {
		counts := []int64{treated, int64(float64(treated) * (1 - lost))}
		logBF, err := stats.LogBayesFactor(counts, []float64{.5, .5}, concentration)
		if err != nil {
			t.Fatal(err)
		}
		return logBF > math.Log(1000)
	}
	if !alarms(4000, .1, stats.Concentration) || alarms(4000, .1, 10_000) {
		t.Error("a tenth of 4,000 lost: want an alarm, and none with the greater concentration")
	}
	if !alarms(500_000, .01, stats.Concentration) {
		t.Error("one of a hundred of 500,000 lost: want an alarm")
	}
	if alarms(4000, .01, stats.Concentration) {
		t.Error("one of a hundred of 4,000 lost is within chance: want no alarm")
	}
}
