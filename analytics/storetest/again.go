package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
)

// testAskedAgain asks the same questions of histories that arrive in pieces, in
// any order, about a time that goes on: what a store keeps from one answer to the
// next must not show. Answers are compared with the reference, and with those of
// a store that has just been pruned of nothing and cannot have kept any.
func testAskedAgain(t *testing.T, s Store) {
	asked := 0
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(21, seed))
		whole := randomHistory(rng, fmt.Sprint("again-", seed))
		rng.Shuffle(len(whole.exposures), func(i, j int) {
			whole.exposures[i], whole.exposures[j] = whole.exposures[j], whole.exposures[i]
		})
		rng.Shuffle(len(whole.events), func(i, j int) { whole.events[i], whole.events[j] = whole.events[j], whole.events[i] })
		q := questions{gate: whole.threeStages(rng), results: whole.randomResults(rng)}
		h := history{environment: whole.environment}
		until := 0.0
		for piece := range 8 {
			h.add(t, s, &whole, piece, 6)
			if until += float64(rng.IntN(12)); piece == 7 {
				until = 80
			}
			q.gate.Until, q.results.Until = at(until), at(until+.25)
			warm := h.ask(t, s, q)
			if err := s.Forget(context.Background()); err != nil {
				t.Fatal(err)
			}
			cold := h.ask(t, s, q)
			if diff := cmp.Diff(cold, warm, approximately()...); diff != "" {
				t.Fatalf("seed %d, piece %d, until %v: an answer that follows others (-read anew +kept):\n%s", seed, piece, until, diff)
			}
			h.check(t, q, warm)
			asked++
		}
	}
	t.Logf("%d times three answers compared", asked)
}

// questions are asked again and again, each until later.
type questions struct {
	gate    analytics.GateQuery
	results analytics.ResultQuery
}

// replies are what they get.
type replies struct {
	Gate    analytics.GateSeries
	Exposed analytics.Exposed
	Results analytics.Results
}

// add writes the n-th of so many pieces of a history, and nothing after the last.
func (h *history) add(t *testing.T, s Store, whole *history, n, pieces int) {
	t.Helper()
	if n >= pieces {
		return
	}
	cut := func(length, n int) int { return length * n / pieces }
	b := analytics.Batch{
		ID: fmt.Sprint("piece-", n), Project: project, Environment: h.environment, ReceivedAt: at(0),
		Exposures: whole.exposures[cut(len(whole.exposures), n):cut(len(whole.exposures), n+1)],
		Events:    whole.events[cut(len(whole.events), n):cut(len(whole.events), n+1)],
	}
	mustWrite(t, s, []analytics.Batch{b})
	h.exposures, h.events = append(h.exposures, b.Exposures...), append(h.events, b.Events...)
}

func (h *history) ask(t *testing.T, s Store, q questions) replies {
	t.Helper()
	exposed, err := s.Exposed(context.Background(), analytics.ExposedQuery{Rollout: q.gate.Rollout, Until: q.gate.Until})
	if err != nil {
		t.Fatal(err)
	}
	return replies{gate(t, s, q.gate), exposed, results(t, s, q.results)}
}

// check compares replies with the references.
func (h *history) check(t *testing.T, q questions, got replies) {
	t.Helper()
	r, err := q.results.Normal()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(h.resultsReference(r), got.Results, approximately()...); diff != "" {
		t.Fatalf("query %+v: results (-want +got):\n%s", r, diff)
	}
	g, err := q.gate.Normal()
	if err != nil {
		t.Fatal(err)
	}
	units, requests := h.reference(g)
	if diff := cmp.Diff(units, got.Gate.Units, approximately()...); diff != "" {
		t.Fatalf("query %+v: units (-want +got):\n%s", g, diff)
	}
	if diff := cmp.Diff(requests, got.Gate.Requests, approximately()...); diff != "" {
		t.Fatalf("query %+v: requests (-want +got):\n%s", g, diff)
	}
}

// testNewestTakenBack learns late that a unit was mixed before its event, the
// newest there was.
func testNewestTakenBack(t *testing.T, s Store) {
	whole := history{environment: "prod"}
	whole.expose("a1", "on", 5, 1)
	whole.expose("a2", "on", 5, 1)
	whole.event("a1", false, 1, 30)
	whole.event("a2", false, 1, 20)
	whole.expose("a1", "off", 5, 10)
	h, q := history{environment: "prod"}, whole.gate(40)
	h.exposures, h.events = whole.exposures[:2], whole.events
	h.write(t, s)
	if g := gate(t, s, q); !g.Treatment.Newest.Equal(at(30)) {
		t.Errorf("the newest event is of %v, want %v", g.Treatment.Newest, at(30))
	}
	mustWrite(t, s, []analytics.Batch{{
		ID: "late", Project: project, Environment: "prod", ReceivedAt: at(0), Exposures: whole.exposures[2:],
	}})
	if g := gate(t, s, q); !g.Treatment.Newest.Equal(at(20)) || g.Treatment.Events != 1 {
		t.Errorf("the newest of %d events is of %v, want one of %v", g.Treatment.Events, g.Treatment.Newest, at(20))
	}
}
