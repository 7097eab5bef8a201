package ledger_test

import (
	"testing"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

func TestDecided(t *testing.T) {
	on := evaluator.Serve{Variant: "on"}
	split := func(weight int, include *evaluator.Include) evaluator.Serve {
		return evaluator.Serve{Split: &evaluator.Split{Include: include, Weights: []evaluator.Weight{
			{Variant: "on", Weight: weight}, {Variant: "off", Weight: evaluator.TotalWeight - weight},
		}}}
	}
	for _, tt := range []struct {
		name string
		here ledger.FlagEnvironment
		want string // variant, or empty for none
	}{
		{"off", ledger.FlagEnvironment{Config: evaluator.Config{OffVariant: "off", Default: on}}, "off"},
		{"on for all", live(evaluator.Config{Default: on}), "on"},
		{"a split at 100%", live(evaluator.Config{Default: split(evaluator.TotalWeight, nil)}), "on"},
		{"a split at 0%", live(evaluator.Config{Default: split(0, nil)}), "off"},
		{"a split", live(evaluator.Config{Default: split(50_000, nil)}), ""},
		{
			"a share of the units", live(evaluator.Config{Default: split(evaluator.TotalWeight, &evaluator.Include{Weight: 10, Otherwise: "off"})}),
			"",
		},
		{"no unit", live(evaluator.Config{Default: split(50_000, &evaluator.Include{Otherwise: "off"})}), "off"},
		{"a rule that says the same", live(evaluator.Config{Default: on, Rules: []evaluator.Rule{{Serve: on}}}), "on"},
		{"a rule that differs", live(evaluator.Config{Default: on, Rules: []evaluator.Rule{{Serve: evaluator.Serve{Variant: "off"}}}}), ""},
		{"a target that differs", live(evaluator.Config{Default: on, Targets: []evaluator.Target{{Variant: "off", Values: []string{"u"}}}}), ""},
		{"a prerequisite", live(evaluator.Config{Default: on, Prerequisites: []evaluator.Prerequisite{{Flag: "other"}}}), ""},
		{
			"a prerequisite before off", live(evaluator.Config{Default: evaluator.Serve{Variant: "off"}, Prerequisites: []evaluator.Prerequisite{{Flag: "other"}}}),
			"off",
		},
		{"a rollout", running(live(evaluator.Config{Default: on})), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &ledger.Flag{
				Variants:     []evaluator.Variant{{Name: "on"}, {Name: "off"}},
				Environments: map[string]*ledger.FlagEnvironment{"prod": &tt.here},
			}
			got, ok := f.Decided("prod")
			if got.Name != tt.want || ok != (tt.want != "") {
				t.Errorf("Decided = %q, %t; want %q", got.Name, ok, tt.want)
			}
		})
	}
}

func live(c evaluator.Config) ledger.FlagEnvironment {
	c.On, c.OffVariant = true, "off"
	return ledger.FlagEnvironment{Config: c}
}

func running(here ledger.FlagEnvironment) ledger.FlagEnvironment {
	here.Rollout = &ledger.Rollout{Status: ledger.RolloutRunning}
	return here
}

// What is decided is so since it became so, whatever is changed without changing it.
func TestDecidedSince(t *testing.T) {
	st := ledger.NewState()
	subject := ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "f"}
	seq, prev := uint64(0), ledger.Hash{}
	day := func(n uint64) time.Time { return time.Date(2026, 1, int(n), 0, 0, 0, 0, time.UTC) } //nolint:gosec // small
	happen := func(subject ledger.Subject, e ledger.Event) {
		t.Helper()
		seq++
		rec := ledger.Recorded{Seq: seq, Subject: subject, At: day(seq), Event: e, Prev: prev}
		if subject.Kind == ledger.KindProject {
			rec.Prev = ledger.Hash{}
		}
		if err := st.Apply(rec); err != nil {
			t.Fatal(err)
		}
		if f, frozen := st.FrozenAt(subject); frozen {
			t.Fatalf("event %d: %v", seq, f.Err)
		}
	}
	happen(ledger.Subject{Project: "shop", Kind: ledger.KindProject, Key: "shop"}, ledger.ProjectCreated{Name: "Shop"})
	happen(subject, ledger.FlagCreated{
		Type: "boolean", Variants: []evaluator.Variant{{Name: "on"}, {Name: "off"}}, OffVariant: "off", OnVariant: "on",
	})
	happen(subject, ledger.FlagTurnedOn{Environment: "prod"})
	rule := evaluator.Rule{ID: "r", Serve: evaluator.Serve{Variant: "on"}}
	happen(subject, ledger.FlagConfigReplaced{Environment: "prod", Config: evaluator.Config{
		OffVariant: "off", Default: evaluator.Serve{Variant: "on"}, Rules: []evaluator.Rule{rule},
	}})
	flag := func() *ledger.Flag { return st.Projects["shop"].Flags["f"] }
	if got := flag().DecidedSince("prod"); !got.Equal(day(3)) {
		t.Errorf("on for everybody since %s, want %s", got, day(3))
	}
	if got := flag().DecidedSince("dev"); !got.Equal(day(2)) {
		t.Errorf("never touched since %s, want its creation at %s", got, day(2))
	}
	happen(subject, ledger.FlagTurnedOff{Environment: "prod"})
	if got := flag().DecidedSince("prod"); !got.Equal(day(5)) {
		t.Errorf("off for everybody since %s, want %s", got, day(5))
	}
}
