package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// Store is what Run needs of an implementation.
type Store interface {
	analytics.Writer
	analytics.Reader
	analytics.Pruner
	analytics.Sampler
	analytics.UsageReader
	// Forget drops all answers that are kept.
	Forget(ctx context.Context) error
}

// Run exercises a store. open gives an empty one, which open itself arranges to
// close when the test ends.
func Run(t *testing.T, open func(t *testing.T) Store) {
	tests := []struct {
		name string
		run  func(*testing.T, Store)
	}{
		{"Position", testPosition},
		{"DuplicateBatches", testDuplicateBatches},
		{"FailedWriteLeavesNothing", testFailedWrite},
		{"Isolation", testIsolation},
		{"Prune", testPrune},
		{"GateByHand", testGateByHand},
		{"GateAcrossStages", testGateAcrossStages},
		{"OnlyClosedBuckets", testOnlyClosedBuckets},
		{"GateMatchesReference", testGateMatchesReference},
		{"ExposedByHand", testExposedByHand},
		{"ControlByHand", testControlByHand},
		{"OnlyTheRuleAskedFor", testRule},
		{"EventsNameFlags", testEventsNameFlags},
		{"ResultsByHand", testResultsByHand},
		{"ResultsAddUp", testResultsAddUp},
		{"ManyValues", testManyValues},
		{"ResultsMatchReference", testResultsMatchReference},
		{"AskedAgain", testAskedAgain},
		{"NewestTakenBack", testNewestTakenBack},
		{"Followed", testFollowed},
		{"Sample", testSample},
		{"Usage", testUsage},
		{"BadQueries", testBadQueries},
		{"ReadWhileWriting", testReadWhileWriting},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
	}
}

const (
	project = "invoicing"
	flag    = "new-pdf-engine"
	metric  = "pdf.rendered"
	account = "accountId"
	rule    = "beta-testers"
)

func start() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

// at is m minutes after the start.
func at(m float64) time.Time { return start().Add(time.Duration(m * float64(time.Minute))) }

// history collects what one environment has seen.
type history struct {
	environment string
	exposures   []analytics.Exposure
	events      []analytics.Event
}

func (h *history) expose(unit, variant string, version uint64, m float64) {
	h.exposures = append(h.exposures, analytics.Exposure{
		Flag: flag, Variant: variant, By: account, Unit: unit, Version: version, At: at(m),
	})
}

func (h *history) event(unit string, failed bool, value float64, m float64) {
	h.events = append(h.events, analytics.Event{
		Name: metric, Failed: failed, Value: &value, At: at(m),
		Units: map[string]string{account: unit, "userId": "u-" + unit},
	})
}

// write stores the history as one batch.
func (h *history) write(t *testing.T, s Store) {
	t.Helper()
	b := analytics.Batch{
		ID: "batch-" + h.environment, Project: project, Environment: h.environment, ReceivedAt: at(0),
		Exposures: h.exposures, Events: h.events,
	}
	mustWrite(t, s, []analytics.Batch{b})
}

func mustWrite(t *testing.T, s Store, batches []analytics.Batch) analytics.Written {
	t.Helper()
	ctx := context.Background()
	p, err := s.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p.Seq += uint64(len(batches))
	w, err := s.Write(ctx, batches, p)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// rollout is the flag's rollout with one open stratum at version 5.
func (h *history) rollout() analytics.Rollout {
	return analytics.Rollout{
		Project: project, Environment: h.environment, Flag: flag, By: account, Treatment: "on", Control: "off",
		Strata: []analytics.Stratum{{FirstVersion: 5, LastVersion: 5, Start: at(0)}},
	}
}

func (h *history) gate(until float64) analytics.GateQuery {
	return analytics.GateQuery{
		Rollout: h.rollout(), Bad: analytics.Bad{Event: metric, Failed: true}, Until: at(until),
	}
}
