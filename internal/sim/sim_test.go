package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestTableIsReproducible(t *testing.T) {
	small := table{title: "small", columns: []column{{"steady", steady{perSecond: 1, errorRate: .01, ratio: 1}}}}
	var first, second, other bytes.Buffer
	small.bad = true // shows the minutes, not only how many
	if err := errors.Join(small.print(&first, 10, 1), small.print(&second, 10, 1), small.print(&other, 10, 2)); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Errorf("the same seed gives two tables:\n%s%s", &first, &second)
	}
	if first.String() == other.String() {
		t.Error("another seed gives the same table")
	}
}

// TestTrafficIsWhatItSays: counts are near their means, stages have their
// shares, and no unit fails twice.
func TestTrafficIsWhatItSays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	d := steady{perSecond: 10, errorRate: .01, ratio: 2, climbs: true}.draw(random)
	for stage, share := range []float64{.05, .25, .5} {
		var nt, n, xt, xc float64
		for _, row := range d.units {
			if row.Stratum == stage {
				nt, n = nt+float64(row.NT), n+float64(row.NT+row.NC)
				xt, xc = xt+float64(row.XT), xc+float64(row.XC)
			}
		}
		if got := nt / n; got < share*.99 || got > share*1.01 {
			t.Errorf("stage %d treats %v, want %v", stage, got, share)
		}
		if ratio := (xt / nt) / (xc / (n - nt)); ratio < 1.8 || ratio > 2.2 {
			t.Errorf("stage %d: the treatment has %v times the errors, want 2", stage, ratio)
		}
	}
	f := fleet{accounts: 500, perDay: 50, errorRate: .01, ratio: 1}.draw(random)
	var first int64
	for _, row := range f.units {
		first += row.XT + row.XC
	}
	if first > 500 {
		t.Errorf("%d first failures of 500 accounts", first)
	}
}

// TestRulesTellGoodFromBad: each rule finds a release with ten times the
// errors, and the default gate leaves a harmless one alone.
func TestRulesTellGoodFromBad(t *testing.T) {
	bad := column{"bad", steady{perSecond: 10, errorRate: .01, ratio: 10}}
	for i, found := range simulate(bad, 10, 1) {
		if len(found) != 10 || slices.Max(found) > 60 {
			t.Errorf("%s finds ten times the errors after %v minutes", rules()[i].name, found)
		}
	}
	harmless := column{"harmless", steady{perSecond: 10, errorRate: .01, ratio: 1}}
	if found := simulate(harmless, 10, 1); len(found[len(found)-1]) > 1 {
		t.Errorf("the default gate rolls a harmless release back on %d of 10 days", len(found[len(found)-1]))
	}
}
