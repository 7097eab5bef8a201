package ledger_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// TestRevert takes a flag through random changes, brings it back to what it was at
// a random moment, and wants it to be that again; then undoes the undoing.
func TestRevert(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		st, past := ledger.NewState(), map[uint64]*ledger.Flag{}
		seq := func(cmd ledger.Command) error {
			d, err := ledger.Decide(st, cmd, whenever)
			if err != nil {
				return err
			}
			for i, c := range d.Changes {
				rec := ledger.Recorded{Seq: st.Seq + 1, Subject: c.Subject, At: whenever, Command: fmt.Sprint(st.Seq), Part: i + 1, Parts: len(d.Changes), Event: c.Event}
				if err := st.Apply(roundTrip(t, rec)); err != nil {
					rt.Fatal(err)
				}
			}
			past[st.Seq] = st.Projects["shop"].Flags["pdf"]
			return nil
		}
		for _, cmd := range []ledger.Command{
			ledger.CreateProject{Project: "shop", Environments: []ledger.Environment{{Key: "prod"}, {Key: "dev"}}},
			ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}},
		} {
			if err := seq(cmd); err != nil {
				rt.Fatal(err)
			}
		}
		var moments []uint64
		for range rapid.IntRange(1, 12).Draw(rt, "changes") {
			_ = seq(randomChange(rt)) // some are refused
			moments = append(moments, st.Seq)
		}
		p := st.Projects["shop"]
		for range 2 {
			to := rapid.SampledFrom(moments).Draw(rt, "to")
			target, err := ledger.Revert(p, p.Flags["pdf"], past[to], nil)
			if err != nil {
				rt.Fatal(err)
			}
			if p.Flags["pdf"].Archived && past[to].Archived {
				continue
			}
			if err := seq(ledger.ConvergeFlags{Project: "shop", Targets: []ledger.FlagTarget{target}}); err != nil {
				rt.Fatalf("to %d: %v", to, err)
			}
			if diff := cmp.Diff(what(past[to]), what(st.Projects["shop"].Flags["pdf"])); diff != "" {
				rt.Fatalf("to %d (-then +now):\n%s", to, diff)
			}
			moments = append(moments, st.Seq)
		}
	})
}

// what is all of a flag that can be reverted, as JSON; of an archived one that it is.
func what(f *ledger.Flag) string {
	if f.Archived {
		return "archived"
	}
	v := map[string]any{"details": f.Details, "variants": f.Variants}
	for _, env := range []string{"prod", "dev"} {
		v[env] = f.In(env).Config
	}
	b, _ := json.MarshalIndent(v, "", " ")
	return string(b)
}

func randomChange(rt *rapid.T) ledger.Command {
	ref := ledger.FlagRef{Project: "shop", Flag: "pdf"}
	at := ledger.PlaceRef{FlagRef: ref, Environment: rapid.SampledFrom([]string{"prod", "dev"}).Draw(rt, "environment")}
	on := rapid.IntRange(0, evaluator.TotalWeight).Draw(rt, "weight")
	return rapid.SampledFrom([]ledger.Command{
		ledger.TurnOn{PlaceRef: at},
		ledger.TurnOff{PlaceRef: at},
		ledger.ArchiveFlag{FlagRef: ref},
		ledger.RestoreFlag{FlagRef: ref},
		ledger.ChangeFlagDetails{FlagRef: ref, Details: ledger.FlagDetails{Owner: fmt.Sprint(on % 7), Permanent: on%2 == 0}},
		ledger.ReplaceConfig{PlaceRef: at, Config: evaluator.Config{Default: evaluator.Serve{Variant: []string{"on", "off"}[on%2]}}},
		ledger.ReplaceConfig{PlaceRef: at, Config: evaluator.Config{Default: evaluator.Serve{Split: &evaluator.Split{
			Weights: []evaluator.Weight{{Variant: "on", Weight: on}, {Variant: "off", Weight: evaluator.TotalWeight - on}},
		}}}},
		ledger.ReplaceVariants{FlagRef: ref, Variants: []evaluator.Variant{
			{Name: "on", Value: json.RawMessage("true")},
			{Name: "off", Value: json.RawMessage("false")},
			{Name: fmt.Sprint("v", on%3), Value: json.RawMessage("true")},
		}},
	}).Draw(rt, "change")
}

var whenever = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
