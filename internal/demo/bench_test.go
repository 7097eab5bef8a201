package demo

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkEngines renders the same invoices with every engine and reports the
// 50th and 95th percentile of the invoices the old engine can print. The
// engines take turns, so that a busy machine hurts them alike.
func BenchmarkEngines(b *testing.B) {
	g := NewGenerator(1)
	var invoices []Invoice
	for len(invoices) < 4000 {
		invoices = append(invoices, g.Next())
	}
	engines := map[string]Engine{"old": NewOldEngine(), "bad": NewBadEngine(), "good": NewGoodEngine()}
	took := make(map[string][]time.Duration)
	for b.Loop() {
		for i := range invoices {
			for name, e := range engines { // in random order
				begin := time.Now()
				_, _ = e.Render(&invoices[i]) // failures are part of the mix
				took[name] = append(took[name], time.Since(begin))
			}
		}
	}
	quantile := func(name string, q float64) float64 {
		slices.Sort(took[name])
		return float64(took[name][int(q*float64(len(took[name])-1))].Microseconds())
	}
	for name, all := range took {
		sum := time.Duration(0)
		for _, d := range all {
			sum += d
		}
		b.ReportMetric(float64(sum.Microseconds())/float64(len(all)), name+"-mean-us")
		b.ReportMetric(quantile(name, 0.5), name+"-p50-us")
		b.ReportMetric(quantile(name, 0.95), name+"-p95-us")
	}
	b.ReportMetric(quantile("good", 0.95)/quantile("old", 0.95), "p95-good/old")
	b.ReportMetric(0, "ns/op")
}
