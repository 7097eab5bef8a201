package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flagledger/flagledger/analytics"
)

// testFollowed asks, again and again and without anything being forgotten, of
// rollouts that share their units and events, while a history arrives in small
// pieces and in any order. Every answer is compared with the definitions, unit by
// unit.
func testFollowed(t *testing.T, s Store) {
	compared := 0
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(23, seed))
		whole := randomHistory(rng, fmt.Sprint("followed-", seed))
		if seed%2 == 0 {
			rng.Shuffle(len(whole.exposures), func(i, j int) {
				whole.exposures[i], whole.exposures[j] = whole.exposures[j], whole.exposures[i]
			})
			rng.Shuffle(len(whole.events), func(i, j int) { whole.events[i], whole.events[j] = whole.events[j], whole.events[i] })
		} else {
			whole.inTime()
		}
		gates := whole.followedGates(rng)
		h := history{environment: whole.environment}
		const pieces = 24
		for piece := range pieces {
			h.add(t, s, &whole, piece, pieces)
			until := at(float64(72 * (piece + 1) / pieces))
			for _, q := range gates {
				q.Until = until
				if rng.IntN(8) == 0 {
					continue // it is asked again later
				}
				h.checkFollowed(t, s, q)
				compared++
			}
		}
	}
	t.Logf("%d times gate and exposures compared", compared)
}

// followedGates are of one rollout, and every other time of two that differ in
// their stages.
func (h *history) followedGates(rng *rand.Rand) []analytics.GateQuery {
	var gates []analytics.GateQuery
	above := 5.0
	for range 1 + rng.IntN(2) {
		q := h.threeStages(rng)
		q.Bucket = time.Minute
		for _, bad := range []analytics.Bad{
			{Event: metric, Failed: true},
			{Event: metric, Above: &above},
			{Event: metric, Failed: true, Window: 7 * time.Minute},
			{Event: "other", Failed: true},
		} {
			q.Bad = bad
			gates = append(gates, q)
		}
	}
	return gates
}

// inTime puts the history in the order in which it happened.
func (h *history) inTime() {
	sortBy(h.exposures, func(e analytics.Exposure) time.Time { return e.At })
	sortBy(h.events, func(e analytics.Event) time.Time { return e.At })
}

func (h *history) checkFollowed(t *testing.T, s Store, q analytics.GateQuery) {
	t.Helper()
	q, err := q.Normal()
	if err != nil {
		t.Fatal(err)
	}
	exposed, err := s.Exposed(context.Background(), analytics.ExposedQuery{Rollout: q.Rollout, Until: q.Until})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(h.exposedReference(q), exposed, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("query %+v: exposed (-want +got):\n%s", q, diff)
	}
	got := gate(t, s, q)
	units, requests := h.reference(q)
	if diff := cmp.Diff(units, got.Units, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("query %+v: units (-want +got):\n%s", q, diff)
	}
	if diff := cmp.Diff(requests, got.Requests, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("query %+v: requests (-want +got):\n%s", q, diff)
	}
	current := len(q.Strata) - 1
	for _, arm := range []struct {
		name      string
		got       analytics.ArmCounts
		treatment bool
		from      int
	}{
		{"treatment", got.Treatment, true, 0},
		{"control", got.Control, false, 0},
		{"treatment of the stage", got.StageTreatment, true, current},
		{"control of the stage", got.StageControl, false, current},
	} {
		if diff := cmp.Diff(h.armReference(q, arm.treatment, arm.from), arm.got); diff != "" {
			t.Fatalf("query %+v: %s (-want +got):\n%s", q, arm.name, diff)
		}
	}
}
