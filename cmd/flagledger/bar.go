package main

import (
	"cmp"
	"slices"

	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/ledger"
)

// reachOf is the greatest bound among all lifts: the end of the scale of bars.
func reachOf(r *experiment.Report) float64 {
	reach := 0.0
	for _, m := range r.Metrics {
		for _, e := range m.Results {
			if e.Lift == nil {
				continue
			}
			for _, x := range []*float64{&e.Lift.Value, e.Lift.Low, e.Lift.High} {
				if x != nil {
					reach = max(reach, *x, -*x)
				}
			}
		}
	}
	return reach
}

// barHalf is the width of a bar on either side of zero.
const barHalf = 12

// bar draws an interval around its estimate, with zero in the middle. An end
// without a bound runs out of the picture.
func bar(e *ledger.Estimate, reach float64) string {
	cells := slices.Repeat([]rune{' '}, 2*barHalf+1)
	cells[barHalf] = '│'
	if e == nil || reach == 0 {
		return string(cells)
	}
	at := func(x float64) int {
		return min(2*barHalf, max(0, barHalf+int(x/reach*barHalf+0.5*float64(cmp.Compare(x, 0)))))
	}
	low, high := 0, 2*barHalf
	if e.Low != nil {
		low = at(*e.Low)
	}
	if e.High != nil {
		high = at(*e.High)
	}
	for i := low; i <= high; i++ {
		cells[i] = '─'
		if i == barHalf {
			cells[i] = '┼'
		}
	}
	if e.Low != nil {
		cells[low] = '├'
	}
	if e.High != nil {
		cells[high] = '┤'
	}
	cells[at(e.Value)] = '●'
	return string(cells)
}
