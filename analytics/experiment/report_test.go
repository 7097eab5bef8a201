package experiment_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// recorded is a store that gives what was put into it.
type recorded struct{ all, byCountry analytics.Results }

func (r recorded) Results(_ context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	if q.Dimension != "" {
		return r.byCountry, nil
	}
	return r.all, nil
}

// converted is a variant of which x of n units have done it.
func converted(n int64, x float64) stats.PairedRatioSums {
	return stats.PairedRatioSums{N: n, PostNum: x, PostNumSquares: x}.OnePerUnit()
}

// share is a ratio of x bad events to n, one a unit.
func share(n int64, x float64) stats.PairedRatioSums {
	d := float64(n)
	return stats.PairedRatioSums{N: n, PostNum: x, PostNumSquares: x, PostDen: d, PostDenSquares: d, PostNumPostDen: x}
}

func cell(variant int, value string, metrics ...stats.PairedRatioSums) analytics.Increment {
	return analytics.Increment{Cell: analytics.Cell{Variant: variant, Value: value}, Units: metrics[0].N, Metrics: metrics}
}

// checkout has a goal and a guardrail, and an even split.
func checkout(definitions ...ledger.Metric) experiment.Question {
	w := &world{accounts: 20_000}
	w.splits = append(w.splits, weights(50, 50))
	q := w.question()
	q.Step = 0
	x := q.Experiment
	x.Design.Goals, x.Design.Guardrails = []string{"paid"}, []string{"errors"}
	x.Metrics = map[string]ledger.Metric{
		"paid":   {Kind: ledger.MetricConversion, Event: "paid"},
		"errors": {Kind: ledger.MetricErrorRate, Event: "request"},
	}
	for i, d := range definitions {
		x.Metrics[[]string{"paid", "errors"}[i]] = d
	}
	return q
}

func report(t *testing.T, q experiment.Question, cells ...analytics.Increment) experiment.Report {
	t.Helper()
	r, err := experiment.Read(context.Background(), recorded{all: analytics.Results{Increments: cells}}, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestConclusions(t *testing.T) {
	ended := start.Add(time.Hour)
	for name, tc := range map[string]struct {
		off, on [2]stats.PairedRatioSums
		stopped bool
		advice  experiment.Advice
		says    []string
	}{
		"nobody": {advice: experiment.AdviceWait, says: []string{"Nobody has been exposed"}},
		"few": {
			off: [2]stats.PairedRatioSums{converted(60, 3), share(60, 0)}, on: [2]stats.PairedRatioSums{converted(55, 3), share(55, 0)},
			advice: experiment.AdviceWait, says: []string{"60 units of the control and 55 of the variant", "Keep it running"},
		},
		"better": {
			off: [2]stats.PairedRatioSums{converted(9000, 900), share(9000, 90)}, on: [2]stats.PairedRatioSums{converted(9000, 1200), share(9000, 91)},
			advice: experiment.AdviceServe, says: []string{"on against off is better on paid: +33.3% (from +", "No guardrail is shown to be harmed. Serve on"},
		},
		"better, but the guardrail is blind": {
			off: [2]stats.PairedRatioSums{converted(9000, 900), {N: 9000}}, on: [2]stats.PairedRatioSums{converted(9000, 1200), {N: 9000}},
			advice: experiment.AdviceWait, says: []string{`no result on errors: no event "request" came`, "nobody knows yet what the gain costs"},
		},
		"a price": {
			off: [2]stats.PairedRatioSums{converted(9000, 900), share(9000, 90)}, on: [2]stats.PairedRatioSums{converted(9000, 1200), share(9000, 300)},
			advice: experiment.AdviceWeigh, says: []string{"on against off harms the guardrail errors: +233.3% (at least +", "weigh"},
		},
		"worse": {
			off: [2]stats.PairedRatioSums{converted(9000, 1200), share(9000, 90)}, on: [2]stats.PairedRatioSums{converted(9000, 900), share(9000, 90)},
			advice: experiment.AdviceKeep, says: []string{"is worse on paid: -25.0%", "Keep off."},
		},
		"no difference": {
			off: [2]stats.PairedRatioSums{converted(9000, 900), share(9000, 90)}, on: [2]stats.PairedRatioSums{converted(9000, 905), share(9000, 89)},
			advice: experiment.AdviceWait, says: []string{"shows no difference on paid so far: +0.56% (from -"},
		},
		"no difference at the end": {
			off: [2]stats.PairedRatioSums{converted(9000, 900), share(9000, 90)}, on: [2]stats.PairedRatioSums{converted(9000, 905), share(9000, 89)},
			stopped: true, advice: experiment.AdviceKeep, says: []string{"has shown no difference; keep off"},
		},
		"units got lost": {
			off: [2]stats.PairedRatioSums{converted(9000, 900), share(9000, 90)}, on: [2]stats.PairedRatioSums{converted(8000, 1200), share(8000, 90)},
			advice: experiment.AdviceRepair, says: []string{"Do not decide on these numbers: the units are not distributed as configured"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := checkout()
			if tc.stopped {
				q.Experiment.Status, q.Experiment.EndedAt = ledger.ExperimentStopped, ended
			}
			var cells []analytics.Increment
			if tc.off[0].N > 0 {
				cells = []analytics.Increment{cell(0, "", tc.off[:]...), cell(1, "", tc.on[:]...)}
			}
			c := report(t, q, cells...).Conclusion
			text := strings.Join(c.Sentences, "\n")
			if c.Advice != tc.advice {
				t.Errorf("advice %q, want %q", c.Advice, tc.advice)
			}
			for _, want := range tc.says {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in\n%s", want, text)
				}
			}
		})
	}
}

func TestNoDataHasReasons(t *testing.T) {
	for name, tc := range map[string]struct {
		metric  ledger.Metric
		off, on stats.PairedRatioSums
		want    string
	}{
		"never":       {ledger.Metric{Kind: ledger.MetricConversion, Event: "paid"}, converted(500, 0), converted(500, 0), `no event "paid" came from any of the units`},
		"always":      {ledger.Metric{Kind: ledger.MetricConversion, Event: "paid"}, converted(500, 500), converted(500, 500), "the same for every unit"},
		"one-armed":   {ledger.Metric{Kind: ledger.MetricErrorRate, Event: "request"}, share(500, 9), stats.PairedRatioSums{N: 500}, `no event "request" came from the units of one`},
		"not yet":     {ledger.Metric{Kind: ledger.MetricRetention, Event: "login", Window: ledger.Duration(time.Hour)}, converted(7, 0), converted(9, 1), "7 units of the control and 9 of the variant were exposed at least 1h0m0s ago"},
		"no quantile": {ledger.Metric{Kind: ledger.MetricQuantile, Event: "request", Quantile: .9}, stats.PairedRatioSums{}, stats.PairedRatioSums{}, `no event "request" came from any`},
	} {
		t.Run(name, func(t *testing.T) {
			off, on := cell(0, "", tc.off, share(500, 5)), cell(1, "", tc.on, share(500, 5))
			off.Units, on.Units = 500, 500
			e := report(t, checkout(tc.metric), off, on).Metrics[0].Results[0]
			if e.Finding != ledger.FindingNoData || !strings.Contains(e.Reason, tc.want) {
				t.Errorf("finding %q because %q, want %q", e.Finding, e.Reason, tc.want)
			}
			if e.P != nil || e.AdjustedP != nil || e.Difference != nil || e.Lift != nil || e.Control != nil || e.Treatment != nil {
				t.Errorf("numbers without data: %+v", e)
			}
		})
	}
}

// TestZeroInOneVariant is data like any other.
func TestZeroInOneVariant(t *testing.T) {
	e := report(t, checkout(), cell(0, "", converted(5000, 0), share(5000, 5)), cell(1, "", converted(5000, 60), share(5000, 5))).Metrics[0].Results[0]
	if e.Finding != ledger.FindingBetter || *e.Control != 0 || e.Lift != nil || *e.Difference.Low <= 0 {
		t.Errorf("0 against 60 of 5,000: %+v", e)
	}
}

func TestSeriesEndsAtTheResult(t *testing.T) {
	w := &world{rng: rand.New(rand.NewPCG(4, 4)), accounts: 2000, splits: changing(), effect: .3}
	e := read(t, w).Metrics[0].Results[0]
	if n := len(e.Series); n != len(w.splits) {
		t.Fatalf("%d points, want one a day", n)
	}
	last := e.Series[len(e.Series)-1]
	if diff := cmp.Diff(experiment.Point{At: w.question().Until, Difference: e.Difference, Lift: e.Lift}, last); diff != "" {
		t.Errorf("last point (-result +point):\n%s", diff)
	}
	if first := e.Series[0].Difference; *first.High-*first.Low <= *e.Difference.High-*e.Difference.Low {
		t.Error("the interval has not narrowed")
	}
}

// TestBreakdownIsCorrected has an effect in one country of twenty, and one that
// would be significant if it stood alone.
func TestBreakdownIsCorrected(t *testing.T) {
	both := analytics.Results{Increments: []analytics.Increment{
		cell(0, "", converted(20_000, 2000), share(20_000, 200)), cell(1, "", converted(20_000, 2250), share(20_000, 200)),
	}}
	var countries analytics.Results
	for i := range 20 {
		value, paid := string(rune('A'+i)), 100.0
		switch i {
		case 3:
			paid = 200
		case 4:
			paid = 160
		}
		if i == 7 {
			value = analytics.Others
		}
		countries.Increments = append(countries.Increments,
			cell(0, value, converted(1000, 100), share(1000, 10)), cell(1, value, converted(1000, paid), share(1000, 10)))
	}
	q := checkout()
	q.Dimension = "country"
	r, err := experiment.Read(context.Background(), recorded{both, countries}, q)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]ledger.MetricEvidence{}
	others := 0
	for _, s := range r.Breakdown.Subgroups {
		found[s.Value] = s.Results[0]
		if s.Others {
			others++
		}
	}
	if d := found["D"]; d.Finding != ledger.FindingBetter || *d.AdjustedP <= *d.P {
		t.Errorf("the country with the effect: %+v", d)
	}
	if e := found["E"]; e.Finding != ledger.FindingOpen || *e.P >= .05 || *e.AdjustedP < .05 {
		t.Errorf("the country that stands out by chance: p %v, corrected %v, %s", *e.P, *e.AdjustedP, e.Finding)
	}
	if others != 1 || r.Breakdown.Dimension != "country" {
		t.Errorf("%d segments of the rest, by %s", others, r.Breakdown.Dimension)
	}
}
