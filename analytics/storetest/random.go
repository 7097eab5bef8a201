package storetest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flagledger/flagledger/analytics"
)

// randomHistory draws a few units that live through three stages of twenty
// minutes, with clocks that are wrong, SDKs that are stale, units that are
// mixed or served by a rule and, times being coarse, much that coincides.
func randomHistory(rng *rand.Rand, environment string) history {
	h := history{environment: environment}
	minutes := func() float64 { return float64(rng.IntN(28)-1) * 2.5 } // -2.5 to 65
	for u := range 4 + rng.IntN(12) {
		unit := fmt.Sprint("a", u)
		promoted := rng.IntN(90)
		for range 1 + rng.IntN(6) {
			m := minutes()
			version := uint64(5 + max(0, min(2, int(m)/20)))
			if rng.IntN(8) == 0 && version > 5 {
				version--
			}
			variant := "off"
			if int(m) >= promoted {
				variant = "on"
			}
			switch rng.IntN(12) {
			case 0:
				variant = "grey"
			case 1:
				variant = "on"
			case 2:
				variant = "off"
			}
			h.expose(unit, variant, version, m)
			if rng.IntN(6) == 0 {
				h.exposures[len(h.exposures)-1].Rule = rule
			}
			if country := rng.IntN(4); country > 0 {
				h.exposures[len(h.exposures)-1].Attributes = map[string]string{"country": []string{"DE", "GB", ""}[country-1], "city": fmt.Sprint("somewhere in ", u)}
			}
		}
		for range 2 + rng.IntN(14) {
			h.event(unit, rng.IntN(2) == 0, float64(rng.IntN(10)), minutes()+float64(rng.IntN(5))/2)
		}
	}
	for i := range h.events {
		if rng.IntN(6) == 0 {
			h.events[i].Value = nil
		}
		if rng.IntN(10) == 0 {
			h.events[i].Name = "other"
		}
		if rng.IntN(4) == 0 {
			h.events[i].Flags = [][]string{{}, {flag}, {"other"}, {"other", flag}}[rng.IntN(4)]
		}
	}
	return h
}

func (h *history) threeStages(rng *rand.Rand) analytics.GateQuery {
	q := h.gate(float64(rng.IntN(75)))
	q.Bucket = []time.Duration{0, 90 * time.Second, 7 * time.Minute}[rng.IntN(3)]
	q.Strata = []analytics.Stratum{
		{Stage: 1, FirstVersion: 5, LastVersion: 5, Start: at(0), End: at(20)},
		{Stage: 2, FirstVersion: 6, LastVersion: 6, Start: at(20.5), End: at(40)},
		{Stage: 3, FirstVersion: 7, LastVersion: 9, Start: at(40)},
	}[:1+rng.IntN(3)]
	if rng.IntN(2) == 0 {
		above := float64(rng.IntN(9))
		q.Bad = analytics.Bad{Event: metric, Above: &above}
	}
	if rng.IntN(5) == 0 {
		q.Rule = rule
	}
	if rng.IntN(3) == 0 {
		q.Bad.Window = time.Duration(1+rng.IntN(1200)) * time.Second
	}
	return q
}

func testGateMatchesReference(t *testing.T, s Store) {
	units, requests := 0, 0
	for seed := range uint64(48) {
		rng := rand.New(rand.NewPCG(7, seed))
		h := randomHistory(rng, fmt.Sprint("env-", seed))
		h.write(t, s)
		for range 3 {
			q, err := h.threeStages(rng).Normal()
			if err != nil {
				t.Fatal(err)
			}
			got := gate(t, s, q)
			wantUnits, wantRequests := h.reference(q)
			units, requests = units+len(wantUnits), requests+len(wantRequests)
			if diff := cmp.Diff(wantUnits, got.Units, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d, query %+v: units (-want +got):\n%s", seed, q, diff)
			}
			if diff := cmp.Diff(wantRequests, got.Requests, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("seed %d, query %+v: requests (-want +got):\n%s", seed, q, diff)
			}
		}
	}
	if units < 200 || requests < 500 {
		t.Errorf("only %d rows of units and %d of requests were compared", units, requests)
	}
}
