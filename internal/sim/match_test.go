package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/duckstore"
	"github.com/flagledger/flagledger/ledger"
)

// TestSightingsMatchTheStore asks the simulated store and a real one about the
// same history of three stages, as time goes by.
func TestSightingsMatchTheStore(t *testing.T) {
	h := drawn()
	real, err := duckstore.Open(t.Context(), duckstore.Config{Path: filepath.Join(t.TempDir(), "a.duckdb"), MemoryLimit: 512})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := real.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := real.Write(t.Context(), h.batches(), analytics.Position{Epoch: 1, Seq: 1}); err != nil {
		t.Fatal(err)
	}
	above, bucket := 200.0, quick().look
	for _, until := range []time.Duration{h.ends[0], h.ends[0] + bucket, h.ends[1] - bucket, h.ends[1] + bucket, h.ends[2] - bucket, h.ends[2]} {
		q := h.query(until)
		for _, bad := range []analytics.Bad{{Event: "request", Failed: true}, {Event: "request", Above: &above}} {
			g := analytics.GateQuery{Rollout: q.Rollout, Bad: bad, Bucket: bucket, Until: q.Until}
			same(t, fmt.Sprintf("gate %v until %s", bad.Failed, until), g, real.Gate, h.at(q).Gate)
		}
		same(t, fmt.Sprintf("exposed until %s", until), q, real.Exposed, h.at(q).Exposed)
		c := analytics.ControlQuery{Rollout: q.Rollout, Event: "request", Quantile: .95, Above: &above, Until: q.Until}
		same(t, fmt.Sprintf("control until %s", until), c, real.Control, h.at(q).Control)
	}
}

// drawing is a history in both forms.
type drawing struct {
	ends   []time.Duration // of the stages
	store  *sightings
	visits []visit
	lost   span
}

// drawn draws a history in which each stage ends within a bucket, and one arm
// is silent for a while.
func drawn() *drawing {
	r := release{accounts: 300, perDay: 60, errorRate: .05}
	h := &drawing{
		ends:  []time.Duration{2*time.Hour + watermark, 5*time.Hour + watermark, 8 * time.Hour},
		store: newSightings(r.accounts), lost: hours(3, 3.5),
	}
	c := newCrowd(r, rand.New(rand.NewPCG(3, 3)))
	for k, percentage := range []ledger.Percentage{5000, 25_000, 50_000} {
		h.store.begin(version(k))
		c.until(h.ends[k], percentage, func(v visit) {
			h.visits = append(h.visits, v)
			h.store.take(v, begin().Add(v.since), h.heard(v))
		})
	}
	return h
}

func version(stage int) uint64 { return uint64(5 + 2*stage) }

func (h *drawing) heard(v visit) bool { return !h.lost.has(v.since) || !v.treat }

// batches are what an SDK would report of it.
func (h *drawing) batches() []analytics.Batch {
	b := analytics.Batch{ID: "all", Project: project, Environment: environment, ReceivedAt: begin().Add(24 * time.Hour)}
	stage := 0
	for i, v := range h.visits {
		if v.since >= h.ends[stage] {
			stage++
		}
		unit, variant := fmt.Sprint("a", v.person), "off"
		if v.treat {
			variant = "on"
		}
		at, value := begin().Add(v.since), float64(float32(v.millis))
		if h.store.all[i].exposed {
			b.Exposures = append(b.Exposures, analytics.Exposure{
				Flag: flagKey, Variant: variant, By: "accountId", Unit: unit, Version: version(stage), At: at,
			})
		}
		if h.heard(v) {
			b.Events = append(b.Events, analytics.Event{
				Name: "request", Value: &value, Failed: v.failed, Units: map[string]string{"accountId": unit}, At: at,
			})
		}
	}
	return []analytics.Batch{b}
}

// query is what an engine would ask at a time.
func (h *drawing) query(until time.Duration) analytics.ExposedQuery {
	q := analytics.ExposedQuery{Until: begin().Add(until), Rollout: analytics.Rollout{
		Project: project, Environment: environment, Flag: flagKey, By: "accountId", Treatment: "on", Control: "off",
	}}
	start := begin()
	for k, end := range h.ends {
		s := analytics.Stratum{Stage: k, FirstVersion: version(k), LastVersion: version(k) + 1, Start: start}
		start = begin().Add(end)
		if until <= end {
			s.LastVersion = 1<<63 - 1
			q.Strata = append(q.Strata, s)
			break
		}
		s.End = start
		q.Strata = append(q.Strata, s)
	}
	return q
}

// at is the simulated store when as many stages had begun as the query has. It
// goes on from what it was asked before.
func (h *drawing) at(q analytics.ExposedQuery) *sightings {
	h.store.versions = h.store.versions[:0]
	for k := range q.Strata {
		h.store.begin(version(k))
	}
	return h.store
}

// same asks both and compares.
func same[Q, A any](t *testing.T, name string, q Q, want, got asked[Q, A]) {
	t.Helper()
	a, err := want(t.Context(), q)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	b, err := got(t.Context(), q)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	// A quantile is the same but for the last digits.
	if diff := cmp.Diff(a, b, cmpopts.EquateApprox(1e-9, 0), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-real +simulated):\n%s", name, diff)
	}
}

type asked[Q, A any] func(context.Context, Q) (A, error)
