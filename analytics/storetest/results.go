package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flagledger/flagledger/analytics"
)

func (h *history) results(until float64) analytics.ResultQuery {
	return analytics.ResultQuery{
		Project: project, Environment: h.environment, Flag: flag, By: account, Variants: []string{"off", "on"},
		Metrics:      []analytics.MetricSpec{{Name: "time", Event: metric, Quantiles: []float64{.5, .95}}},
		FirstVersion: 5, From: at(0), Until: at(until),
	}
}

func results(t *testing.T, s Store, q analytics.ResultQuery) analytics.Results {
	t.Helper()
	r, err := s.Results(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func testResultsByHand(t *testing.T, s Store) {
	h := history{environment: "prod"}
	h.expose("a1", "on", 5, 1)
	h.expose("a2", "on", 5, 1)
	h.expose("a3", "off", 5, 1)
	h.expose("a3", "on", 5, 10) // mixed from here
	h.event("a1", true, 2, 2)
	h.event("a1", false, 4, 3)
	h.event("a1", false, 9, .5) // before its exposure
	h.event("a3", false, 6, 5)
	h.event("a3", true, 7, 11) // after it was mixed
	h.write(t, s)
	got := results(t, s, h.results(60))
	on := analytics.MetricResult{
		Metric: "time", Units: 2, Converted: 1, Events: 2, Failed: 1,
		Values:           analytics.Moments{N: 2, Sum: 6, SumSquares: 20},
		CountPerUnit:     analytics.Moments{N: 2, Sum: 2, SumSquares: 4},
		FailedPerUnit:    analytics.Moments{N: 2, Sum: 1, SumSquares: 1},
		SumPerUnit:       analytics.Moments{N: 2, Sum: 6, SumSquares: 36},
		CrossFailedCount: 2, CrossSumCount: 12, Quantiles: []float64{3, 3.9},
	}
	off := analytics.MetricResult{
		Metric: "time", Units: 1, Converted: 1, Events: 1,
		Values:        analytics.Moments{N: 1, Sum: 6, SumSquares: 36},
		CountPerUnit:  analytics.Moments{N: 1, Sum: 1, SumSquares: 1},
		FailedPerUnit: analytics.Moments{N: 1},
		SumPerUnit:    analytics.Moments{N: 1, Sum: 6, SumSquares: 36},
		CrossSumCount: 6, Quantiles: []float64{6, 6},
	}
	want := analytics.Results{Variants: []analytics.VariantResult{
		{Variant: "off", Units: 1, Mixed: 1, Metrics: []analytics.MetricResult{off}},
		{Variant: "on", Units: 2, Metrics: []analytics.MetricResult{on}},
	}}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if c, e := on.Conversion(), on.ErrorRate(); c != .5 || e != .5 || on.Values.Mean() != 3 || on.Values.Variance() != 2 {
		t.Errorf("conversion %v, error rate %v, mean %v, variance %v", c, e, on.Values.Mean(), on.Values.Variance())
	}
	empty := results(t, s, h.results(0))
	if empty.Variants[1].Units != 0 || empty.Variants[1].Metrics[0].ErrorRate() != 0 {
		t.Errorf("before any exposure: %+v", empty)
	}
}

func testResultsMatchReference(t *testing.T, s Store) {
	compared := int64(0)
	for seed := range uint64(15) {
		rng := rand.New(rand.NewPCG(8, seed))
		h := randomHistory(rng, fmt.Sprint("env-", seed))
		h.write(t, s)
		q := h.results(float64(10 + rng.IntN(60)))
		q.FirstVersion, q.LastVersion = 5, uint64(5+rng.IntN(3))
		if rng.IntN(5) == 0 {
			q.Rule = rule
		}
		q.Metrics[0].Window = time.Duration(rng.IntN(2)*rng.IntN(1200)) * time.Second
		q.Metrics = append(q.Metrics, analytics.MetricSpec{Name: "none", Event: "nothing"})
		want := h.resultsReference(q)
		got := results(t, s, q)
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-9, 0), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("seed %d, query %+v: results (-want +got):\n%s", seed, q, diff)
		}
		compared += want.Variants[0].Metrics[0].Events + want.Variants[1].Metrics[0].Events
	}
	if compared < 100 {
		t.Errorf("only %d events were compared", compared)
	}
}

// resultsReference answers a ResultQuery unit by unit.
func (h *history) resultsReference(q analytics.ResultQuery) analytics.Results {
	var r analytics.Results
	for rank, variant := range q.Variants {
		v := analytics.VariantResult{Variant: variant}
		members := map[string][2]time.Time{} // entered and leaves
		for _, unit := range h.units() {
			span, mixed, ok := h.assigned(q, unit, rank)
			if !ok {
				continue
			}
			members[unit] = span
			v.Units++
			if mixed {
				v.Mixed++
			}
		}
		for _, m := range q.Metrics {
			v.Metrics = append(v.Metrics, h.measure(q.Flag, m, members))
		}
		r.Variants = append(r.Variants, v)
	}
	return r
}

// assigned reports whether the unit belongs to the variant of that rank, and
// from when until when.
func (h *history) assigned(q analytics.ResultQuery, unit string, rank int) (span [2]time.Time, mixed, ok bool) {
	firsts := make([]time.Time, len(q.Variants))
	for _, e := range h.exposures {
		i := slices.Index(q.Variants, e.Variant)
		if e.Unit != unit || e.Rule != q.Rule || i < 0 || e.Version < q.FirstVersion || e.Version > q.LastVersion ||
			e.At.Before(q.From) || !e.At.Before(q.Until) {
			continue
		}
		if firsts[i].IsZero() || e.At.Before(firsts[i]) {
			firsts[i] = e.At
		}
	}
	mine := firsts[rank]
	if mine.IsZero() {
		return span, false, false
	}
	span = [2]time.Time{mine, q.Until}
	for i, other := range firsts {
		if i == rank || other.IsZero() {
			continue
		}
		if other.Before(mine) || other.Equal(mine) && i < rank {
			return span, false, false
		}
		mixed = true
		if other.Before(span[1]) {
			span[1] = other
		}
	}
	return span, mixed, true
}

func (h *history) measure(flag string, spec analytics.MetricSpec, members map[string][2]time.Time) analytics.MetricResult {
	r := analytics.MetricResult{Metric: spec.Name, Units: int64(len(members)), Quantiles: make([]float64, len(spec.Quantiles))}
	var values []float64
	for unit, span := range members {
		var n, bad, total float64
		for _, e := range h.events {
			late := spec.Window > 0 && !e.At.Before(span[0].Add(spec.Window))
			if e.Name != spec.Event || !concerns(e, flag) || e.Units[account] != unit || e.At.Before(span[0]) || !e.At.Before(span[1]) || late {
				continue
			}
			n++
			if e.Failed {
				bad++
			}
			if e.Value != nil {
				total += *e.Value
				values = append(values, *e.Value)
				observe(&r.Values, *e.Value)
			}
		}
		if n > 0 {
			r.Converted++
		}
		r.Events, r.Failed = r.Events+int64(n), r.Failed+int64(bad)
		observe(&r.CountPerUnit, n)
		observe(&r.FailedPerUnit, bad)
		observe(&r.SumPerUnit, total)
		r.CrossFailedCount += bad * n
		r.CrossSumCount += total * n
	}
	slices.Sort(values)
	for i, p := range spec.Quantiles {
		r.Quantiles[i] = quantile(values, p)
	}
	return r
}

func observe(m *analytics.Moments, v float64) {
	m.N++
	m.Sum += v
	m.SumSquares += v * v
}

func quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := float64(len(sorted)-1) * p
	i := int(rank)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (rank-float64(i))*(sorted[i+1]-sorted[i])
}
