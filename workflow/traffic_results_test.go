package workflow_test

import (
	"context"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// Results has the conversions of each stratum, and requests that are spread
// evenly over the units. A unit converts once, and fails in one stratum at most.
func (f *traffic) Results(_ context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	strata, err := f.seen(q.Strata, q.Until)
	var r analytics.Results
	cohort := int64(0) // of units that were control in all strata before
	for k, periods := range strata {
		var exposed, converted, failed, requests pair
		for _, p := range periods {
			exposed = p.exposed
			converted, failed, requests = converted.add(p.converted), failed.add(p.failed), requests.add(p.requests)
		}
		for variant, n := range []int64{exposed.c, exposed.t} {
			i := analytics.Increment{Cell: analytics.Cell{Stratum: k, Cohort: cohort, Variant: variant}, Units: n}
			for _, m := range q.Metrics {
				i.Metrics = append(i.Metrics, sumsOf(m, n, at2(converted, variant), at2(failed, variant), at2(requests, variant)))
			}
			if n > 0 {
				r.Increments = append(r.Increments, i)
			}
		}
		cohort = cohort*3 + 1
	}
	return r, err
}

func at2(p pair, variant int) int64 { return []int64{p.c, p.t}[variant] }

func sumsOf(m analytics.MetricSpec, n, converted, failed, requests int64) stats.PairedRatioSums {
	if m.Denominator == nil {
		return ones(n, converted)
	}
	each := float64(requests) / float64(max(n, 1))
	return stats.PairedRatioSums{
		N: n, PostNum: float64(failed), PostNumSquares: float64(failed),
		PostDen: float64(requests), PostDenSquares: each * float64(requests), PostNumPostDen: each * float64(failed),
	}
}

// ones are n units of which x have 1 and the others 0.
func ones(n, x int64) stats.PairedRatioSums {
	return stats.PairedRatioSums{N: n, PostNum: float64(x), PostNumSquares: float64(x)}.OnePerUnit()
}
