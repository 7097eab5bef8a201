package storetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

func gate(t *testing.T, s Store, q analytics.GateQuery) analytics.GateSeries {
	t.Helper()
	series, err := s.Gate(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return series
}

func testGateByHand(t *testing.T, s Store) {
	h := history{environment: "prod"}
	h.expose("t1", "on", 5, 0.5)
	h.expose("t2", "on", 5, 3.5)
	h.expose("c1", "off", 5, 0.1)
	h.expose("c2", "off", 5, 0.2)
	h.expose("c3", "off", 5, 2.5)
	h.expose("x1", "grey", 5, 0)  // another variant
	h.expose("v4", "on", 4, 0)    // another configuration
	h.expose("m1", "off", 5, 0.3) // mixed at 2.5
	h.expose("m1", "on", 5, 2.5)
	h.event("t1", true, 1, 0.4) // before its exposure
	h.event("t1", false, 1, 1.2)
	h.event("t1", true, 1, 2.2) // first bad
	h.event("t1", true, 1, 4.2) // not the first
	h.event("c1", true, 1, 2.9) // first bad
	h.event("c2", false, 1, 1.0)
	h.event("m1", true, 1, 2.6) // after it was mixed
	h.event("x1", true, 1, 1)
	h.event("v4", true, 1, 1)
	h.write(t, s)

	got := gate(t, s, h.gate(6))
	units := []stats.Row{
		// t1 against c1, c2, c3 (exposed within the bucket) and m1 (censored within it).
		{Cohort: analytics.Fresh, At: at(2), NT: 1, XT: 1, NC: 4, XC: 1},
	}
	requests := []stats.Row{
		{At: at(1), NT: 1, NC: 1},
		{At: at(2), NT: 1, XT: 1, NC: 1, XC: 1},
		{At: at(4), NT: 1, XT: 1},
	}
	if diff := cmp.Diff(units, got.Units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(requests, got.Requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	treatment := analytics.ArmCounts{Active: 1, BadUnits: 1, Events: 3, Bad: 2, Newest: at(4.2)}
	control := analytics.ArmCounts{Active: 2, BadUnits: 1, Events: 2, Bad: 1, Newest: at(2.9)}
	if diff := cmp.Diff([]analytics.ArmCounts{treatment, control, treatment, control},
		[]analytics.ArmCounts{got.Treatment, got.Control, got.StageTreatment, got.StageControl}); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}

	q := h.gate(6)
	q.Bad.Window = 1e9 * 60 // a minute: only c1's event at 2.9 and the later ones fall out
	if got := gate(t, s, q); len(got.Units) != 0 || got.Treatment.Events != 1 {
		t.Errorf("within a minute of exposure: %+v, want one good event and nothing bad", got)
	}
	above := 0.5
	q = h.gate(6)
	q.Bad = analytics.Bad{Event: metric, Above: &above}
	if got := gate(t, s, q); got.Treatment.Bad != 3 || got.BadUnits != 1 {
		t.Errorf("above 0.5: %+v, want all three events of t1 bad", got.Treatment)
	}
}

// staged is a rollout with two stages: version 5 until minute 10, then 6 and 7.
func (h *history) staged(until float64) analytics.GateQuery {
	q := h.gate(until)
	q.Strata = []analytics.Stratum{
		{Stage: 1, FirstVersion: 5, LastVersion: 5, Start: at(0), End: at(10)},
		{Stage: 2, FirstVersion: 6, LastVersion: 7, Start: at(10)},
	}
	return q
}

func stagedHistory() history {
	h := history{environment: "prod"}
	h.expose("t1", "on", 5, 1) // treated in the first stage: no new randomness in the second
	h.expose("t1", "on", 6, 11)
	h.expose("c1", "off", 5, 1) // stays in control
	h.expose("c1", "off", 6, 11)
	h.expose("p1", "off", 5, 1) // promoted
	h.expose("p1", "on", 6, 11)
	h.expose("f1", "on", 6, 12) // seen for the first time in the second stage
	h.expose("f2", "off", 7, 12)
	h.expose("s1", "off", 5, 14) // a stale SDK, after the first stage has ended
	h.expose("s1", "off", 6, 13)
	h.expose("e1", "off", 6, 9.5) // a slow clock: counts from minute 10
	for _, unit := range []string{"t1", "c1", "p1", "f1", "f2", "s1", "e1"} {
		h.event(unit, true, 1, 15)
	}
	h.event("c1", true, 1, 5)
	h.event("e1", true, 1, 9.8) // before minute 10
	return h
}

func testGateAcrossStages(t *testing.T, s Store) {
	h := stagedHistory()
	h.write(t, s)
	got := gate(t, s, h.staged(20))
	units := []stats.Row{
		{Stratum: 0, Cohort: analytics.Fresh, At: at(5), NT: 1, NC: 2, XC: 1},
		{Stratum: 1, Cohort: analytics.Fresh, At: at(15), NT: 1, XT: 1, NC: 3, XC: 3},
		{Stratum: 1, Cohort: 0, At: at(15), NT: 1, XT: 1, NC: 1, XC: 1},
	}
	if diff := cmp.Diff(units, got.Units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	requests := []stats.Row{
		{Stratum: 0, At: at(5), NC: 1, XC: 1},
		{Stratum: 1, At: at(15), NT: 3, XT: 3, NC: 4, XC: 4}, // t1 included
	}
	if diff := cmp.Diff(requests, got.Requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if got.Stratum != 1 || !got.Start.Equal(at(0)) || !got.StageStart.Equal(at(10)) || !got.Until.Equal(at(20)) {
		t.Errorf("series is of stratum %d, %v, %v to %v", got.Stratum, got.Start, got.StageStart, got.Until)
	}
	if got.Control.BadUnits != 4 || got.Control.Bad != 5 || got.BadUnits != 3 {
		t.Errorf("control %+v, bad units %d; want 4 with 5 events, and 3", got.Control, got.BadUnits)
	}
}

func testExposedByHand(t *testing.T, s Store) {
	h := stagedHistory()
	h.expose("m1", "on", 6, 11)
	h.expose("m1", "off", 6, 12)
	// What coincides: two variants at once, the end of a stage, two stages.
	h.expose("b1", "off", 5, 2)
	h.expose("b1", "on", 5, 2)
	h.expose("b2", "on", 5, 10)
	h.expose("b3", "off", 5, 12)
	h.expose("b3", "off", 6, 12)
	h.expose("b4", "on", 5, 12)
	h.expose("b4", "on", 6, 12)
	h.write(t, s)
	got, err := s.Exposed(context.Background(), analytics.ExposedQuery{Rollout: h.staged(0).Rollout, Until: at(20)})
	if err != nil {
		t.Fatal(err)
	}
	want := analytics.Exposed{
		Rows: []analytics.ExposedRow{
			{Stratum: 0, Cohort: analytics.Fresh, Treatment: 2, Control: 2, Mixed: 1},
			{Stratum: 1, Cohort: analytics.AlreadyTreated, Treatment: 2},
			{Stratum: 1, Cohort: analytics.Fresh, Treatment: 2, Control: 3, Mixed: 1},
			{Stratum: 1, Cohort: 0, Treatment: 1, Control: 2},
		},
		Treatment: analytics.ExposedArm{Units: 6, Newest: at(12)},
		Control:   analytics.ExposedArm{Units: 6, Newest: at(14)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exposed (-want +got):\n%s", diff)
	}
	if stage := got.Stage(1); stage.Treatment != 5 || stage.Control != 5 || stage.Mixed != 1 {
		t.Errorf("second stage: %+v", stage)
	}
	empty, err := s.Exposed(context.Background(), analytics.ExposedQuery{Rollout: h.staged(0).Rollout, Until: at(-5)})
	if err != nil || len(empty.Rows) != 0 || empty.Treatment.Units != 0 || !empty.Control.Newest.IsZero() {
		t.Errorf("before the start: %+v, %v; want nothing", empty, err)
	}
}

func testOnlyClosedBuckets(t *testing.T, s Store) {
	h := history{environment: "prod"}
	h.expose("t1", "on", 5, 0.5)
	h.expose("c1", "off", 5, 0.5)
	h.event("t1", true, 1, 2.5)
	h.write(t, s)
	for _, tt := range []struct {
		until float64
		rows  int
	}{{2, 0}, {2.99, 0}, {3, 1}, {3.5, 1}} {
		got := gate(t, s, h.gate(tt.until))
		if len(got.Units) != tt.rows || len(got.Requests) != tt.rows {
			t.Errorf("until minute %v: %d rows of units, %d of requests; want %d", tt.until, len(got.Units), len(got.Requests), tt.rows)
		}
		if want := at(float64(int(tt.until))); !got.Until.Equal(want) {
			t.Errorf("until minute %v: closed until %v, want %v", tt.until, got.Until, want)
		}
	}
}

func testControlByHand(t *testing.T, s Store) {
	h := history{environment: "prod"}
	h.expose("c1", "off", 5, 0)
	h.expose("t1", "on", 5, 0)
	for i := range 101 {
		h.event("c1", false, float64(i), 1)
		h.event("t1", false, 1000, 1)
	}
	h.event("c1", false, 5000, 9) // later than asked for
	h.write(t, s)
	limit := 90.0
	got, err := s.Control(context.Background(), analytics.ControlQuery{
		Rollout: h.rollout(), Event: metric, Quantile: .955, Above: &limit, Until: at(5),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.N != 101 || got.Above != 10 || got.Quantile < 95.49 || got.Quantile > 95.51 {
		t.Errorf("control = %+v, want 101 values, 10 above 90, quantile 95.5", got)
	}
	none, err := s.Control(context.Background(), analytics.ControlQuery{
		Rollout: h.rollout(), Event: "nothing", Quantile: .5, Until: at(5),
	})
	if err != nil || none != (analytics.ControlValues{}) {
		t.Errorf("of an unknown event: %+v, %v; want nothing", none, err)
	}
	if share := none.ShareAbove(); share != .5 {
		t.Errorf("share above of nothing = %v, want 1/2", share)
	}
}
