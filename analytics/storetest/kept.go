package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
)

// Keeper is a store whose answers outlive it.
type Keeper interface {
	Store
	// KeepAll keeps those too that are counted quickly, and uses them.
	KeepAll()
	// Refresh brings those that were asked for up to date at now.
	Refresh(ctx context.Context, now time.Time) error
}

// RunKept asks the same questions in several lives of a store, while data come
// and time goes on: an answer that was begun in an earlier life is the same as one
// that is not. open gives the same store each time, closing it first. spoil takes
// the rows of the tables away, so that an answer can only be one that was kept.
func RunKept(t *testing.T, open func(t *testing.T) Keeper, spoil func(t *testing.T)) {
	for seed := range uint64(2) {
		rng := rand.New(rand.NewPCG(22, seed))
		whole := randomHistory(rng, fmt.Sprint("kept-", seed))
		q := questions{gate: whole.threeStages(rng), results: whole.randomResults(rng)}
		h := history{environment: whole.environment}
		for piece := range 6 {
			s := open(t)
			s.KeepAll()
			q.gate.Until, q.results.Until = at(float64(8*piece)), at(float64(8*piece)+.25)
			h.add(t, s, &whole, piece, 5)
			if piece%2 == 1 {
				if err := s.Refresh(context.Background(), q.results.Until); err != nil {
					t.Fatal(err)
				}
			}
			h.check(t, q, h.ask(t, s, q))
		}
	}
	h := history{environment: "spoilt"}
	h.expose("a1", "on", 5, 1)
	h.expose("a2", "off", 5, 1)
	h.event("a1", true, 1, 2)
	q := questions{gate: h.gate(10), results: h.results(10, analytics.MetricSpec{Name: "count", Numerator: ofMetric(analytics.OfCount)})}
	s := open(t)
	s.KeepAll()
	h.write(t, s)
	want := h.ask(t, s, q)
	spoil(t)
	s = open(t)
	s.KeepAll()
	if diff := cmp.Diff(want, h.ask(t, s, q), approximately()...); diff != "" {
		t.Errorf("an answer was counted again, though it was kept (-kept +again):\n%s", diff)
	}
	if err := s.Forget(context.Background()); err != nil {
		t.Fatal(err)
	}
	if cmp.Equal(want, h.ask(t, s, q), approximately()...) {
		t.Error("an answer that was forgotten is there")
	}
}
