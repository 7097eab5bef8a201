package experiment

import (
	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// Contrast is one variant beside the control, seen through one metric.
type Contrast struct {
	// Comparison is zero if there is none.
	stats.Comparison
	// The sums and units are what was seen of all units, whether they can
	// be compared or not. Values are those of a quantile.
	ControlSums, TreatmentSums     stats.PairedRatioSums
	ControlUnits, TreatmentUnits   int64
	ControlValues, TreatmentValues int64
}

// Compare compares a variant with the control on one metric of the query, cell
// by cell, over those cells that of selects; nil selects all. metric and variant
// are positions in the query. The error says in words why there is no
// comparison; what was seen is there all the same.
func Compare(q analytics.ResultQuery, seen analytics.Results, metric, variant int, of func(analytics.Cell) bool) (Contrast, error) {
	t := newTally(q)
	for _, i := range seen.Increments {
		if of == nil || of(i.Cell) {
			t.add(i)
		}
	}
	for _, found := range seen.Quantiles {
		if of == nil || of(found.Cell) {
			t.addQuantile(found)
		}
	}
	control, treatment := t.total(metric, 0), t.total(metric, variant)
	c, err := t.compare(metric, variant)
	return Contrast{
		Comparison:  c,
		ControlSums: control.sums, TreatmentSums: treatment.sums,
		ControlUnits: control.units, TreatmentUnits: treatment.units,
		ControlValues: control.values, TreatmentValues: treatment.values,
	}, err
}
