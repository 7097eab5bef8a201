package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// small is a release that is quick to play and to decide: few requests, of which
// many fail.
func small(change func(*release)) release {
	return quick().usual("small", func(r *release) {
		r.accounts, r.perDay, r.errorRate = 10_000, 10, .05
		if change != nil {
			change(r)
		}
	})
}

// TestEngineLeavesHarmlessAlone: what is rolled back of harmless releases is
// what 5% allow, and most of them complete.
func TestEngineLeavesHarmlessAlone(t *testing.T) {
	const runs = 12
	vs, err := try(t.Context(), small(nil), sample{seed: 1, runs: runs})
	if err != nil {
		t.Fatal(err)
	}
	// Binomial(12, .05) exceeds 3 with probability .0022.
	if n := len(vs[0].with(rolledBack)); n > 3 {
		t.Errorf("%d of %d harmless rollouts were rolled back", n, runs)
	}
	if n := len(vs[0].with(completed)); n < runs*8/10 {
		t.Errorf("only %d of %d harmless rollouts completed", n, runs)
	}
	for _, e := range vs[0].with(completed) {
		if e.after < 3*quick().soak {
			t.Errorf("a rollout completed after %s, before its stages were over", e.after)
		}
	}
	if n := len(vs[1].with(rolledBack)); n < runs/2 {
		t.Errorf("a threshold rolls only %d of %d back: the traffic is no trap", n, runs)
	}
}

// TestEngineFindsHarm: most releases with twice the errors are rolled back, all
// that are much slower, soon, and restarts of the engine change nothing.
func TestEngineFindsHarm(t *testing.T) {
	const runs = 6
	ctx := t.Context()
	twice, err := try(ctx, small(func(r *release) { r.errors = 2 }), sample{seed: 1, runs: runs})
	again, err2 := try(ctx, small(func(r *release) { r.errors, r.restartEvery = 2, time.Hour }), sample{seed: 1, runs: runs})
	slow, err3 := try(ctx, small(func(r *release) { r.latency = 2 }), sample{seed: 1, runs: runs})
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if n := len(twice[0].with(rolledBack)); n < runs*7/10 {
		t.Errorf("%d of %d releases with twice the errors were rolled back", n, runs)
	}
	for i, e := range twice[0].endings {
		if e != again[0].endings[i] {
			t.Errorf("rollout %d ends as %+v, and as %+v with an engine that is restarted", i, e, again[0].endings[i])
		}
	}
	for _, e := range slow[0].endings {
		if e.fate != rolledBack || e.after > quick().soak {
			t.Errorf("twice the latency ends as %+v, not in a rollback within the first stage", e)
		}
	}
}

// TestEngineTablesAreReproducible: a seed gives one table, and another another.
func TestEngineTablesAreReproducible(t *testing.T) {
	few := []release{small(func(r *release) { r.errors, r.accounts = 4, 500 })}
	var first, second, other bytes.Buffer
	for _, run := range []struct {
		out  *bytes.Buffer
		seed uint64
	}{{&first, 1}, {&second, 1}, {&other, 2}} {
		if err := harmfulTable(t.Context(), run.out, few, sample{seed: run.seed, runs: 4}); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != second.String() {
		t.Errorf("the same seed gives two tables:\n%s%s", &first, &second)
	}
	if first.String() == other.String() {
		t.Error("another seed gives the same table")
	}
}

// TestCrowdIsWhatItSays: rates are near their means, buckets are nested, and
// who is treated has no influence on what is drawn.
func TestCrowdIsWhatItSays(t *testing.T) {
	r := release{accounts: 5000, perDay: 40, errorRate: .01, errors: 3, latency: 1.5}
	seen := func(percentage ledger.Percentage) (people []int, all, treated, failed [2]float64, millis [2]float64) {
		c := newCrowd(r, rand.New(rand.NewPCG(1, 1)))
		c.until(24*time.Hour, percentage, func(v visit) {
			a := arm(v.treat)
			people = append(people, v.person)
			all[a]++
			millis[a] += v.millis
			if v.failed {
				failed[a]++
			}
		})
		return people, all, treated, failed, millis
	}
	one, all, _, failed, millis := seen(50_000)
	if n := all[0] + all[1]; n < .98*200_000 || n > 1.02*200_000 {
		t.Errorf("%v requests, want about 200,000", n)
	}
	if ratio := failed[1] / all[1] / (failed[0] / all[0]); ratio < 2.2 || ratio > 3.8 {
		t.Errorf("the treatment fails %v times as often, want about 3", ratio)
	}
	if ratio := millis[1] / all[1] / (millis[0] / all[0]); ratio < 1.3 || ratio > 1.7 {
		t.Errorf("the treatment takes %v times as long, want about 1.5", ratio)
	}
	other, _, _, _, _ := seen(5000)
	if len(one) != len(other) {
		t.Fatalf("%d requests at 50%%, %d at 5%%", len(one), len(other))
	}
	for i := range one {
		if one[i] != other[i] {
			t.Fatalf("request %d is of %d at 50%%, and of %d at 5%%", i, one[i], other[i])
		}
	}
}

// TestUnreadableStoreIsNoticed: a simulation whose store fails is no result.
func TestUnreadableStoreIsNoticed(t *testing.T) {
	e, err := newEngine(t.Context(), small(nil))
	if err != nil {
		t.Fatal(err)
	}
	e.store.versions[0]-- // the stage has another version than the ledger says
	_, err = play(t.Context(), e.release, rand.New(rand.NewPCG(1, 1)), e)
	if !errors.Is(err, errSource) {
		t.Errorf("the rollout is played with %v, want %v", err, errSource)
	}
	if err := e.close(); err != nil {
		t.Error(err)
	}
}
