package stats_test

import (
	"math"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

func start() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }

func minute(n int) time.Time { return start().Add(time.Duration(n) * time.Minute) }

func TestZeroControlErrors(t *testing.T) {
	rows := []stats.Row{{At: start(), NT: 1000, XT: 3, NC: 19000, XC: 0}}
	logE := stats.HarmMixture(1, 2, stats.FailGrid).LogE(rows)
	if !near(logE, 4.5, .1) {
		t.Errorf("3/1000 against 0/19000: log E = %v, want about 4.5", logE)
	}
	low, high := stats.RatioBounds(rows, .05)
	if !(low > 1) || !math.IsInf(high, 1) {
		t.Errorf("bounds = %v to %v, want above 1 and no upper bound", low, high)
	}
	if r := stats.Ratio(rows); !math.IsInf(r, 1) {
		t.Errorf("ratio = %v, want +Inf", r)
	}
	if r := stats.Ratio([]stats.Row{{NT: 10, NC: 10}}); !math.IsNaN(r) {
		t.Errorf("ratio without errors = %v, want NaN", r)
	}
}

func TestSparseEqualsFull(t *testing.T) {
	full := stats.Series{Start: start(), StageStart: start(), Until: minute(180)}
	sparse := full
	for i := range 180 {
		row := stats.Row{At: minute(i), NT: int64(100 + i), NC: 2000}
		if i%7 == 0 {
			row.XT, row.XC = int64(i%3), int64(i%5)
		}
		full.Units = append(full.Units, row)
		if row.XT+row.XC > 0 {
			sparse.Units = append(sparse.Units, row)
		}
	}
	a, err := stats.Evaluate(full, stats.Params{Tau: 2})
	if err != nil {
		t.Fatal(err)
	}
	b, err := stats.Evaluate(sparse, stats.Params{Tau: 2})
	if err != nil {
		t.Fatal(err)
	}
	a.RequestRatio, b.RequestRatio = 0, 0 // NaN: there are no requests
	a.Short.Ratio, b.Short.Ratio = 0, 0
	if a != b {
		t.Errorf("sparse %+v\nfull   %+v", b, a)
	}
}

// TestRestartsByDefinition compares the restarted process with its definition,
// spelled out.
func TestRestartsByDefinition(t *testing.T) {
	m := stats.HarmMixture(1.1, 2, stats.FailGrid)
	var rows []stats.Row
	for i := range 400 {
		rows = append(rows, stats.Row{At: minute(i), NT: 500, NC: 9500, XT: int64(i / 150), XC: int64(i % 9)})
	}
	r := stats.Restarts{Start: start(), Every: time.Hour, Horizon: 24 * time.Hour}
	mean := 0.0
	for k := 1; k <= 24; k++ {
		var later []stats.Row
		for _, row := range rows {
			if !row.At.Before(start().Add(time.Duration(k) * time.Hour)) {
				later = append(later, row)
			}
		}
		mean += math.Exp(m.LogE(later)) / 24
	}
	want := math.Log(math.Exp(m.LogE(rows))/2 + mean/2)
	if got := r.LogE(m, rows); !near(got, want, 1e-9) {
		t.Errorf("log E* = %v, want %v", got, want)
	}
	if got := r.LogE(m, nil); !near(got, 0, 1e-12) {
		t.Errorf("log E* of nothing = %v, want 0", got)
	}
}

func TestRatioBoundsInvertTheTest(t *testing.T) {
	rows := []stats.Row{
		{NT: 500, XT: 9, NC: 9500, XC: 90},
		{NT: 2500, XT: 55, NC: 7500, XC: 80},
		{NT: 100, NC: 100},
	}
	low, high := stats.RatioBounds(rows, .05)
	r := stats.Ratio(rows)
	if !(low < r && r < high) {
		t.Fatalf("ratio %v is outside its bounds %v to %v", r, low, high)
	}
	limit := math.Log(2 / .05)
	if e := stats.HarmMixture(low, 2, stats.FailGrid).LogE(rows); !near(e, limit, .01) {
		t.Errorf("log E against the lower bound = %v, want %v", e, limit)
	}
	wideLow, wideHigh := stats.RatioBounds(rows, .001)
	if wideLow >= low || wideHigh <= high {
		t.Errorf("bounds at .001 (%v to %v) are not wider than at .05 (%v to %v)", wideLow, wideHigh, low, high)
	}
	if low, high := stats.RatioBounds(nil, .05); low != 0 || !math.IsInf(high, 1) {
		t.Errorf("bounds of nothing = %v to %v", low, high)
	}
}

func TestRatioIsStratified(t *testing.T) {
	// The share moves from 5% to 50% while the base rate rises tenfold for
	// both arms: pooled, the treatment looks 1.8 times as bad.
	rows := []stats.Row{
		{Stratum: 0, NT: 5_000, XT: 50, NC: 95_000, XC: 950},
		{Stratum: 1, NT: 50_000, XT: 5_000, NC: 50_000, XC: 5_000},
	}
	if r := stats.Ratio(rows); !near(r, 1, 1e-9) {
		t.Errorf("ratio = %v, want 1", r)
	}
	if e := stats.Expected(rows); !near(e, 50+5000, 1e-6) {
		t.Errorf("expected = %v, want 5050", e)
	}
	if e := stats.HarmMixture(1.1, 2, stats.FailGrid).LogE(rows); e > 0 {
		t.Errorf("log E = %v without a difference", e)
	}
}

func TestEvaluateConditions(t *testing.T) {
	acute := func(xt, xc int64, badUnits int64) stats.Series {
		return stats.Series{
			Start: start(), StageStart: start(), Until: minute(30), BadUnits: badUnits,
			Units:    []stats.Row{{At: minute(20), NT: 600, XT: xt, NC: 11_400, XC: xc}},
			Requests: []stats.Row{{At: minute(20), NT: 6000, XT: xt * 3, NC: 114_000, XC: xc * 3}},
		}
	}
	tests := []struct {
		name                  string
		series                stats.Series
		fails, breaks, passes bool
	}{
		{"nothing", stats.Series{Start: start(), Until: minute(30)}, false, false, false},
		{"four bad units never fail", acute(4, 0, 4), false, true, false},
		{"eighteen against none", acute(18, 0, 18), true, true, false},
		{"all requests of two units", acute(18, 0, 2), true, false, false},
		{"same rate passes", acute(60, 1140, 60), false, false, true},
		{"few errors neither pass nor fail", acute(1, 19, 1), false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := stats.Evaluate(tt.series, stats.Params{Tau: 2})
			if err != nil {
				t.Fatal(err)
			}
			if a.Fails != tt.fails || a.Breaks != tt.breaks || a.Passes != tt.passes {
				t.Errorf("fails %v breaks %v passes %v, want %v %v %v\n%+v",
					a.Fails, a.Breaks, a.Passes, tt.fails, tt.breaks, tt.passes, a)
			}
		})
	}
}

// TestPassIsPerStage: what an earlier stage has shown does not let a later one
// pass.
func TestPassIsPerStage(t *testing.T) {
	s := stats.Series{Start: start(), StageStart: minute(60), Until: minute(70), Stratum: 1, Units: []stats.Row{
		{Stratum: 0, At: minute(10), NT: 600, XT: 60, NC: 11_400, XC: 1140},
		{Stratum: 1, At: minute(65), NT: 2400, XT: 1, NC: 9000, XC: 4},
	}}
	a, err := stats.Evaluate(s, stats.Params{Tau: 2})
	if err != nil {
		t.Fatal(err)
	}
	if a.Passes {
		t.Errorf("passes on the earlier stage's evidence: %+v", a)
	}
	s.Stratum = 0
	if a, err = stats.Evaluate(s, stats.Params{Tau: 2}); err != nil {
		t.Fatal(err)
	}
	if !a.Passes {
		t.Errorf("does not pass on the stage's own evidence: %+v", a)
	}
}

func TestParamsValidate(t *testing.T) {
	tests := map[string]stats.Params{
		"tau 1":                   {Tau: 1},
		"tau NaN":                 {Tau: math.NaN()},
		"tolerance above tau":     {Tau: 2, Tolerance: 2},
		"alpha 1":                 {Tau: 2, Alpha: 1},
		"negative comparisons":    {Tau: 2, Comparisons: -1},
		"horizon before restart":  {Tau: 2, RestartEvery: time.Hour, Horizon: time.Minute},
		"too many restarts":       {Tau: 2, RestartEvery: time.Millisecond, Horizon: time.Hour},
		"negative window":         {Tau: 2, ShortWindow: -1},
		"breaker without a limit": {Tau: 2, BreakerRatio: math.Inf(1)},
	}
	for name, p := range tests {
		if p.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, tau := range []float64{1.05, 1.2, 2, 20} {
		if err := (stats.Params{Tau: tau}).Validate(); err != nil {
			t.Errorf("tau %v: %v", tau, err)
		}
	}
}

func TestSampleRatioP(t *testing.T) {
	ok := []stats.Substratum{{Treatment: 520, Control: 9480, Share: .05}, {Treatment: 2010, Control: 7990, Share: .2}}
	if p := stats.SampleRatioP(ok); p < .05 {
		t.Errorf("p = %v for a fair split", p)
	}
	// Each stage is off by little; together they are not fair.
	bad := []stats.Substratum{{Treatment: 700, Control: 9480, Share: .05}, {Treatment: 9, Control: 0, Share: 1}}
	if p := stats.SampleRatioP(bad); p > .001 {
		t.Errorf("p = %v for a split that is off", p)
	}
	if p := stats.SampleRatioP(nil); p != 1 {
		t.Errorf("p of nothing = %v", p)
	}
}

// TestPathIsEveryLook: what a path says of a row is what one look after it says.
func TestPathIsEveryLook(t *testing.T) {
	var rows []stats.Row
	for i := range 300 {
		rows = append(rows, stats.Row{At: minute(i), NT: 50, NC: 950, XT: int64(i % 3), XC: int64(i % 5)})
	}
	r := stats.Restarts{Start: start(), Every: time.Hour, Horizon: 4 * time.Hour}
	m := stats.HarmMixture(1.1, 2, stats.FailGrid)
	for i, got := range r.Path(m, rows) {
		if want := r.LogE(m, rows[:i+1]); got != want {
			t.Fatalf("row %d: %v in the path, %v in one look", i, got, want)
		}
	}
}
