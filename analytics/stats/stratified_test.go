package stats_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

// unit is what one unit adds to the sums of a ratio, and of the ratio before.
func unit(num, den, preNum, preDen float64) stats.PairedRatioSums {
	return stats.PairedRatioSums{
		N: 1, PostNum: num, PostNumSquares: num * num, PostDen: den, PostDenSquares: den * den,
		PreNum: preNum, PreNumSquares: preNum * preNum, PreDen: preDen, PreDenSquares: preDen * preDen,
		PostNumPostDen: num * den, PreNumPreDen: preNum * preDen, PostNumPreNum: num * preNum,
		PostNumPreDen: num * preDen, PostDenPreNum: den * preNum, PostDenPreDen: den * preDen,
	}
}

// drawn is a stratum of n units with a share of treated ones, whose values are
// around base, before and after, and are raised by effect.
func drawn(rng *rand.Rand, n int, share, base, effect float64) stats.Pair {
	var p stats.Pair
	for range n {
		habit := base + rng.NormFloat64()
		before, after := habit+rng.NormFloat64()/2, habit+rng.NormFloat64()/2
		if rng.Float64() < share {
			p.Treatment = p.Treatment.Plus(unit(after+effect, 1, before, 1))
		} else {
			p.Control = p.Control.Plus(unit(after, 1, before, 1))
		}
	}
	return p
}

// TestStratifiedKeepsStrataApart has few treated units while the values are
// low, and many while they are high.
func TestStratifiedKeepsStrataApart(t *testing.T) {
	wrong, covered, adjustedCovered, pooledWrong := 0, 0, 0, 0
	const rounds = 400
	for seed := range uint64(rounds) {
		rng := rand.New(rand.NewPCG(3, seed))
		strata := []stats.Pair{drawn(rng, 400, .1, 0, .2), drawn(rng, 400, .6, 10, .2), {}}
		plain, err := stats.Stratified(strata, false)
		if err != nil {
			t.Fatal(err)
		}
		adjusted, err := stats.Stratified(strata, true)
		if err != nil {
			t.Fatal(err)
		}
		if adjusted.Explained < .4 || adjusted.Difference.SE >= plain.Difference.SE || plain.Explained != 0 {
			t.Fatalf("explained %v, SE %v after %v", adjusted.Explained, adjusted.Difference.SE, plain.Difference.SE)
		}
		covered += within(plain.Difference, .2)
		adjustedCovered += within(adjusted.Difference, .2)
		wrong += 1 - within(plain.Difference, plain.Treatment.Mean-plain.Control.Mean)
		all := stats.Pair{
			Control:   strata[0].Control.Plus(strata[1].Control),
			Treatment: strata[0].Treatment.Plus(strata[1].Treatment),
		}
		pooled, err := stats.Stratified([]stats.Pair{all}, false)
		if err != nil {
			t.Fatal(err)
		}
		pooledWrong += 1 - within(pooled.Difference, .2)
	}
	t.Logf("of %d intervals of 95%%, %d cover the truth, %d of those adjusted", rounds, covered, adjustedCovered)
	if covered < rounds*92/100 || adjustedCovered < rounds*92/100 || wrong > 0 {
		t.Errorf("%d and %d of %d cover the truth, %d are not those of the arms", covered, adjustedCovered, rounds, wrong)
	}
	if pooledWrong < rounds {
		t.Errorf("pooled sums were wrong only %d times: the test shows nothing", pooledWrong)
	}
}

func within(e stats.Effect, truth float64) int {
	if i := e.Fixed(.05, stats.TwoSided); i.Low <= truth && truth <= i.High {
		return 1
	}
	return 0
}

// TestStratifiedOfOneStratum is the comparison of arms.
func TestStratifiedOfOneStratum(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	p := drawn(rng, 500, .5, 4, .3)
	got, err := stats.Stratified([]stats.Pair{p}, true)
	if err != nil {
		t.Fatal(err)
	}
	want, err := stats.CUPEDRatio(p.Control, p.Treatment)
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	near("difference", got.Difference.Estimate, want.Difference.Estimate)
	near("its error", got.Difference.SE, want.Difference.SE)
	near("lift", got.Lift.Estimate, want.Lift.Estimate)
	near("its error", got.Lift.SE, want.Lift.SE)
	near("explained", got.Explained, want.Explained)
}

func TestStratifiedWithoutAnEffect(t *testing.T) {
	one := unit(1, 1, 0, 0)
	for name, p := range map[string]stats.Pair{
		"nobody":         {},
		"one each":       {Control: one, Treatment: one},
		"no variation":   {Control: one.Plus(one), Treatment: one.Plus(one)},
		"no denominator": {Control: unit(1, 0, 0, 0).Plus(unit(2, 0, 0, 0)), Treatment: one.Plus(one)},
	} {
		if got, err := stats.Stratified([]stats.Pair{p}, true); !errors.Is(err, stats.ErrNoEffect) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	zero := unit(0, 1, 0, 1)
	p := stats.Pair{Control: zero.Plus(zero).Plus(zero), Treatment: one.Plus(zero).Plus(zero)}
	if got, err := stats.Stratified([]stats.Pair{p}, false); err != nil || got.Lift != nil || got.Difference.Estimate == 0 {
		t.Errorf("a control of zero has a difference and no lift: %+v, %v", got, err)
	}
	if got := (stats.PairedRatioSums{N: 3, PostNum: 6, PreNum: 9}).OnePerUnit(); got.PostDen != 3 || got.PreDen != 3 || got.PostNumPreDen != 6 || got.PostDenPreNum != 9 {
		t.Errorf("one per unit: %+v", got)
	}
}
