package experiment_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/evaluator"
)

// changing is a history in which the treatment's share rises, falls, rises
// again and is drawn anew.
func changing() []evaluator.Split {
	return []evaluator.Split{
		weights(90, 10), weights(50, 50), weights(80, 20), weights(40, 60), salted(weights(50, 50), "anew"),
	}
}

func read(t *testing.T, w *world) experiment.Report {
	t.Helper()
	r, err := experiment.Read(context.Background(), w, w.question())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLegalSplitChangesAreQuiet(t *testing.T) {
	const rounds = 200
	alarms, pooled := 0, 0
	for seed := range uint64(rounds) {
		w := &world{rng: rand.New(rand.NewPCG(1, seed)), accounts: 2000, splits: changing()}
		r := read(t, w)
		if r.Split.Alarm {
			alarms++
		}
		if r.Split.Unexpected != 0 {
			t.Fatalf("seed %d: %d units are where no split puts them", seed, r.Split.Unexpected)
		}
		// A check of all units against the current split.
		if p, err := stats.ChiSquaredP([]int64{r.Variants[0].Units, r.Variants[1].Units}, []float64{.5, .5}); err != nil || p < experiment.AlarmP {
			pooled++
		}
	}
	t.Logf("%d alarms in %d rounds, %d of a check that knows the last split only", alarms, rounds, pooled)
	if alarms > 1 || pooled < rounds/2 {
		t.Error("too many alarms, or a test that sees nothing")
	}
}

func TestLostUnitsAreFound(t *testing.T) {
	const rounds = 50
	found := 0
	for seed := range uint64(rounds) {
		w := &world{rng: rand.New(rand.NewPCG(2, seed)), accounts: 10_000, splits: changing(), lost: .1}
		if read(t, w).Split.Alarm {
			found++
		}
	}
	if found < rounds*9/10 {
		t.Errorf("units that got lost were found %d times of %d", found, rounds)
	}
}

func TestEffectUnderSplitChanges(t *testing.T) {
	const rounds = 200
	missed, shown := 0, 0
	for seed := range uint64(rounds) {
		w := &world{rng: rand.New(rand.NewPCG(3, seed)), accounts: 2000, splits: changing(), effect: .3}
		r := read(t, w)
		e := r.Metrics[0].Results[0]
		if *e.Difference.Low > w.effect || *e.Difference.High < w.effect {
			missed++
		}
		if e.Finding == "better" {
			shown++
		}
	}
	t.Logf("%d of %d intervals missed the effect, %d showed it", missed, rounds, shown)
	if missed > rounds/20 || shown < rounds*9/10 {
		t.Error("the intervals are wrong")
	}
}
