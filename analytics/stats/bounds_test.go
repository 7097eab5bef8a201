package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

// TestRatioBoundsMatchFineInversion compares the bounds with a bisection of
// the processes themselves over the rows as they are, to 1e-9.
func TestRatioBoundsMatchFineInversion(t *testing.T) {
	bounded := 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(3, seed))
		rows := drift(rng, 1+rng.IntN(300))
		low, high := stats.RatioBounds(rows, .05)
		wantLow := invert(rows, .05, func(null float64) stats.Mixture { return stats.HarmMixture(null, 2, stats.FailGrid) }, -25)
		wantHigh := invert(rows, .05, func(null float64) stats.Mixture {
			m := stats.HarmMixture(1/null, 2, stats.FailGrid)
			for j, r := range m.Ratios {
				m.Ratios[j] = 1 / r
			}
			m.Null = null
			return m
		}, 25)
		if math.IsInf(wantLow, 0) != (low == 0) || low > 0 && !near(math.Log(low), wantLow, 1.1e-3) {
			t.Errorf("seed %d: low = %v, want %v", seed, low, math.Exp(wantLow))
		}
		if math.IsInf(wantHigh, 0) != math.IsInf(high, 0) || !math.IsInf(high, 0) && !near(math.Log(high), wantHigh, 1.1e-3) {
			t.Errorf("seed %d: high = %v, want %v", seed, high, math.Exp(wantHigh))
		}
		if low > 0 && !math.IsInf(high, 1) {
			bounded++
		}
	}
	if bounded < 20 {
		t.Errorf("only %d of the series have two bounds", bounded)
	}
}

// invert gives the logarithm of the edge, looking from inside; an infinity if
// there is none.
func invert(rows []stats.Row, alpha float64, against func(null float64) stats.Mixture, inside float64) float64 {
	excluded := func(l float64) bool { return against(math.Exp(l)).LogE(rows) >= math.Log(2/alpha) }
	if !excluded(inside) {
		return math.Inf(1)
	}
	outside := -inside
	for math.Abs(outside-inside) > 1e-9 {
		if mid := (inside + outside) / 2; excluded(mid) {
			inside = mid
		} else {
			outside = mid
		}
	}
	return inside
}

// drift makes minutes whose share of treatment moves, as it does while units
// come in and go bad.
func drift(rng *rand.Rand, minutes int) []stats.Row {
	ratio, busy := math.Exp(rng.NormFloat64()), 1+rng.IntN(40)
	share := .01 + .5*rng.Float64()
	rows := make([]stats.Row, minutes)
	for i := range rows {
		share = min(.9, max(.005, share*math.Exp(.01*rng.NormFloat64())))
		nt := 1 + int64(share*20_000)
		r := stats.Row{NT: nt, NC: 20_000 - nt}
		p := share * ratio / (share*ratio + 1 - share)
		for range rng.IntN(busy) {
			if rng.Float64() < p {
				r.XT++
			} else {
				r.XC++
			}
		}
		rows[i] = r
	}
	return rows
}

// BenchmarkRatioBounds asks of a day of minutes whose odds all differ. LogE is
// one of its evaluations without pooling.
func BenchmarkRatioBounds(b *testing.B) {
	rows := drift(rand.New(rand.NewPCG(1, 1)), 1440)
	b.Run(fmt.Sprint("minutes=", len(rows)), func(b *testing.B) {
		for b.Loop() {
			stats.RatioBounds(rows, .05)
		}
	})
	b.Run("LogE", func(b *testing.B) {
		m := stats.HarmMixture(1, 2, stats.FailGrid)
		for b.Loop() {
			m.LogE(rows)
		}
	})
}
