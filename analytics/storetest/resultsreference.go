package storetest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// subject is a unit's part in one stratum, by the definitions of ResultQuery.
type subject struct {
	analytics.Cell
	unit string
	// entered and leaves bound its stay; limit is when the stratum ends for all.
	entered, leaves, limit time.Time
	mixed                  bool
}

// resultsReference answers a ResultQuery unit by unit: each bucket is the state
// at its end less the state at the end of the one before.
func (h *history) resultsReference(q analytics.ResultQuery) analytics.Results {
	var members []analytics.Members
	var found []analytics.MetricSums
	var quantiles []analytics.Quantile
	subjects := h.subjects(q)
	lumpOthers(subjects)
	for _, s := range subjects {
		members = append(members, memberships(q, s)...)
		for i, m := range q.Metrics {
			if m.Quantile == 0 {
				found = append(found, h.unitSums(q, i, s)...)
			}
		}
	}
	for i, m := range q.Metrics {
		if m.Quantile > 0 {
			quantiles = append(quantiles, h.quantiles(q, i, subjects)...)
		}
	}
	return analytics.AssembleResults(q, members, merged(found), quantiles)
}

// merged adds up rows of the same bucket, cell and metric.
func merged(rows []analytics.MetricSums) []analytics.MetricSums {
	type key struct {
		bucket int64
		metric int
		cell   analytics.Cell
	}
	all := map[key]analytics.MetricSums{}
	for _, r := range rows {
		k := key{r.Bucket, r.Metric, r.Cell}
		if sum, ok := all[k]; ok {
			r.PairedRatioSums = sum.Plus(r.PairedRatioSums)
		}
		all[k] = r
	}
	var sums []analytics.MetricSums
	for _, r := range all {
		sums = append(sums, r)
	}
	return sums
}

func (h *history) subjects(q analytics.ResultQuery) []subject {
	var all []subject
	for _, unit := range h.units() {
		cohort, base := int64(0), int64(1)
		for k := range q.Strata {
			s, ok := h.subject(q, k, unit)
			if ok {
				s.Cohort = cohort
				all = append(all, s)
				cohort += base * int64(s.Variant+1)
			}
			base *= int64(len(q.Variants) + 1)
		}
	}
	return all
}

// lumpOthers leaves the most frequent values.
func lumpOthers(subjects []subject) {
	counts := map[string]int{}
	for _, s := range subjects {
		counts[s.Value]++
	}
	values := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for i := range subjects {
		if slices.Index(values, subjects[i].Value) >= analytics.MaxValues {
			subjects[i].Value = analytics.Others
		}
	}
}

// subject finds a unit's part in stratum k.
func (h *history) subject(q analytics.ResultQuery, k int, unit string) (s subject, ok bool) {
	stratum := q.Strata[k]
	s = subject{Cell: analytics.Cell{Stratum: k}, unit: unit, limit: q.Until}
	if !stratum.End.IsZero() && stratum.End.Before(q.Until) {
		s.limit = stratum.End
	}
	firsts := make([]time.Time, len(q.Variants))
	var earliest time.Time
	for _, e := range h.exposures {
		i := slices.Index(q.Variants, e.Variant)
		if e.Unit != unit || e.Rule != q.Rule || i < 0 || e.Version < stratum.FirstVersion || e.Version > stratum.LastVersion {
			continue
		}
		t := e.At
		if t.Before(stratum.Start) {
			t = stratum.Start
		}
		if !t.Before(s.limit) {
			continue
		}
		if firsts[i].IsZero() || t.Before(firsts[i]) {
			firsts[i] = t
		}
		if value := e.Attributes[q.Dimension]; q.Dimension != "" && (earliest.IsZero() || e.At.Before(earliest) || e.At.Equal(earliest) && value < s.Value) {
			earliest, s.Value = e.At, value
		}
	}
	for i, t := range firsts {
		if !t.IsZero() && (!ok || t.Before(s.entered)) {
			ok, s.Variant, s.entered = true, i, t
		}
	}
	s.leaves = s.limit
	for i, t := range firsts {
		if i != s.Variant && !t.IsZero() {
			s.mixed = true
			if t.Before(s.leaves) {
				s.leaves = t
			}
		}
	}
	return s, ok
}

func memberships(q analytics.ResultQuery, s subject) []analytics.Members {
	rows := []analytics.Members{}
	for _, m := range q.Maturities() {
		if at := s.entered.Add(m); m == 0 || !at.After(s.limit) {
			rows = append(rows, analytics.Members{Cell: s.Cell, Maturity: m, Bucket: q.Bucket(at), Units: 1})
		}
	}
	if s.mixed {
		rows = append(rows, analytics.Members{Cell: s.Cell, Bucket: q.Bucket(s.leaves), Mixed: 1})
	}
	return rows
}

// unitSums are what one unit adds to a metric, bucket by bucket.
func (h *history) unitSums(q analytics.ResultQuery, metric int, s subject) []analytics.MetricSums {
	m := q.Metrics[metric]
	if m.Mature && s.entered.Add(m.Maturity()).After(s.limit) {
		return nil
	}
	denominator := analytics.Measure{}
	if m.Denominator != nil {
		denominator = *m.Denominator
	}
	state := func(until int64) stats.PairedRatioSums {
		num, preNum := h.total(q, m, s, m.Numerator, until)
		den, preDen := h.total(q, m, s, denominator, until)
		if m.Cap != nil {
			num, preNum = min(num, *m.Cap), min(preNum, *m.Cap)
		}
		return stats.PairedRatioSums{
			PostNum: num, PostNumSquares: num * num, PostDen: den, PostDenSquares: den * den,
			PreNum: preNum, PreNumSquares: preNum * preNum, PreDen: preDen, PreDenSquares: preDen * preDen,
			PostNumPostDen: num * den, PreNumPreDen: preNum * preDen, PostNumPreNum: num * preNum,
			PostNumPreDen: num * preDen, PostDenPreNum: den * preNum, PostDenPreDen: den * preDen,
		}
	}
	var rows []analytics.MetricSums
	var before stats.PairedRatioSums
	for bucket := q.Bucket(s.entered); bucket <= q.Bucket(q.Until); bucket++ {
		now := state(bucket)
		if now != before {
			rows = append(rows, analytics.MetricSums{Metric: metric, Cell: s.Cell, Bucket: bucket, PairedRatioSums: less(now, before)})
		}
		before = now
	}
	return rows
}

func less(a, b stats.PairedRatioSums) stats.PairedRatioSums {
	return stats.PairedRatioSums{
		PostNum: a.PostNum - b.PostNum, PostNumSquares: a.PostNumSquares - b.PostNumSquares,
		PostDen: a.PostDen - b.PostDen, PostDenSquares: a.PostDenSquares - b.PostDenSquares,
		PreNum: a.PreNum - b.PreNum, PreNumSquares: a.PreNumSquares - b.PreNumSquares,
		PreDen: a.PreDen - b.PreDen, PreDenSquares: a.PreDenSquares - b.PreDenSquares,
		PostNumPostDen: a.PostNumPostDen - b.PostNumPostDen, PreNumPreDen: a.PreNumPreDen - b.PreNumPreDen,
		PostNumPreNum: a.PostNumPreNum - b.PostNumPreNum, PostNumPreDen: a.PostNumPreDen - b.PostNumPreDen,
		PostDenPreNum: a.PostDenPreNum - b.PostDenPreNum, PostDenPreDen: a.PostDenPreDen - b.PostDenPreDen,
	}
}

// total adds up a measure of a unit until the end of a bucket, and before its
// exposure.
func (h *history) total(q analytics.ResultQuery, m analytics.MetricSpec, s subject, of analytics.Measure, until int64) (post, pre float64) {
	for _, e := range h.events {
		counted := q.Bucket(e.At)
		if m.Mature {
			counted = q.Bucket(s.entered.Add(m.Maturity()))
		}
		if e.Units[q.By] != s.unit || e.Name != of.Event {
			continue
		}
		if counted <= until && concerns(e, q.Flag) && within(m, s, e) {
			post = plus(post, of, e)
		}
		// The time before is known when the unit counts.
		known := q.Bucket(s.entered.Add(m.Maturity())) <= until
		if known && m.Before > 0 && e.At.Before(s.entered) && !e.At.Before(s.entered.Add(-m.Before)) {
			pre = plus(pre, of, e)
		}
	}
	return post, pre
}

// within reports whether an event counts for a unit by its time.
func within(m analytics.MetricSpec, s subject, e analytics.Event) bool {
	from := s.entered.Add(m.After)
	return !e.At.Before(from) && e.At.Before(s.leaves) && (m.Window == 0 || e.At.Before(from.Add(m.Window)))
}

func plus(sum float64, m analytics.Measure, e analytics.Event) float64 {
	switch of := m.Of; {
	case of == analytics.OfAny:
		return 1
	case of == analytics.OfCount, of == analytics.OfFailed && e.Failed, of == analytics.OfValues && e.Value != nil:
		return sum + 1
	case of == analytics.OfAbove:
		if e.Value != nil && *e.Value > m.Above {
			return sum + 1
		}
	case of == analytics.OfSum && e.Value != nil:
		return sum + *e.Value
	}
	return sum
}

// quantiles describes the values of a metric in each cell.
func (h *history) quantiles(q analytics.ResultQuery, metric int, subjects []subject) []analytics.Quantile {
	m := q.Metrics[metric]
	values := map[analytics.Cell][][]float64{} // by unit
	for _, s := range subjects {
		var own []float64
		for _, e := range h.events {
			if e.Units[q.By] == s.unit && e.Name == m.Numerator.Event && e.Value != nil && concerns(e, q.Flag) && within(m, s, e) {
				own = append(own, *e.Value)
			}
		}
		if len(own) > 0 {
			values[s.Cell] = append(values[s.Cell], own)
		}
	}
	var all []analytics.Quantile
	for cell, units := range values {
		sorted := slices.Sorted(slices.Values(slices.Concat(units...)))
		low, high := stats.QuantileSpan(int64(len(sorted)), m.Quantile, stats.QuantileAlpha)
		sample := stats.QuantileSample{
			Values: int64(len(sorted)), Value: quantile(sorted, m.Quantile),
			Low: quantile(sorted, low), High: quantile(sorted, high),
		}
		for _, own := range units {
			above := 0.0
			for _, v := range own {
				if v > sample.Value {
					above++
				}
			}
			n := float64(len(own))
			c := &sample.Clusters
			c.N, c.Num, c.NumSquares = c.N+1, c.Num+above, c.NumSquares+above*above
			c.Den, c.DenSquares, c.Products = c.Den+n, c.DenSquares+n*n, c.Products+above*n
		}
		all = append(all, analytics.Quantile{Metric: metric, Cell: cell, Sample: sample})
	}
	return all
}

func quantile(sorted []float64, p float64) float64 {
	rank := float64(len(sorted)-1) * p
	i := int(rank)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (rank-float64(i))*(sorted[i+1]-sorted[i])
}
