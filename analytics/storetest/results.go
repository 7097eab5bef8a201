package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

func (h *history) results(until float64, metrics ...analytics.MetricSpec) analytics.ResultQuery {
	return analytics.ResultQuery{
		Project: project, Environment: h.environment, Flag: flag, By: account, Variants: []string{"off", "on"},
		Metrics: metrics, Strata: []analytics.Stratum{{FirstVersion: 5, LastVersion: 5, Start: at(0)}}, Until: at(until),
	}
}

func ofMetric(of analytics.Quantity) analytics.Measure {
	return analytics.Measure{Event: metric, Of: of}
}

func results(t *testing.T, s Store, q analytics.ResultQuery) analytics.Results {
	t.Helper()
	r, err := s.Results(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sums are those of units that have such numerators and denominators.
func sums(units ...[2]float64) stats.PairedRatioSums {
	var s stats.PairedRatioSums
	for _, u := range units {
		s = s.Plus(stats.PairedRatioSums{
			N: 1, PostNum: u[0], PostNumSquares: u[0] * u[0], PostDen: u[1], PostDenSquares: u[1] * u[1], PostNumPostDen: u[0] * u[1],
		})
	}
	return s
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
	count := ofMetric(analytics.OfCount)
	q := h.results(60,
		analytics.MetricSpec{Name: "converted", Numerator: ofMetric(analytics.OfAny), Before: time.Hour},
		analytics.MetricSpec{Name: "errors", Numerator: ofMetric(analytics.OfFailed), Denominator: &count},
		analytics.MetricSpec{Name: "median", Numerator: ofMetric(analytics.OfSum), Quantile: .5},
	)
	on, off := sums([2]float64{1, 1}, [2]float64{0, 1}), sums([2]float64{1, 1})
	on.PreNum, on.PreNumSquares, on.PostNumPreNum = 1, 1, 1
	want := analytics.Results{
		Increments: []analytics.Increment{
			{Units: 1, Mixed: 1, Metrics: []stats.PairedRatioSums{off.OnePerUnit(), sums([2]float64{0, 1}), {}}},
			{Cell: analytics.Cell{Variant: 1}, Units: 2, Metrics: []stats.PairedRatioSums{on.OnePerUnit(), sums([2]float64{1, 2}, [2]float64{}), {}}},
		},
		Quantiles: []analytics.Quantile{
			{Metric: 2, Sample: stats.QuantileSample{Values: 1, Value: 6, Low: 6, High: 6, Clusters: stats.RatioSums{N: 1, Den: 1, DenSquares: 1}}},
			{Metric: 2, Cell: analytics.Cell{Variant: 1}, Sample: stats.QuantileSample{Values: 2, Value: 3, Low: 2, High: 4, Clusters: stats.RatioSums{N: 1, Num: 1, NumSquares: 1, Den: 2, DenSquares: 4, Products: 2}}},
		},
	}
	if diff := cmp.Diff(want, results(t, s, q), approximately()...); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if empty := results(t, s, h.results(0, q.Metrics...)); len(empty.Increments)+len(empty.Quantiles) != 0 {
		t.Errorf("before any exposure: %+v", empty)
	}
}

func approximately() []cmp.Option {
	return []cmp.Option{cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateEmpty()}
}

// testResultsAddUp cuts the time into steps: their sum is the whole, and up to
// any of them it is what a query up to there tells.
func testResultsAddUp(t *testing.T, s Store) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(12, seed))
		h := randomHistory(rng, fmt.Sprint("env-", seed))
		h.write(t, s)
		q := h.randomResults(rng)
		q.Until, q.Step = at(65), 10*time.Minute
		for i := range q.Metrics {
			q.Metrics[i].Quantile = 0
		}
		steps := results(t, s, q)
		for bucket := q.Bucket(at(0)); q.End(bucket).Before(q.Until); bucket++ {
			whole := q
			whole.Step, whole.Until = 0, q.End(bucket)
			want := map[analytics.Cell]analytics.Increment{}
			for _, i := range results(t, s, whole).Increments {
				want[i.Cell] = i
			}
			if diff := cmp.Diff(want, upTo(steps, bucket), approximately()...); diff != "" {
				t.Fatalf("seed %d, until %v (-one query +sum of steps):\n%s", seed, whole.Until, diff)
			}
		}
	}
}

// upTo adds up the steps until a bucket.
func upTo(r analytics.Results, bucket int64) map[analytics.Cell]analytics.Increment {
	all := map[analytics.Cell]analytics.Increment{}
	for _, i := range r.Increments {
		if i.Bucket > bucket {
			continue
		}
		sum, ok := all[i.Cell]
		if !ok {
			sum = analytics.Increment{Cell: i.Cell, Metrics: make([]stats.PairedRatioSums, len(i.Metrics))}
		}
		sum.Units, sum.Mixed = sum.Units+i.Units, sum.Mixed+i.Mixed
		for m := range i.Metrics {
			sum.Metrics[m] = sum.Metrics[m].Plus(i.Metrics[m])
		}
		all[i.Cell] = sum
	}
	return all
}

func testResultsMatchReference(t *testing.T, s Store) {
	compared, cohorts, quantiles := 0, 0, 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(8, seed))
		h := randomHistory(rng, fmt.Sprint("env-", seed))
		h.write(t, s)
		q, err := h.randomResults(rng).Normal()
		if err != nil {
			t.Fatal(err)
		}
		want := h.resultsReference(q)
		if diff := cmp.Diff(want, results(t, s, q), approximately()...); diff != "" {
			t.Fatalf("seed %d, query %+v: results (-want +got):\n%s", seed, q, diff)
		}
		compared, quantiles = compared+len(want.Increments), quantiles+len(want.Quantiles)
		for _, i := range want.Increments {
			if i.Cohort != 0 {
				cohorts++
			}
		}
	}
	t.Logf("%d cells compared, %d of cohorts, %d quantiles", compared, cohorts, quantiles)
	if compared < 200 || cohorts < 50 || quantiles < 40 {
		t.Errorf("only %d cells were compared, %d of cohorts and %d quantiles", compared, cohorts, quantiles)
	}
}

// randomResults asks for a few metrics, drawn from all that can be asked for.
func (h *history) randomResults(rng *rand.Rand) analytics.ResultQuery {
	q := h.results(float64(10+rng.IntN(60)) + .5)
	q.Strata = h.threeStages(rng).Strata
	if rng.IntN(5) == 0 {
		q.Rule = rule
	}
	if rng.IntN(3) == 0 {
		q.Variants = append(q.Variants, "grey")
	}
	if rng.IntN(3) == 0 {
		q.Dimension = []string{"country", "city", "nothing"}[rng.IntN(3)]
	}
	q.Step = []time.Duration{0, 10 * time.Minute, 90 * time.Second}[rng.IntN(3)]
	for i := range 1 + rng.IntN(4) {
		q.Metrics = append(q.Metrics, randomMetric(rng, fmt.Sprint("m", i)))
	}
	return q
}

func randomMetric(rng *rand.Rand, name string) analytics.MetricSpec {
	quantities := []analytics.Quantity{analytics.OfAny, analytics.OfCount, analytics.OfFailed, analytics.OfSum, analytics.OfValues, analytics.OfAbove}
	measure := func() analytics.Measure {
		return analytics.Measure{Event: []string{metric, metric, "other"}[rng.IntN(3)], Of: quantities[rng.IntN(len(quantities))], Above: float64(rng.IntN(8))}
	}
	span := func(n int) time.Duration { return time.Duration(rng.IntN(2)*rng.IntN(n)) * time.Second }
	m := analytics.MetricSpec{Name: name, Numerator: measure(), After: span(600), Window: span(1500)}
	if rng.IntN(4) == 0 {
		m.Quantile = []float64{.5, .9}[rng.IntN(2)]
		return m
	}
	m.Mature = m.Window > 0 && rng.IntN(2) == 0
	m.Before = span(2400)
	if rng.IntN(2) == 0 {
		by := measure()
		m.Denominator = &by
	}
	if rng.IntN(3) == 0 {
		limit := float64(rng.IntN(12))
		m.Cap = &limit
	}
	return m
}

// testManyValues has more values than are told apart, of which the last has the
// most units.
func testManyValues(t *testing.T, s Store) {
	h := history{environment: "prod"}
	for u := range 3 * analytics.MaxValues {
		h.expose(fmt.Sprint("a", u), "on", 5, 1)
		h.exposures[u].Attributes = map[string]string{"plan": fmt.Sprintf("plan %02d of those for everybody", min(u, 2*analytics.MaxValues))}
	}
	h.write(t, s)
	q := h.results(60)
	q.Dimension = "plan"
	q, err := q.Normal()
	if err != nil {
		t.Fatal(err)
	}
	got := results(t, s, q)
	if diff := cmp.Diff(h.resultsReference(q), got, approximately()...); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if n := len(got.Increments); n != analytics.MaxValues+1 || got.Increments[0].Value != analytics.Others || got.Increments[n-1].Units != analytics.MaxValues {
		t.Errorf("%d cells: %+v", n, got.Increments)
	}
}
