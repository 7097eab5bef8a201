package notify

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

var update = flag.Bool("update", false, "rewrite the goldens in testdata")

// night is when things happen in these tests.
var night = time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC)

// recorded is an event of the flag pdf in project shop, by the rollout engine.
func recorded(seq uint64, e ledger.Event) ledger.Recorded {
	return ledger.Recorded{
		Seq: seq, ID: fmt.Sprint("event-", seq), Command: fmt.Sprint("command-", seq), At: night, Part: 1, Parts: 1,
		Subject: ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "pdf"},
		Actor:   ledger.Actor{Kind: ledger.ActorWorkflow, ID: "r1"}, Event: e,
	}
}

// by makes it a person's.
func by(rec ledger.Recorded, name, reason string) ledger.Recorded {
	rec.Actor, rec.Reason = ledger.Actor{Kind: ledger.ActorToken, ID: "k3j2h1", Name: name}, reason
	return rec
}

func evidence(v ledger.Verdict) *ledger.Evidence {
	return &ledger.Evidence{
		PlanVersion: 9, From: night.Add(-25 * time.Hour), Until: night, StageTreatment: 612, StageControl: 11_388,
		RolloutTreatment: 3_004, MixedUnits: 1, SRMP: 0.512345,
		Gates: []ledger.GateEvidence{
			{
				Metric: "invoice-errors", Verdict: ledger.VerdictPass, MaxRatio: 2, Tau: 2,
				Treatment: ledger.ArmEvidence{Units: 3_004, BadUnits: 4, Events: 9000, Bad: 4}, Control: ledger.ArmEvidence{Units: 11_388, BadUnits: 17},
				Ratio: 0.91, RatioLow: 0.2, RatioHigh: 1.9, LogEPass: 3.4, PassThreshold: 3, FailThreshold: 6,
			},
			{
				Metric: "p95-latency", Verdict: v, Reason: `"request" above 120.5 ms: 41 of 3,004 treated units against 18 of 11,388 control units`,
				MaxRatio: 1.2, Above: 120.5, Tau: 1.7,
				Treatment: ledger.ArmEvidence{Units: 3_004, BadUnits: 41}, Control: ledger.ArmEvidence{Units: 11_388, BadUnits: 18},
				Ratio: 8.63, RatioLow: 4.1, RatioHigh: 16.9, LogEFail: 9.3, FailThreshold: 6, LogEPass: 3.1, PassThreshold: 3,
			},
		},
	}
}

// otherGates are gates on values, and a check.
func otherGates() *ledger.Evidence {
	look := &ledger.EffectLook{
		Treatment: ledger.EffectArm{Units: 2000, Mean: .035}, Control: ledger.EffectArm{Units: 38_000, Mean: .0526},
		Estimate: new(.665), Low: new(.383), High: new(.985),
	}
	e := evidence(ledger.VerdictPass)
	e.Gates = []ledger.GateEvidence{
		{Metric: "paid", Verdict: ledger.VerdictFail, Reason: "paid: 3.5% in 2,000 treated units", Effect: &ledger.EffectEvidence{
			Limit: ledger.GateLimit{Kind: ledger.LimitMinRatio, Value: .9}, Rollout: look, Stage: look,
		}},
		{Metric: "revenue", Verdict: ledger.VerdictHold, Effect: &ledger.EffectEvidence{
			Limit: ledger.GateLimit{Kind: ledger.LimitMinDifference, Value: -.5}, Stage: &ledger.EffectLook{Estimate: new(-.1), Low: new(-.7)},
		}},
		{Metric: "errors", Verdict: ledger.VerdictNoData, Effect: &ledger.EffectEvidence{Limit: ledger.GateLimit{Kind: ledger.LimitMax, Value: .02}}},
		{Check: &ledger.CheckEvidence{Name: "jobs"}, Verdict: ledger.VerdictPass, Reason: "jobs: at most 2 for 5m"},
	}
	return e
}

func otherPlan() ledger.Plan {
	return ledger.Plan{Stages: []ledger.Stage{{Percentage: 5_000}}, Gates: []ledger.Gate{
		{Metric: "paid", MinRatio: .9},
		{Metric: "paid", Goal: true},
		{Metric: "errors", Max: new(.02)},
		{Check: &ledger.Check{Name: "jobs", Source: "prom", Query: "up", Max: new(2.0)}},
		{Check: &ledger.Check{Name: "support", Source: "desk"}},
	}}
}

// TestWords compares what people read with testdata/words.txt.
func TestWords(t *testing.T) {
	plan := ledger.Plan{
		Stages: []ledger.Stage{{Percentage: 5_000}, {Percentage: 25_000}, {Percentage: ledger.All}},
		Gates:  []ledger.Gate{{Metric: "invoice-errors", MaxRatio: 2}},
	}
	back := recorded(1, ledger.RolloutRolledBack{Environment: "production", Rollout: "r1", Stage: 1, From: 25_000, Evidence: evidence(ledger.VerdictFail)})
	back.Reason = evidence(ledger.VerdictFail).Gates[1].Reason
	key := recorded(12, ledger.AccessKeyCreated{Key: ledger.AccessKey{Kind: ledger.AccessServer, Name: "api", Hash: "0badc0de", Environment: "production"}})
	key.Subject = ledger.Subject{Project: "shop", Kind: ledger.KindAccessKey, Key: "k1"}
	var got strings.Builder
	for _, events := range [][]ledger.Recorded{
		{back},
		{recorded(2, ledger.RolloutRolledBack{Environment: "production", From: 5_000})},
		{by(recorded(3, ledger.RolloutStarted{Environment: "production", Plan: plan, Treatment: "new", Control: "old", By: "accountId", Percentage: 5_000}), "ann", "new engine"), recorded(3, ledger.FlagTurnedOn{Environment: "production"})},
		{recorded(4, ledger.RolloutAdvanced{Environment: "production", To: 1, Percentage: 25_000, Evidence: evidence(ledger.VerdictPass)})},
		{recorded(5, ledger.RolloutCompleted{Environment: "production"}), recorded(5, ledger.RolloutAdvanced{Environment: "production", From: 1, To: 2, Percentage: ledger.All, Evidence: evidence(ledger.VerdictPass)})},
		{recorded(6, ledger.RolloutHeld{Environment: "production", Hold: ledger.HoldNoMetric, Alert: true})},
		{recorded(7, ledger.RolloutHeld{Environment: "production", Hold: ledger.HoldSoak})},
		{recorded(8, ledger.RolloutPaused{Environment: "production", Evidence: evidence(ledger.VerdictFail)})},
		{by(recorded(9, ledger.RolloutAborted{Environment: "production", From: 25_000}), "", "customers call")},
		{recorded(9, ledger.FlagTurnedStale{Since: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC), Findings: []ledger.StaleFinding{
			{Rule: "one-sided", Message: `serves "on" to everybody in every environment for 51 days: replace it in the code by true`},
		}})},
		{by(recorded(10, ledger.FlagTurnedOff{Environment: "production"}), "ann", "invoices are empty"), recorded(10, ledger.RolloutPaused{Environment: "production"})},
		{by(recorded(11, ledger.FlagConfigReplaced{Environment: "staging"}), "bob", "")},
		{key},
		{recorded(13, ledger.RolloutRolledBack{Environment: "production", Stage: 1, From: 25_000, Evidence: otherGates()})},
		{recorded(14, ledger.RolloutStarted{Environment: "production", Plan: otherPlan(), Treatment: "new", Control: "old", Percentage: 5_000})},
	} {
		m := Build(events[0], events[1:]...)
		text, err := plain(worded{Message: m})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "=== %s, %s\n%s\n", m.Kind, m.Severity, text)
	}
	golden(t, "words.txt", got.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestEveryKindHasWords builds a message of every event that was ever written.
func TestEveryKindHasWords(t *testing.T) {
	files, err := filepath.Glob("../../ledger/testdata/events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no events: %v", err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(filepath.Base(path), "@")
		rec := ledger.Decode(ledger.Stored{Seq: 7, Subject: "ledger.shop.flag.pdf", Data: data})
		m := Build(rec)
		if m.Kind != kind || !slices.Contains(Kinds(), kind) || !strings.Contains(m.Title, "pdf") || m.Actor == "" || m.ID == "" || m.Seq != 7 {
			t.Errorf("%s: %+v", kind, m)
		}
		if text, err := json.Marshal(m); err != nil || strings.Contains(strings.ReplaceAll(string(text), `"hash":""`, ""), `"hash"`) {
			t.Errorf("%s: %s: %v", kind, text, err)
		}
	}
}

// TestLargeEventIsLeftOut keeps a list of targets from making a message that no
// receiver takes.
func TestLargeEventIsLeftOut(t *testing.T) {
	e := ledger.FlagDetailsChanged{Details: ledger.FlagDetails{Description: strings.Repeat("x", MaxEvent)}}
	if m := Build(recorded(1, e)); m.Event != nil {
		t.Errorf("%d bytes of event", len(m.Event))
	}
}
