package stats_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

// number reads the vectors' numbers, of which some are not finite.
type number float64

func (n *number) UnmarshalJSON(raw []byte) error {
	switch string(raw) {
	case `"Infinity"`:
		*n = number(math.Inf(1))
	case `"-Infinity"`:
		*n = number(math.Inf(-1))
	case `"NaN"`, "null":
		*n = number(math.NaN())
	default:
		return json.Unmarshal(raw, (*float64)(n))
	}
	return nil
}

// inference is what gbstats says of one comparison.
type inference struct {
	Expected number    `json:"expected"`
	CI       [2]number `json:"ci"`
	P        number    `json:"p"`
	SE       number    `json:"se"`
	Error    *string   `json:"error"`
}

// closeTo is near to the relative tolerance, or to the absolute one beside zero.
func closeTo(got float64, want number, relative, absolute float64) bool {
	w := float64(want)
	return got == w || math.Abs(got-w) <= max(absolute, relative*math.Abs(w))
}

// agree compares an effect and its interval with a reference.
func (want inference) agree(t *testing.T, name string, e stats.Effect, err error, interval stats.Interval, p float64) bool {
	t.Helper()
	if want.Error != nil {
		return false // the reference gives up; what we say is tested elsewhere
	}
	if err != nil {
		if errors.Is(err, stats.ErrNoEffect) {
			return false // stricter than the reference, see minControlSE
		}
		t.Errorf("%s: %v", name, err)
		return false
	}
	scale := float64(want.SE)
	if !closeTo(e.Estimate, want.Expected, 1e-8, 1e-8*scale) || !closeTo(e.SE, want.SE, 1e-8, 0) ||
		!closeTo(interval.Low, want.CI[0], 1e-6, 1e-6*scale) || !closeTo(interval.High, want.CI[1], 1e-6, 1e-6*scale) ||
		!closeTo(p, want.P, 1e-8, 1e-11) {
		t.Errorf("%s: %v ± %v, [%v, %v], p %v; want %v ± %v, %v, p %v", name,
			e.Estimate, e.SE, interval.Low, interval.High, p, want.Expected, want.SE, want.CI, want.P)
	}
	return true
}

type meanSums struct {
	N       int64   `json:"n"`
	Sum     float64 `json:"sum"`
	Squares float64 `json:"sum_squares"`
}

func (m meanSums) arm() stats.Arm { return stats.Mean(m.N, m.Sum, m.Squares) }

// fixedExpectations are the six comparisons of one case.
type fixedExpectations map[string]json.RawMessage

var fixedKinds = []struct {
	key  string
	make func(control, treatment stats.Arm) (stats.Effect, error)
	side stats.Side
}{
	{"gb_two_sided_absolute", stats.Difference, stats.TwoSided},
	{"gb_one_sided_treatment_greater_absolute", stats.Difference, stats.Greater},
	{"gb_one_sided_treatment_lesser_absolute", stats.Difference, stats.Less},
	{"gb_two_sided_relative", stats.Lift, stats.TwoSided},
	{"gb_one_sided_treatment_greater_relative", stats.Lift, stats.Greater},
	{"gb_one_sided_treatment_lesser_relative", stats.Lift, stats.Less},
}

// checkFixed compares whichever of the six a case has; it returns how many.
func checkFixed(t *testing.T, control, treatment stats.Arm, alpha float64, expected fixedExpectations) int {
	t.Helper()
	n := 0
	for _, kind := range fixedKinds {
		raw, ok := expected[kind.key]
		if !ok {
			continue
		}
		var want inference
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		e, err := kind.make(control, treatment)
		interval, p := stats.Interval{}, 0.0
		if err == nil {
			interval, p = e.Fixed(alpha, kind.side), e.FixedP(kind.side)
		}
		if want.agree(t, kind.key, e, err, interval, p) {
			n++
		}
	}
	return n
}

func TestWelchVectors(t *testing.T) {
	type meanCase struct {
		Input struct {
			Alpha              float64  `json:"alpha"`
			Control, Treatment meanSums `json:"-"`
			C                  meanSums `json:"control"`
			T                  meanSums `json:"treatment"`
		} `json:"input"`
		Expected fixedExpectations `json:"expected"`
	}
	checked := 0
	for _, c := range load[meanCase](t, "welch_t.json", 44) {
		checked += checkFixed(t, c.Input.C.arm(), c.Input.T.arm(), c.Input.Alpha, c.Expected)
	}
	enough(t, checked, 200)
}

// enough insists that a runner has not skipped what it should compare.
func enough(t *testing.T, checked, want int) {
	t.Helper()
	t.Logf("%d comparisons", checked)
	if checked < want {
		t.Errorf("%d comparisons, want %d at the least", checked, want)
	}
}

type proportionCase struct {
	Input struct {
		XC    int64   `json:"control_events"`
		NC    int64   `json:"control_n"`
		XT    int64   `json:"treatment_events"`
		NT    int64   `json:"treatment_n"`
		Alpha float64 `json:"alpha"`
	} `json:"input"`
	Expected fixedExpectations `json:"expected"`
}

func TestProportionVectors(t *testing.T) {
	checked := 0
	for _, c := range load[proportionCase](t, "two_proportion.json", 54) {
		in := c.Input
		checked += checkFixed(t, stats.Proportion(in.XC, in.NC), stats.Proportion(in.XT, in.NT), in.Alpha, c.Expected)
		var intervals struct {
			Newcombe [2]number `json:"newcomb"`
		}
		var fisher struct {
			P number `json:"p_greater"`
		}
		if err := errors.Join(json.Unmarshal(c.Expected["sm_ci_diff"], &intervals),
			json.Unmarshal(c.Expected["scipy_fisher"], &fisher)); err != nil {
			t.Fatal(err)
		}
		got := stats.Newcombe(in.XC, in.NC, in.XT, in.NT, in.Alpha)
		if !closeTo(got.Low, intervals.Newcombe[0], 1e-6, 1e-9) || !closeTo(got.High, intervals.Newcombe[1], 1e-6, 1e-9) {
			t.Errorf("%+v: Newcombe %v, want %v", in, got, intervals.Newcombe)
		}
		if p := stats.FisherP(in.XC, in.NC, in.XT, in.NT); !closeTo(p, fisher.P, 1e-6, 1e-11) {
			t.Errorf("%+v: Fisher p %v, want %v", in, p, fisher.P)
		}
	}
	enough(t, checked, 260)
}

type ratioSums struct {
	N        int64   `json:"n_clusters"`
	Num      float64 `json:"num_sum"`
	NumSq    float64 `json:"num_sum_squares"`
	Den      float64 `json:"den_sum"`
	DenSq    float64 `json:"den_sum_squares"`
	Products float64 `json:"num_den_sum_products"`
}

func (r ratioSums) arm() stats.Arm {
	return stats.RatioSums{N: r.N, Num: r.Num, NumSquares: r.NumSq, Den: r.Den, DenSquares: r.DenSq, Products: r.Products}.Arm()
}

func TestRatioVectors(t *testing.T) {
	type ratioCase struct {
		Input struct {
			Alpha     float64   `json:"alpha"`
			Control   ratioSums `json:"control"`
			Treatment ratioSums `json:"treatment"`
		} `json:"input"`
		Expected fixedExpectations `json:"expected"`
	}
	checked := 0
	for _, c := range load[ratioCase](t, "ratio_delta.json", 44) {
		checked += checkFixed(t, c.Input.Control.arm(), c.Input.Treatment.arm(), c.Input.Alpha, c.Expected)
	}
	enough(t, checked, 80)
}

// TestZeroEventsAreOrdinary: where the normal approximation of others is
// silent, the difference still has its interval.
func TestZeroEventsAreOrdinary(t *testing.T) {
	e, err := stats.Difference(stats.Proportion(0, 19_000), stats.Proportion(50, 1000))
	if err != nil {
		t.Fatal(err)
	}
	if p := e.FixedP(stats.Greater); p > 1e-9 {
		t.Errorf("p = %v of 50 in 1,000 against none in 19,000", p)
	}
	if i := stats.Newcombe(0, 19_000, 50, 1000, .05); i.Low < .03 || i.High > .07 {
		t.Errorf("interval %v", i)
	}
	if _, err := stats.Difference(stats.Proportion(0, 100), stats.Proportion(0, 100)); !errors.Is(err, stats.ErrNoEffect) {
		t.Errorf("no events at all: %v", err)
	}
	if _, err := stats.Lift(stats.Proportion(0, 19_000), stats.Proportion(50, 1000)); !errors.Is(err, stats.ErrNoEffect) {
		t.Errorf("a lift over nothing: %v", err)
	}
}

// TestFixedCoverage: intervals of skewed, unequal arms cover the truth about as
// often as they say.
func TestFixedCoverage(t *testing.T) {
	const runs, alpha = 2000, .1
	random := rand.New(rand.NewPCG(1, 2))
	covered := map[string]int{}
	for range runs {
		c := sampleMean(random, 400, 1)
		tr := sampleMean(random, 250, 1.3)
		for name, truth := range map[string]float64{"difference": .3, "lift": .3} {
			e, err := stats.Difference(c, tr)
			if name == "lift" {
				e, err = stats.Lift(c, tr)
			}
			if err != nil {
				t.Fatal(err)
			}
			if i := e.Fixed(alpha, stats.TwoSided); i.Low <= truth && truth <= i.High {
				covered[name]++
			}
		}
	}
	for name, n := range covered {
		if share := float64(n) / runs; math.Abs(share-(1-alpha)) > .025 {
			t.Errorf("%s: the interval covers in %.1f%%, want %.0f%%", name, 100*share, 100*(1-alpha))
		}
	}
}

// sampleMean is the arm of n exponential values.
func sampleMean(random *rand.Rand, n int, mean float64) stats.Arm {
	var sum, squares float64
	for range n {
		v := random.ExpFloat64() * mean
		sum += v
		squares += v * v
	}
	return stats.Mean(int64(n), sum, squares)
}
