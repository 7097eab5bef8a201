package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

// TestRatioIntervalInvertsContrast: a ratio lies within the interval exactly if
// the sequence does not exclude its contrast.
func TestRatioIntervalInvertsContrast(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	bounded := 0
	for range 2000 {
		n, m := 100+random.Int64N(5000), 100+random.Int64N(5000)
		control := stats.Arm{N: n, Mean: random.Float64(), Variance: 5 * random.ExpFloat64()}
		treatment := stats.Arm{N: m, Mean: 2 * random.Float64(), Variance: 5 * random.ExpFloat64()}
		s := stats.Sequence{Alpha: .02, Tuning: 5000}
		for _, side := range []stats.Side{stats.Greater, stats.Less} {
			i := s.RatioInterval(control, treatment, side)
			end := i.Low
			if side == stats.Less {
				end = i.High
			}
			if math.IsInf(end, 0) {
				continue
			}
			bounded++
			for _, off := range []float64{-1e-6, 1e-6} {
				e, err := stats.RatioContrast(control, treatment, end+off)
				if err != nil {
					t.Fatal(err)
				}
				contrast := s.Interval(e, side)
				excluded := contrast.Low > 0 || contrast.High < 0
				if want := (side == stats.Greater) == (off < 0); excluded != want {
					t.Errorf("control %+v, treatment %+v: the interval ends at %v, and the contrast of %v is excluded: %v",
						control, treatment, end, end+off, excluded)
				}
			}
		}
	}
	if bounded < 1000 {
		t.Errorf("only %d intervals have an end", bounded)
	}
}

func TestRatioIntervalNearZero(t *testing.T) {
	s := stats.Sequence{Alpha: .02, Tuning: 5000}
	for name, control := range map[string]stats.Arm{
		"zero":      {N: 1000},
		"near zero": stats.Proportion(2, 1000),
		"negative":  {N: 1000, Mean: -10, Variance: 1},
	} {
		i := s.RatioInterval(control, stats.Proportion(50, 1000), stats.Less)
		if !math.IsInf(i.Low, -1) || !math.IsInf(i.High, 1) {
			t.Errorf("a ratio to a control that is %s lies within %v", name, i)
		}
	}
	// The contrast needs no division, and shows the harm all the same.
	e, err := stats.RatioContrast(stats.Arm{N: 1000}, stats.Proportion(50, 1000), 1)
	if err != nil || s.Interval(e, stats.Greater).Low <= 0 {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestArmValue(t *testing.T) {
	e, err := stats.Proportion(30, 1000).Value(.02)
	if want := math.Sqrt(.03 * .97 / 1000); err != nil || math.Abs(e.Estimate-.01) > 1e-12 || math.Abs(e.SE-want) > 1e-12 || e.N != 1000 {
		t.Errorf("%+v, %v", e, err)
	}
	for name, a := range map[string]stats.Arm{"nobody": {}, "one": {N: 1, Mean: 1}, "all alike": {N: 100, Mean: 1}} {
		if e, err := a.Value(0); !errors.Is(err, stats.ErrNoEffect) {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

// TestCautious: an arm that was lucky does not prove itself.
func TestCautious(t *testing.T) {
	control, lucky := stats.Proportion(95, 19_000), stats.Proportion(0, 1000)
	c, a := stats.Cautious(control, lucky, 2*control.Mean)
	if a.Variance != 2*control.Variance || c != control || a.Mean != 0 || a.N != 1000 {
		t.Errorf("control %+v, treatment %+v", c, a)
	}
	if c, a = stats.Cautious(lucky, control, 0); c.Variance != control.Variance || a != control {
		t.Errorf("control %+v, treatment %+v", c, a)
	}
}
