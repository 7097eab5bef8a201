package main

import (
	"math"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/flagledger/flagledger/analytics/stats"
)

// rule gives the minute after which it rolls a day's release back, or never.
type rule struct {
	name string
	look func(day) int
}

const never = minutes

// rules are those that the tables compare; the last one is the product's.
func rules() []rule {
	return []rule{
		{"naive z-test, each minute", naiveZ},
		{"> 2x in 5 min, 4th failure", threshold(5, 4)},
		{"> 2x cumulative, n >= 1,000", cumulative},
		{"e-process on pooled counts", pooled},
		{"flagledger's default gate", defaultGate},
	}
}

// naiveZ is the one-sided test of two proportions at 5%, again each minute.
func naiveZ(d day) int {
	limit := distuv.UnitNormal.Quantile(.95)
	var sum stats.Row
	for m, row := range d.requests {
		sum = sum.Add(row)
		nt, nc := float64(sum.NT), float64(sum.NC)
		p := float64(sum.XT+sum.XC) / (nt + nc)
		se := math.Sqrt(p * (1 - p) * (1/nt + 1/nc))
		if se > 0 && (float64(sum.XT)/nt-float64(sum.XC)/nc)/se > limit {
			return m
		}
	}
	return never
}

// threshold compares windows with twice the control, and gives up at so many
// failures, as canary tools do.
func threshold(window, failures int) func(day) int {
	return func(d day) int {
		failed := 0
		var sum stats.Row
		for m, row := range d.requests {
			sum = sum.Add(row)
			if (m+1)%window != 0 {
				continue
			}
			if sum.NT > 0 && sum.NC > 0 && float64(sum.XT)/float64(sum.NT) > 2*float64(sum.XC)/float64(sum.NC) {
				failed++
			}
			if failed >= failures {
				return m
			}
			sum = stats.Row{}
		}
		return never
	}
}

func cumulative(d day) int {
	var sum stats.Row
	for m, row := range d.requests {
		sum = sum.Add(row)
		if sum.NT >= 1000 && float64(sum.XT)/float64(sum.NT) > 2*float64(sum.XC)/float64(sum.NC) {
			return m
		}
	}
	return never
}

// pooled is an e-process that forgets the stages: valid for one share, and for
// one rate only.
func pooled(d day) int {
	m, limit := stats.HarmMixture(1, 2, stats.FailGrid), math.Log(1/.05)
	var sum stats.Row
	for i, row := range d.requests {
		sum = sum.Add(row)
		if m.LogE([]stats.Row{{At: row.At, NT: sum.NT, XT: sum.XT, NC: sum.NC, XC: sum.XC}}) >= limit {
			return i
		}
	}
	return never
}

// defaultGate is the error rate's gate of the default plan, which has a gate on
// latency beside it. Only minutes whose e-process is high enough are worth the
// whole evaluation.
func defaultGate(d day) int {
	params := stats.Params{Tau: 2, Comparisons: 2}.WithDefaults()
	restarts := stats.Restarts{Start: begin(), Every: params.RestartEvery, Horizon: params.Horizon}
	units := restarts.Path(stats.HarmMixture(params.Tolerance, params.Tau, stats.FailGrid), d.units)
	requests := restarts.Path(stats.HarmMixture(params.BreakerRatio, params.Tau, stats.FailGrid), d.requests)
	for m := range minutes {
		if units[m] < -math.Log(params.Alpha) && requests[m] < -math.Log(params.BreakerAlpha) {
			continue
		}
		a, err := stats.Evaluate(seriesUntil(d, m), params)
		if err != nil {
			panic(err) // the parameters are the defaults
		}
		if a.Fails || a.Breaks {
			return m
		}
	}
	return never
}

// seriesUntil is what the gate sees at the end of a minute.
func seriesUntil(d day, m int) stats.Series {
	stage := d.units[m].Stratum
	s := stats.Series{
		Start: begin(), StageStart: begin(), Until: d.units[m].At.Add(time.Minute), Stratum: stage,
		Units: d.units[:m+1], Requests: d.requests[:m+1], BadUnits: d.badUnits[m],
	}
	for _, row := range s.Units {
		if row.Stratum == stage {
			s.StageStart = row.At
			break
		}
	}
	return s
}
