package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
)

func testPosition(t *testing.T, s Store) {
	ctx := context.Background()
	p, err := s.Position(ctx)
	if err != nil || p != (analytics.Position{}) {
		t.Fatalf("empty store is at %+v, %v; want the zero position", p, err)
	}
	for _, want := range []analytics.Position{{Epoch: 1, Seq: 7}, {Epoch: 1, Seq: 9, At: at(1)}, {Epoch: at(0).UnixNano(), Seq: 1}} {
		if _, err := s.Write(ctx, nil, want); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Position(ctx); err != nil || got != want {
			t.Errorf("position = %+v, %v; want %+v", got, err, want)
		}
	}
}

// small is a batch with one exposure of the unit and one failed event.
func small(environment, id, unit string) analytics.Batch {
	h := history{environment: environment}
	h.expose(unit, "on", 5, 1)
	h.event(unit, true, 100, 2)
	return analytics.Batch{
		ID: id, Project: project, Environment: environment, ReceivedAt: at(3),
		Exposures: h.exposures, Events: h.events,
	}
}

func events(t *testing.T, s Store, environment string) analytics.ArmCounts {
	t.Helper()
	h := history{environment: environment}
	series, err := s.Gate(context.Background(), h.gate(60))
	if err != nil {
		t.Fatal(err)
	}
	return series.Treatment
}

func testDuplicateBatches(t *testing.T, s Store) {
	one, two := small("prod", "b1", "a1"), small("prod", "b2", "a2")
	other := small("staging", "b1", "a1") // same ID, not the same batch
	got := mustWrite(t, s, []analytics.Batch{one, two, one})
	if want := (analytics.Written{Batches: 2, Duplicates: 1, Exposures: 2, Events: 2}); got != want {
		t.Errorf("first write: %+v, want %+v", got, want)
	}
	got = mustWrite(t, s, []analytics.Batch{two, other, one})
	if want := (analytics.Written{Batches: 1, Duplicates: 2, Exposures: 1, Events: 1}); got != want {
		t.Errorf("second write: %+v, want %+v", got, want)
	}
	if n := events(t, s, "prod").Events; n != 2 {
		t.Errorf("prod has %d events, want 2", n)
	}
	if n := events(t, s, "staging").Events; n != 1 {
		t.Errorf("staging has %d events, want 1", n)
	}
}

// testFailedWrite: a cancelled write leaves neither rows nor names nor a
// position behind, and the store goes on.
func testFailedWrite(t *testing.T, s Store) {
	mustWrite(t, s, []analytics.Batch{small("prod", "b1", "a1")})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	before, err := s.Position(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Write(ctx, []analytics.Batch{small("prod", "b2", "a2")}, analytics.Position{Epoch: 8, Seq: 99})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled write: %v, want context.Canceled", err)
	}
	if after, err := s.Position(context.Background()); err != nil || after != before {
		t.Errorf("position = %+v, %v; want %+v", after, err, before)
	}
	if w := mustWrite(t, s, []analytics.Batch{small("prod", "b2", "a2")}); w.Batches != 1 {
		t.Errorf("retry: %+v, want one new batch", w)
	}
	if n := events(t, s, "prod").Events; n != 2 {
		t.Errorf("%d events, want 2", n)
	}
}

// testIsolation: nothing crosses from one project, environment, flag or
// attribute to another.
func testIsolation(t *testing.T, s Store) {
	h := history{environment: "prod"}
	h.expose("a1", "on", 5, 1)
	h.event("a1", true, 1, 2)
	h.write(t, s)
	foreign := h
	foreign.environment = "dev"
	foreign.write(t, s)
	b := analytics.Batch{ID: "p2", Project: "other", Environment: "prod", ReceivedAt: at(0), Exposures: h.exposures, Events: h.events}
	flagged := h.exposures[0]
	flagged.Flag = "other"
	byUser := h.exposures[0]
	byUser.By, byUser.Unit = "userId", "u-a1"
	c := analytics.Batch{ID: "p3", Project: project, Environment: "prod", ReceivedAt: at(0), Exposures: []analytics.Exposure{flagged, byUser}}
	mustWrite(t, s, []analytics.Batch{b, c})
	if got := events(t, s, "prod"); got.Events != 1 || got.Active != 1 {
		t.Errorf("prod: %+v, want one event of one unit", got)
	}
	q := h.gate(60)
	q.By = "userId"
	series, err := s.Gate(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if series.Treatment.Events != 1 || len(series.Units) != 1 || series.Units[0].NT != 1 {
		t.Errorf("by user: %+v, want the one event of the one user", series)
	}
}

func testPrune(t *testing.T, s Store) {
	h := history{environment: "prod"}
	h.expose("old", "on", 5, 1)
	h.event("old", true, 1, 1)
	h.expose("new", "on", 5, 30)
	h.event("new", true, 1, 31)
	h.write(t, s)
	if _, err := s.Prune(context.Background(), at(20)); err != nil {
		t.Fatal(err)
	}
	if got := events(t, s, "prod"); got.Events != 1 || got.Active != 1 {
		t.Errorf("after prune: %+v, want what came later", got)
	}
	if n, err := s.Prune(context.Background(), at(20)); err != nil || n != 0 {
		t.Errorf("second prune removed %d, %v; want nothing", n, err)
	}
}

func testBadQueries(t *testing.T, s Store) {
	ctx := context.Background()
	h := history{environment: "prod"}
	good := h.gate(10)
	limit := 3.0
	tests := map[string]func(*analytics.GateQuery){
		"no strata":                  func(q *analytics.GateQuery) { q.Strata = nil },
		"one variant":                func(q *analytics.GateQuery) { q.Control = q.Treatment },
		"no event":                   func(q *analytics.GateQuery) { q.Bad.Event = "" },
		"failed and above":           func(q *analytics.GateQuery) { q.Bad.Above = &limit },
		"neither":                    func(q *analytics.GateQuery) { q.Bad.Failed = false },
		"bucket below a microsecond": func(q *analytics.GateQuery) { q.Bucket = time.Nanosecond },
		"strata overlap": func(q *analytics.GateQuery) {
			q.Strata = []analytics.Stratum{{FirstVersion: 1, LastVersion: 5, Start: at(0), End: at(9)}, {FirstVersion: 5, LastVersion: 6, Start: at(9)}}
		},
	}
	for name, spoil := range tests {
		q := good
		spoil(&q)
		if _, err := s.Gate(ctx, q); !errors.Is(err, analytics.ErrQuery) {
			t.Errorf("%s: %v, want ErrQuery", name, err)
		}
	}
	if _, err := s.Results(ctx, analytics.ResultQuery{Project: project}); !errors.Is(err, analytics.ErrQuery) {
		t.Errorf("results of no flag: %v, want ErrQuery", err)
	}
	if _, err := s.Control(ctx, analytics.ControlQuery{Rollout: h.rollout(), Event: metric, Quantile: 1}); !errors.Is(err, analytics.ErrQuery) {
		t.Errorf("quantile 1: %v, want ErrQuery", err)
	}
}

// testReadWhileWriting: a reader sees whole writes only. Each write brings a
// unit with one event, so both counts must agree at any time.
func testReadWhileWriting(t *testing.T, s Store) {
	const writes = 30
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range writes {
			b := small("prod", fmt.Sprint("b", i), fmt.Sprint("a", i))
			if _, err := s.Write(context.Background(), []analytics.Batch{b}, analytics.Position{Seq: uint64(i + 1)}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	h := history{environment: "prod"}
	for last := int64(0); last < writes && !t.Failed(); {
		series, err := s.Gate(context.Background(), h.gate(60))
		if err != nil {
			t.Error(err)
			break
		}
		have := series.Treatment
		if have.Events != have.Active || have.Events < last {
			t.Errorf("a reader saw %+v after %d events", have, last)
		}
		last = have.Events
	}
	wg.Wait()
	if diff := cmp.Diff(int64(writes), events(t, s, "prod").Active); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
}
