package workflow_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// valuesQuery asks about one metric in the first stage.
func valuesQuery() analytics.ResultQuery {
	return analytics.ResultQuery{
		Project: project, Environment: environment, Flag: flagKey, Variants: []string{"off", "on"},
		Strata:  []analytics.Stratum{{FirstVersion: 1, LastVersion: math.MaxInt64, Start: began}},
		Metrics: []analytics.MetricSpec{{Name: "m", Numerator: analytics.Measure{Event: "e", Of: analytics.OfCount}}},
		Until:   began.Add(time.Hour),
	}
}

// seen are two arms in the first stage.
func seen(treatment, control stats.PairedRatioSums) workflow.EffectInputs {
	in := workflow.EffectInputs{Query: valuesQuery(), Gates: 1}
	for v, s := range []stats.PairedRatioSums{control, treatment} {
		in.Seen.Increments = append(in.Seen.Increments, analytics.Increment{
			Cell: analytics.Cell{Variant: v}, Units: s.N, Metrics: []stats.PairedRatioSums{s},
		})
	}
	return in
}

// values are n units, a share of which has value and the others nothing.
func values(n, some int64, value float64) stats.PairedRatioSums {
	x := float64(some)
	return stats.PairedRatioSums{N: n, PostNum: x * value, PostNumSquares: x * value * value}.OnePerUnit()
}

// shares are n units with each events apiece, of which bad in all count, at
// most one of a unit.
func shares(n, each, bad int64) stats.PairedRatioSums {
	e, units, x := float64(each), float64(n), float64(bad)
	return stats.PairedRatioSums{
		N: n, PostNum: x, PostNumSquares: x, PostDen: e * units, PostDenSquares: e * e * units, PostNumPostDen: e * x,
	}
}

// means are n units that each have one value, half of them x-d and half x+d.
func means(n int64, x, d float64) stats.PairedRatioSums {
	units := float64(n)
	return stats.PairedRatioSums{
		N: n, PostNum: units * x, PostNumSquares: units * (x*x + d*d), PostDen: units, PostDenSquares: units, PostNumPostDen: units * x,
	}
}

func ptr(x float64) *float64 { return &x }

var (
	conversionMetric = ledger.Metric{Kind: ledger.MetricConversion, Event: "paid"}
	complaintMetric  = ledger.Metric{Kind: ledger.MetricConversion, Event: "complained", Good: ledger.Down}
	revenueMetric    = ledger.Metric{Kind: ledger.MetricSum, Event: "paid", Unit: "GBP"}
	sizeMetric       = ledger.Metric{Kind: ledger.MetricMean, Event: "render", Unit: "kB", Good: ledger.Down}
	perOrderMetric   = ledger.Metric{Kind: ledger.MetricRatio, Event: "paid", Of: ledger.QuantitySum, Denominator: ledger.Measure{Event: "order"}}
	latencyMetric    = ledger.Metric{Kind: ledger.MetricQuantile, Event: "request", Quantile: .95, Unit: "ms"}
)

func TestJudgeEffect(t *testing.T) {
	const pass, hold, fail, noData = ledger.VerdictPass, ledger.VerdictHold, ledger.VerdictFail, ledger.VerdictNoData
	minRatio, maxRatio := ledger.Gate{MinRatio: .9}, ledger.Gate{MaxRatio: 1.5}
	goal := ledger.Gate{Goal: true}
	tests := []struct {
		name               string
		gate               ledger.Gate
		metric             ledger.Metric
		treatment, control stats.PairedRatioSums
		want               ledger.Verdict
	}{
		{"same conversion", minRatio, conversionMetric, values(5000, 1000, 1), values(95_000, 19_000, 1), pass},
		{"same conversion, little of it", minRatio, conversionMetric, values(5000, 50, 1), values(95_000, 950, 1), hold},
		{"a third less", minRatio, conversionMetric, values(5000, 333, 1), values(95_000, 9500, 1), fail},
		{"less, but not the alert", minRatio, conversionMetric, values(400_000, 38_400, 1), values(400_000, 40_000, 1), pass},
		{"a little less than the alert", minRatio, conversionMetric, values(90_000, 8460, 1), values(90_000, 9000, 1), fail},
		{"none converts with the treatment", minRatio, conversionMetric, values(5000, 0, 1), values(95_000, 9500, 1), noData},
		{"none converts in the control", minRatio, conversionMetric, values(5000, 500, 1), values(95_000, 0, 1), noData},
		{"none converts", minRatio, conversionMetric, values(5000, 0, 1), values(95_000, 0, 1), noData},
		{"all convert", minRatio, conversionMetric, values(5000, 5000, 1), values(95_000, 95_000, 1), noData},
		{"hardly any control to divide by", minRatio, conversionMetric, values(5000, 6, 1), values(5000, 7, 1), noData},
		{"too few units", minRatio, conversionMetric, values(99, 30, 1), values(2000, 600, 1), hold},
		{"too few units and no event", minRatio, conversionMetric, values(99, 0, 1), values(2000, 600, 1), hold},
		{"four conversions do not fail", minRatio, conversionMetric, values(5000, 4, 1), values(95_000, 9500, 1), hold},

		{"complaints as before", maxRatio, complaintMetric, values(5000, 500, 1), values(95_000, 9500, 1), pass},
		{"twice as many complaints", maxRatio, complaintMetric, values(5000, 100, 1), values(95_000, 950, 1), fail},
		{"complaints, none in the control", maxRatio, complaintMetric, values(5000, 100, 1), values(95_000, 0, 1), noData},
		{"too lucky to be true", ledger.Gate{MaxRatio: 2}, complaintMetric, values(2000, 5, 1), values(38_000, 100, 1), hold},

		{"same revenue", ledger.Gate{MinDifference: -1}, revenueMetric, values(5000, 2500, 20), values(95_000, 47_500, 20), pass},
		{"revenue falls", ledger.Gate{MinDifference: -1}, revenueMetric, values(5000, 2300, 20), values(95_000, 47_500, 20), fail},
		{"revenue falls less than the alert", ledger.Gate{MinDifference: -1}, revenueMetric, values(400_000, 196_000, 20), values(400_000, 200_000, 20), pass},
		{"one whale is no evidence", ledger.Gate{MaxDifference: 1}, ledger.Metric{Kind: ledger.MetricSum, Event: "x", Good: ledger.Down}, values(5000, 4, 1e6), values(95_000, 9500, 1), hold},

		{"same size", ledger.Gate{MaxDifference: 10}, sizeMetric, means(1000, 100, 20), means(19_000, 100, 20), pass},
		{"larger", ledger.Gate{MaxDifference: 10}, sizeMetric, means(1000, 107, 20), means(19_000, 100, 20), fail},
		{"no size reported", ledger.Gate{MaxDifference: 10}, sizeMetric, stats.PairedRatioSums{N: 1000}, means(19_000, 100, 20), noData},
		{"order value falls", minRatio, perOrderMetric, means(1000, 80, 20), means(19_000, 100, 20), fail},
		{"order value stays", minRatio, perOrderMetric, means(1000, 100, 20), means(19_000, 100, 20), pass},
		{"negative control", minRatio, perOrderMetric, means(1000, -100, 20), means(19_000, -100, 20), noData},

		{"failures, none in either", ledger.Gate{MaxDifference: .01}, errorMetric, shares(1000, 10, 0), shares(19_000, 10, 0), pass},
		{"failures, none in either yet", ledger.Gate{MaxDifference: .01}, errorMetric, shares(200, 2, 0), shares(3800, 2, 0), hold},
		{"fewer failures are to be shown, and there are none", goal, errorMetric, shares(1000, 10, 0), shares(19_000, 10, 0), hold},
		{"all orders have one value", minRatio, perOrderMetric, means(1000, 100, 0), means(19_000, 100, 0), hold},
		{"failures, none in the control", ledger.Gate{MaxDifference: .001}, errorMetric, shares(1000, 10, 100), shares(19_000, 10, 0), fail},
		{"failures, none in the treatment", ledger.Gate{MaxDifference: .01}, errorMetric, shares(1000, 10, 0), shares(19_000, 10, 190), pass},
		{"no requests of the treatment", ledger.Gate{MaxDifference: .01}, errorMetric, stats.PairedRatioSums{N: 1000}, shares(19_000, 10, 190), noData},

		{"below the objective", ledger.Gate{Max: ptr(.02)}, errorMetric, shares(1000, 10, 100), stats.PairedRatioSums{}, pass},
		{"above the objective, as is the control", ledger.Gate{Max: ptr(.02)}, errorMetric, shares(1000, 10, 300), shares(19_000, 10, 5700), fail},
		{"at the objective", ledger.Gate{Max: ptr(.02)}, errorMetric, shares(1000, 10, 200), shares(19_000, 10, 190), hold},
		{"nothing failed yet", ledger.Gate{Max: ptr(.02)}, errorMetric, shares(200, 1, 0), shares(19_000, 10, 190), hold},
		{"nothing failed for long", ledger.Gate{Max: ptr(.02)}, errorMetric, shares(2000, 10, 0), shares(19_000, 10, 190), pass},
		{"no request at all", ledger.Gate{Max: ptr(.02)}, errorMetric, stats.PairedRatioSums{N: 500}, shares(19_000, 10, 190), noData},
		{"nobody treated yet", ledger.Gate{Max: ptr(.02)}, errorMetric, stats.PairedRatioSums{}, shares(19_000, 10, 190), hold},
		{"converts enough", ledger.Gate{Min: ptr(.05)}, conversionMetric, values(5000, 500, 1), values(95_000, 9500, 1), pass},
		{"converts too little", ledger.Gate{Min: ptr(.05)}, conversionMetric, values(5000, 100, 1), values(95_000, 9500, 1), fail},
		{"none converts, absolutely", ledger.Gate{Min: ptr(.05)}, conversionMetric, values(5000, 0, 1), values(95_000, 9500, 1), noData},
		{"fast enough", ledger.Gate{Max: ptr(500)}, latencyMetric, shares(1000, 10, 200), stats.PairedRatioSums{}, pass},
		{"too slow", ledger.Gate{Max: ptr(500)}, latencyMetric, shares(1000, 10, 800), stats.PairedRatioSums{}, fail},

		{"goal reached", goal, conversionMetric, values(5000, 700, 1), values(95_000, 9500, 1), pass},
		{"goal not reached", goal, conversionMetric, values(5000, 520, 1), values(95_000, 9500, 1), hold},
		{"goal missed", goal, conversionMetric, values(5000, 100, 1), values(95_000, 9500, 1), hold},
		{"fewer complaints", goal, complaintMetric, values(5000, 300, 1), values(95_000, 9500, 1), pass},
		{"more complaints", goal, complaintMetric, values(5000, 900, 1), values(95_000, 9500, 1), hold},
		{"goal without data", goal, conversionMetric, values(5000, 0, 1), values(95_000, 9500, 1), noData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.gate.Metric = "m"
			g, err := workflow.JudgeEffect(seen(tt.treatment, tt.control), tt.gate, tt.metric)
			if err != nil || g.Verdict != tt.want || g.Reason == "" {
				t.Errorf("%s (%s), %v, want %s", g.Verdict, g.Reason, err, tt.want)
			}
			if strings.Contains(g.Reason, "NaN") || strings.Contains(g.Reason, "Inf") {
				t.Errorf("the reason has a number that is none: %s", g.Reason)
			}
			t.Log(g.Reason)
			b, err := json.Marshal(g) // JSON has no infinity
			if err != nil {
				t.Fatal(err)
			}
			var back ledger.GateEvidence
			if err := json.Unmarshal(b, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(g, back); diff != "" {
				t.Errorf("recorded and read back (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEffectOfQuantile: a quantile may be a goal.
func TestEffectOfQuantile(t *testing.T) {
	in := seen(stats.PairedRatioSums{}, stats.PairedRatioSums{})
	in.Query.Metrics[0].Quantile = .95
	for v, value := range []float64{400, 300} {
		in.Seen.Increments[v].Units = 1000
		in.Seen.Quantiles = append(in.Seen.Quantiles, analytics.Quantile{
			Cell: analytics.Cell{Variant: v}, Sample: stats.QuantileSample{Values: 1000, Value: value, Low: value - 10, High: value + 10},
		})
	}
	gate := ledger.Gate{Metric: "m", Goal: true}
	if g, err := workflow.JudgeEffect(in, gate, latencyMetric); err != nil || g.Verdict != ledger.VerdictPass {
		t.Errorf("%s (%s), %v", g.Verdict, g.Reason, err)
	}
	in.Seen.Quantiles[1].Sample.Value = 399
	if g, err := workflow.JudgeEffect(in, gate, latencyMetric); err != nil || g.Verdict != ledger.VerdictHold {
		t.Errorf("%s (%s), %v", g.Verdict, g.Reason, err)
	}
}

// TestEffectLooks: a failure is found in the whole rollout, a pass in the stage
// alone; units that had the treatment before are in no comparison.
func TestEffectLooks(t *testing.T) {
	in := seen(values(5000, 333, 1), values(95_000, 9500, 1))
	in.Query.Strata = []analytics.Stratum{
		{FirstVersion: 1, LastVersion: 1, Start: began, End: began.Add(time.Hour)},
		{FirstVersion: 2, LastVersion: math.MaxInt64, Start: began.Add(time.Hour)},
	}
	add := func(cohort int64, variant int, s stats.PairedRatioSums) {
		in.Seen.Increments = append(in.Seen.Increments, analytics.Increment{
			Cell: analytics.Cell{Stratum: 1, Cohort: cohort, Variant: variant}, Units: s.N, Metrics: []stats.PairedRatioSums{s},
		})
	}
	add(1, 0, values(70_000, 7000, 1)) // control before
	add(1, 1, values(20_000, 2000, 1))
	add(2, 1, values(5000, 5000, 1)) // treated before
	gate := ledger.Gate{Metric: "m", MinRatio: .9}
	g, err := workflow.JudgeEffect(in, gate, conversionMetric)
	if err != nil || g.Verdict != ledger.VerdictPass {
		t.Fatalf("%s (%s), %v; the stage is well, and the harm of the first is diluted", g.Verdict, g.Reason, err)
	}
	if e := g.Effect; e.Stage.Treatment.Units != 20_000 || e.Rollout.Treatment.Units != 25_000 || *e.Stage.Estimate != 1 {
		t.Errorf("stage %+v, rollout %+v", e.Stage, e.Rollout)
	}
	in.Seen.Increments[1].Metrics[0] = values(5000, 5, 1)
	in.Seen.Increments[3].Metrics[0] = values(20_000, 1900, 1)
	if g, err = workflow.JudgeEffect(in, gate, conversionMetric); err != nil || g.Verdict != ledger.VerdictFail {
		t.Errorf("%s (%s), %v; the first stage was harmed badly", g.Verdict, g.Reason, err)
	}
	// All treated units count for a pass of an absolute limit, each once for a
	// failure.
	g, err = workflow.JudgeEffect(in, ledger.Gate{Metric: "m", Min: ptr(.01)}, conversionMetric)
	if err != nil || g.Effect.Stage.Treatment.Units != 25_000 || g.Effect.Rollout.Treatment.Units != 25_000 {
		t.Errorf("%+v, %v", g.Effect, err)
	}
}

// TestEffectSharesAlpha: any of K gates may fail the rollout.
func TestEffectSharesAlpha(t *testing.T) {
	in := seen(values(5000, 430, 1), values(95_000, 9500, 1))
	gate := ledger.Gate{Metric: "m", MinRatio: .9}
	one, err := workflow.JudgeEffect(in, gate, conversionMetric)
	if err != nil {
		t.Fatal(err)
	}
	in.Gates = 20
	twenty, err := workflow.JudgeEffect(in, gate, conversionMetric)
	if err != nil {
		t.Fatal(err)
	}
	if one.Effect.FailAlpha != 20*twenty.Effect.FailAlpha || *one.Effect.Rollout.High >= *twenty.Effect.Rollout.High {
		t.Errorf("with one gate %+v, with twenty %+v", one.Effect, twenty.Effect)
	}
	if *one.Effect.Rollout.Low != *twenty.Effect.Rollout.Low {
		t.Error("passing takes more with twenty gates than with one")
	}
}

func TestJudgeEffectRefuses(t *testing.T) {
	in := seen(values(5000, 500, 1), values(95_000, 9500, 1))
	for name, c := range map[string]struct {
		gate   ledger.Gate
		metric ledger.Metric
	}{
		"no limit":     {ledger.Gate{Metric: "m"}, conversionMetric},
		"no metric":    {ledger.Gate{Metric: "m", MinRatio: .9}, ledger.Metric{}},
		"first events": {errorGate, errorMetric},
	} {
		if g, err := workflow.JudgeEffect(in, c.gate, c.metric); err == nil {
			t.Errorf("%s was judged: %+v", name, g)
		}
	}
}
