package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

func TestPowerVectors(t *testing.T) {
	type powerCase struct {
		Input struct {
			Control     float64 `json:"prop2_control"`
			Treatment   float64 `json:"prop1_treatment"`
			Ratio       float64 `json:"ratio_control_over_treatment"`
			Alpha       float64 `json:"alpha"`
			Power       float64 `json:"power"`
			Alternative string  `json:"alternative"`
			EffectSize  float64 `json:"ttest_effect_size"`
		} `json:"input"`
		Expected struct {
			Units number `json:"n1_required"`
			TTest number `json:"ttest_n1_required"`
		} `json:"expected"`
	}
	proportions, means := 0, 0
	for i, c := range load[powerCase](t, "power.json", 40) {
		in := c.Input
		d := stats.Design{Alpha: in.Alpha, Power: in.Power, ControlPerTreated: in.Ratio, Side: stats.Greater}
		if in.Alternative == "two-sided" {
			d.Side = stats.TwoSided
		}
		if c.Expected.Units > 0 {
			proportions++
			got, err := d.ProportionUnits(in.Control, in.Treatment)
			if err != nil || !closeTo(got, c.Expected.Units, .01, 0) {
				t.Errorf("case %d: %v units (%v), want %v", i, got, err, c.Expected.Units)
			}
		}
		if c.Expected.TTest > 0 {
			means++
			d.Side = stats.TwoSided // that of the reference, in every case
			got, err := d.MeanUnits(in.EffectSize, 1)
			if err != nil || !closeTo(got, c.Expected.TTest, .01, 1) {
				t.Errorf("case %d: %v units for a mean (%v), want %v", i, got, err, c.Expected.TTest)
			}
		}
	}
	enough(t, proportions, 15)
	enough(t, means, 30)
}

func TestDesignRefuses(t *testing.T) {
	good := stats.Design{Alpha: .05, Power: .8, ControlPerTreated: 1}
	for name, d := range map[string]stats.Design{
		"alpha":             {Alpha: 0, Power: .8, ControlPerTreated: 1},
		"power":             {Alpha: .05, Power: 1, ControlPerTreated: 1},
		"controlPerTreated": {Alpha: .05, Power: .8},
	} {
		if _, err := d.ProportionUnits(.1, .2); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := good.ProportionUnits(.1, .1); err == nil {
		t.Error("no difference is accepted")
	}
	if _, err := good.MeanUnits(0, 1); err == nil {
		t.Error("no difference of means is accepted")
	}
	if got := good.Duration(1000, 500); got != 4*24*time.Hour {
		t.Errorf("1,000 treated units at 500 a day take %v", got)
	}
	if got := good.Duration(1000, 0); got != math.MaxInt64 {
		t.Errorf("without units it takes %v", got)
	}
}

// TestAnyTimeFindsTheChange reads a sequence once, at the number of units for
// which AnyTime has planned it.
func TestAnyTimeFindsTheChange(t *testing.T) {
	const rounds, deviation, difference = 4000, 3.0, .2
	for _, side := range []stats.Side{stats.TwoSided, stats.Greater} {
		d := stats.Design{Alpha: .05, Power: .8, Side: side, ControlPerTreated: 1}
		n, err := d.MeanUnits(difference, deviation)
		if err != nil {
			t.Fatal(err)
		}
		factor, err := d.AnyTime()
		if err != nil {
			t.Fatal(err)
		}
		n *= factor
		rng, found := rand.New(rand.NewPCG(9, 9)), 0
		e := stats.Effect{SE: deviation * math.Sqrt(2/n), N: int64(2 * n)}
		s := stats.Sequence{Alpha: .05, Tuning: 2 * n}
		for range rounds {
			e.Estimate = difference + e.SE*rng.NormFloat64()
			if s.Interval(e, side).Low > 0 {
				found++
			}
		}
		if share := float64(found) / rounds; math.Abs(share-d.Power) > .02 {
			t.Errorf("side %v: found in %v of the rounds, want %v; factor %v", side, share, d.Power, factor)
		}
	}
}
