package storetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// byRule exposes a unit by a rule instead of the default.
func (h *history) byRule(unit, variant string, version uint64, m float64) {
	h.expose(unit, variant, version, m)
	h.exposures[len(h.exposures)-1].Rule = rule
}

// testRule: the same variants served by another rule are another split. They
// add no unit, no event and no earlier treatment, and mix nobody.
func testRule(t *testing.T, s Store) {
	h := history{environment: "prod"}
	h.expose("t1", "on", 5, 1)
	h.expose("c1", "off", 5, 1)
	h.byRule("b1", "on", 5, 1) // by the rule alone
	h.byRule("b2", "off", 5, 1)
	h.byRule("c1", "on", 5, 2) // does not end c1's risk
	h.byRule("f1", "on", 5, 2) // does not make f1 treated before
	h.expose("f1", "on", 6, 11)
	h.expose("c1", "off", 6, 11)
	for _, unit := range []string{"t1", "c1", "b1", "b2", "f1"} {
		h.event(unit, true, 7, 3)
		h.event(unit, true, 7, 12)
	}
	h.write(t, s)
	t.Run("Gate", func(t *testing.T) { h.ruleGate(t, s) })
	t.Run("Exposed", func(t *testing.T) { h.ruleExposed(t, s) })
	t.Run("Control", func(t *testing.T) { h.ruleControl(t, s) })
	t.Run("Results", func(t *testing.T) { h.ruleResults(t, s) })
}

func (h *history) ruleGate(t *testing.T, s Store) {
	byDefault := []stats.Row{
		{Stratum: 0, Cohort: analytics.Fresh, At: at(3), NT: 1, XT: 1, NC: 1, XC: 1},
		{Stratum: 1, Cohort: analytics.Fresh, At: at(12), NT: 1, XT: 1},
		{Stratum: 1, Cohort: 0, At: at(12), NC: 1, XC: 1},
	}
	q := h.staged(20)
	if diff := cmp.Diff(byDefault, gate(t, s, q).Units); diff != "" {
		t.Errorf("by the default (-want +got):\n%s", diff)
	}
	q.Rule = rule
	byRule := []stats.Row{
		{Stratum: 0, Cohort: analytics.Fresh, At: at(3), NT: 3, XT: 3, NC: 1, XC: 1},
	}
	got := gate(t, s, q)
	if diff := cmp.Diff(byRule, got.Units); diff != "" {
		t.Errorf("by the rule (-want +got):\n%s", diff)
	}
	if got.Treatment.Events != 3 || got.Control.Events != 1 {
		t.Errorf("by the rule: %+v and %+v, want 3 events and 1", got.Treatment, got.Control)
	}
	q.Rule = "unknown"
	if got := gate(t, s, q); len(got.Units)+len(got.Requests) != 0 {
		t.Errorf("by an unknown rule: %+v, want nothing", got)
	}
}

func (h *history) ruleExposed(t *testing.T, s Store) {
	q := analytics.ExposedQuery{Rollout: h.staged(0).Rollout, Until: at(20)}
	for _, tt := range []struct {
		rule string
		want analytics.Exposed
	}{
		{"", analytics.Exposed{
			Rows: []analytics.ExposedRow{
				{Stratum: 0, Cohort: analytics.Fresh, Treatment: 1, Control: 1},
				{Stratum: 1, Cohort: analytics.Fresh, Treatment: 1},
				{Stratum: 1, Cohort: 0, Control: 1},
			},
			Treatment: analytics.ExposedArm{Units: 2, Newest: at(11)},
			Control:   analytics.ExposedArm{Units: 1, Newest: at(11)},
		}},
		{rule, analytics.Exposed{
			Rows:      []analytics.ExposedRow{{Stratum: 0, Cohort: analytics.Fresh, Treatment: 3, Control: 1}},
			Treatment: analytics.ExposedArm{Units: 3, Newest: at(2)},
			Control:   analytics.ExposedArm{Units: 1, Newest: at(1)},
		}},
	} {
		q.Rule = tt.rule
		got, err := s.Exposed(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("rule %q (-want +got):\n%s", tt.rule, diff)
		}
	}
}

func (h *history) ruleControl(t *testing.T, s Store) {
	q := analytics.ControlQuery{Rollout: h.rollout(), Event: metric, Quantile: .5, Until: at(5)}
	for _, name := range []string{"", rule} {
		q.Rule = name
		got, err := s.Control(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if got.N != 1 {
			t.Errorf("rule %q: %d values, want 1", name, got.N)
		}
	}
}

func (h *history) ruleResults(t *testing.T, s Store) {
	for name, want := range map[string][2]int64{"": {1, 2}, rule: {1, 3}} {
		q := h.results(20)
		q.Rule, q.Strata[0].LastVersion = name, 6
		got := results(t, s, q)
		off, on := got.Increments[0], got.Increments[1]
		if off.Units != want[0] || on.Units != want[1] || off.Mixed+on.Mixed != 0 {
			t.Errorf("rule %q: %+v, want %v units and none mixed", name, got, want)
		}
	}
}
