package demo

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkEngines renders the same invoices with every engine and reports the
// mean, 50th and 95th percentile over the invoices, failures included. An
// invoice counts with its best time of all rounds, and the engines take turns:
// what else runs on the machine is not the engine's cost. Run it with
// -benchtime 10x or more.
func BenchmarkEngines(b *testing.B) {
	g := NewGenerator(1)
	invoices := make([]Invoice, 4000)
	for i := range invoices {
		invoices[i] = g.Next()
	}
	engines := map[string]Engine{"old": NewOldEngine(), "bad": NewBadEngine(), "good": NewGoodEngine()}
	best := make(map[string][]time.Duration)
	for name := range engines {
		best[name] = slices.Repeat([]time.Duration{time.Hour}, len(invoices))
	}
	for b.Loop() {
		for i := range invoices {
			for name, e := range engines { // in random order
				begin := time.Now()
				_, _ = e.Render(&invoices[i]) // failures are part of the mix
				best[name][i] = min(best[name][i], time.Since(begin))
			}
		}
	}
	p95 := make(map[string]float64)
	for name, all := range best {
		slices.Sort(all)
		sum := time.Duration(0)
		for _, d := range all {
			sum += d
		}
		p95[name] = float64(all[len(all)*95/100].Microseconds())
		b.ReportMetric(float64(sum.Microseconds())/float64(len(all)), name+"-mean-us")
		b.ReportMetric(float64(all[len(all)/2].Microseconds()), name+"-p50-us")
		b.ReportMetric(p95[name], name+"-p95-us")
	}
	b.ReportMetric(p95["good"]/p95["old"], "p95-good/old")
	b.ReportMetric(0, "ns/op")
}
