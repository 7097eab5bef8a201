package analytics

import (
	"cmp"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

// Members is what an adapter counts for a ResultQuery: the units of a cell by
// the bucket of their first exposure plus Maturity, and, with Maturity 0, those
// that were mixed by the bucket in which they were.
type Members struct {
	Cell
	Maturity     time.Duration
	Bucket       int64
	Units, Mixed int64
}

// MetricSums is what an adapter sums for a ResultQuery: what a bucket adds, over
// the units of a cell that have events of a metric, to the sums of N and of its
// products. Adapters leave N, and the denominators of metrics that have none,
// to AssembleResults.
type MetricSums struct {
	Metric int
	Cell
	Bucket int64
	stats.PairedRatioSums
}

// AssembleResults puts an adapter's counts together, in any order. q must come
// from Normal.
func AssembleResults(q ResultQuery, members []Members, sums []MetricSums, quantiles []Quantile) Results {
	type key struct {
		bucket int64
		cell   Cell
	}
	found := map[key]*Increment{}
	at := func(bucket int64, cell Cell) *Increment {
		k := key{bucket, cell}
		if found[k] == nil {
			found[k] = &Increment{Bucket: bucket, Cell: cell, Metrics: make([]stats.PairedRatioSums, len(q.Metrics))}
		}
		return found[k]
	}
	for _, m := range members {
		into := at(m.Bucket, m.Cell)
		if m.Maturity == 0 {
			into.Units, into.Mixed = into.Units+m.Units, into.Mixed+m.Mixed
		}
		for i, spec := range q.Metrics {
			if spec.Quantile == 0 && spec.Maturity() == m.Maturity {
				into.Metrics[i].N += m.Units
			}
		}
	}
	for _, s := range sums {
		into := &at(s.Bucket, s.Cell).Metrics[s.Metric]
		n := into.N
		*into = s.PairedRatioSums
		into.N = n
	}
	r := Results{Quantiles: slices.SortedFunc(slices.Values(quantiles), func(a, b Quantile) int {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), a.Cell.compare(b.Cell))
	})}
	for _, i := range found {
		if i.empty() {
			continue // an event beyond a cap, say, changes nothing
		}
		for m, spec := range q.Metrics {
			if spec.Denominator == nil {
				i.Metrics[m] = i.Metrics[m].OnePerUnit()
			}
		}
		r.Increments = append(r.Increments, *i)
	}
	slices.SortFunc(r.Increments, func(a, b Increment) int {
		return cmp.Or(cmp.Compare(a.Bucket, b.Bucket), a.Cell.compare(b.Cell))
	})
	return r
}

func (i *Increment) empty() bool {
	return i.Units == 0 && i.Mixed == 0 && !slices.ContainsFunc(i.Metrics, func(s stats.PairedRatioSums) bool {
		return s != stats.PairedRatioSums{}
	})
}

func (c Cell) compare(o Cell) int {
	return cmp.Or(cmp.Compare(c.Stratum, o.Stratum), cmp.Compare(c.Cohort, o.Cohort),
		cmp.Compare(c.Value, o.Value), cmp.Compare(c.Variant, o.Variant))
}

// Maturities are the different ones of the query's metrics, 0 among them.
func (q ResultQuery) Maturities() []time.Duration {
	all := []time.Duration{0}
	for _, m := range q.Metrics {
		if d := m.Maturity(); !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}
