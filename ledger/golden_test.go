package ledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// TestGoldenEvents decodes every event that any release ever wrote. The files
// in testdata/events are append-only: -update adds the missing ones and never
// touches those that exist.
func TestGoldenEvents(t *testing.T) {
	if *update {
		writeMissingGoldens(t)
	}
	for _, typeAt := range ledger.Types() {
		t.Run(typeAt, func(t *testing.T) {
			want, err := os.ReadFile(goldenFile(typeAt))
			if err != nil {
				t.Fatalf("every type@version needs a golden; run with -update: %v", err)
			}
			rec := ledger.Decode(ledger.Stored{Seq: 7, Subject: "ledger.shop.flag.pdf", Data: want})
			if u, ok := rec.Event.(ledger.Unknown); ok {
				t.Fatalf("no longer decodes: %v", u.Err)
			}
			if name, _, _ := strings.Cut(typeAt, "@"); ledger.TypeOf(rec.Event) != name {
				t.Errorf("decodes as %s", ledger.TypeOf(rec.Event))
			}
			got, err := ledger.Encode(rec)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(compact(t, want)), string(got)); diff != "" {
				t.Errorf("re-encoding changes it (-stored +now):\n%s", diff)
			}
		})
	}
}

func goldenFile(typeAt string) string { return filepath.Join("testdata", "events", typeAt+".json") }

func compact(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func writeMissingGoldens(t *testing.T) {
	t.Helper()
	at := time.Date(2026, 11, 22, 3, 4, 5, 600_000_000, time.UTC)
	for _, e := range samples(at) {
		file := goldenFile(ledger.TypeOf(e) + "@1")
		if _, err := os.Stat(file); err == nil {
			continue
		}
		data, err := ledger.Encode(ledger.Recorded{
			ID: "0193f5a0-0000-7000-8000-000000000001", At: at, Reason: "why it was done",
			Actor:   ledger.Actor{Kind: ledger.ActorToken, ID: "k3j2h1g0f9", Name: "ann"},
			Command: "0193f5a0-0000-7000-8000-000000000002", Cause: "0193f5a0-0000-7000-8000-000000000003",
			Part: 1, Parts: 2, Event: e,
		})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := json.Indent(&out, data, "", "  "); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(out.Bytes(), '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// samples has one event of each type with every field set.
func samples(at time.Time) []ledger.Event {
	config := evaluator.Config{
		On: true, OffVariant: "off",
		Prerequisites: []evaluator.Prerequisite{{Flag: "base", Variants: []string{"on"}}},
		Targets:       []evaluator.Target{{Variant: "on", By: "accountId", Values: []string{"a1"}}},
		Rules: []evaluator.Rule{{
			ID: "r1", Description: "free plans",
			Clauses: []evaluator.Clause{{
				Attribute: "plan", Op: evaluator.OpIn, Values: []json.RawMessage{[]byte(`"free"`)}, Negate: true,
			}},
			Serve: evaluator.Serve{Split: &evaluator.Split{
				By: "accountId", Salt: "s",
				Weights: []evaluator.Weight{{Variant: "on", Weight: 50_000}, {Variant: "off", Weight: 50_000}},
				Include: &evaluator.Include{Weight: 20_000, Salt: "i", Otherwise: "off"},
			}},
		}},
		Default: evaluator.Serve{Variant: "on"},
	}
	variants := []evaluator.Variant{{Name: "on", Value: []byte("true")}, {Name: "off", Value: []byte("false")}}
	details := ledger.FlagDetails{
		Name: "Engine", Description: "New PDF engine", Owner: "billing", Tags: []string{"pdf"}, Permanent: true, RemoveBy: &at,
	}
	plan := ledger.DefaultPlan()
	plan.Interval, plan.Watermark, plan.NoDataGrace = ledger.Duration(time.Minute), ledger.Duration(10*time.Second), ledger.Duration(time.Hour)
	plan.Stages[0].MinExpected = 12.5
	metric := ledger.Metric{
		Name: "p95", Kind: ledger.MetricQuantile, Event: "request", Quantile: 0.95, Unit: "ms", Window: ledger.Duration(time.Hour),
	}
	evidence := sampleEvidence(at)
	segment := evaluator.Segment{
		Version: 3, Included: []evaluator.SegmentList{{By: "accountId", Values: []string{"a1"}}},
		Excluded: []evaluator.SegmentList{{Values: []string{"u1"}}},
		Rules:    []evaluator.SegmentRule{{Clauses: config.Rules[0].Clauses}},
	}
	return []ledger.Event{
		ledger.ProjectCreated{Name: "The shop"},
		ledger.EnvironmentCreated{Environment: "prod", Name: "Production", Production: true, ReasonRequired: true},
		ledger.EnvironmentChanged{Environment: "prod", Name: "Live", Production: true, ReasonRequired: true},
		ledger.FlagCreated{
			Type: "boolean", Salt: "pdf", Variants: variants, OffVariant: "off", OnVariant: "on", Details: details,
		},
		ledger.FlagDetailsChanged{Details: details},
		ledger.FlagVariantsReplaced{Variants: variants},
		ledger.FlagConfigReplaced{Environment: "prod", Config: config},
		ledger.FlagTurnedOn{Environment: "prod"},
		ledger.FlagTurnedOff{Environment: "prod"},
		ledger.FlagArchived{},
		ledger.FlagRestored{},
		ledger.FlagTurnedStale{Since: at, Findings: []ledger.StaleFinding{
			{Rule: "served-to-all", Environment: "prod", Since: at, Message: `serves "on" to everybody in prod`},
		}},
		ledger.FlagStalenessEnded{},
		ledger.FlagChangeScheduled{
			Environment: "prod", Schedule: "launch", At: at, Change: ledger.PlannedChange{Kind: ledger.ChangeConfig, Config: &config},
		},
		ledger.FlagScheduledChangeCancelled{Environment: "prod", Schedule: "launch"},
		ledger.FlagScheduledChangeExecuted{
			Environment: "prod", Schedule: "launch", At: at, Author: ledger.Actor{Kind: ledger.ActorToken, ID: "k3j2h1g0f9", Name: "ann"},
		},
		ledger.FlagScheduledChangeRefused{
			Environment: "prod", Schedule: "launch", At: at, Author: ledger.Actor{Kind: ledger.ActorToken, ID: "k3j2h1g0f9", Name: "ann"},
			Refusal: ledger.RefusedAuthority, Message: "its author's token k3j2h1g0f9 (ann) was revoked",
		},
		ledger.RolloutStarted{
			Environment: "prod", Rollout: "r1", PlanKey: "default", PlanVersion: 9, Plan: plan,
			Metrics: map[string]ledger.Metric{"p95-latency": metric}, Treatment: "on", Control: "off", By: "accountId",
			Percentage: 5000,
		},
		ledger.RolloutAdvanced{Environment: "prod", Rollout: "r1", From: 0, To: 1, Percentage: 12_345, Evidence: evidence},
		ledger.RolloutCompleted{Environment: "prod", Rollout: "r1", Evidence: evidence},
		ledger.RolloutRolledBack{Environment: "prod", Rollout: "r1", Stage: 1, From: 25_000, Evidence: evidence},
		ledger.RolloutSteppedBack{Environment: "production", Rollout: "pdf-1", From: 2, To: 1, Percentage: 25_000, Evidence: evidence},
		ledger.RolloutApproved{Environment: "production", Rollout: "pdf-1", Stage: 1, Point: ledger.AfterStage},
		ledger.RolloutHeld{
			Environment: "prod", Rollout: "r1", Stage: 1, Hold: ledger.HoldNoTraffic, Alert: true, Evidence: evidence,
		},
		ledger.RolloutPaused{Environment: "prod", Rollout: "r1", Evidence: evidence},
		ledger.RolloutResumed{Environment: "prod", Rollout: "r1"},
		ledger.RolloutAborted{Environment: "prod", Rollout: "r1", From: 5000},
		ledger.ExperimentStarted{
			Environment: "prod", Experiment: "x1", By: "accountId", Metrics: map[string]ledger.Metric{"p95-latency": metric},
			Design: ledger.ExperimentDesign{
				Name: "Redesign", Hypothesis: "more sign up", Rule: "beta", Control: "off", Goals: []string{"signup"},
				Guardrails: []string{"p95-latency"}, Alpha: 0.1, Tuning: 9000, Before: ledger.Duration(time.Hour),
			},
		},
		ledger.ExperimentRecorded{
			Environment: "prod", Experiment: "x2", Metrics: map[string]ledger.Metric{"p95-latency": metric},
			Design: ledger.ExperimentDesign{Control: "off", Goals: []string{"p95-latency"}},
			Split:  evaluator.Split{By: "accountId", Weights: []evaluator.Weight{{Variant: "on", Weight: 50_000}, {Variant: "off", Weight: 50_000}}},
			From:   at, Until: at.Add(time.Hour),
		},
		ledger.ExperimentEnded{Environment: "prod", Experiment: "x1"},
		ledger.ExperimentDecided{Environment: "prod", Experiment: "x1", Variant: "on", Evidence: &ledger.ExperimentEvidence{
			From: at, Until: at.Add(time.Hour), SRMP: 0.5, Variants: []ledger.VariantEvidence{{Variant: "on", Units: 612, Expected: 600.5}},
			Metrics: []ledger.MetricEvidence{{
				Metric: "signup", Role: ledger.Goal, Variant: "on", Finding: ledger.FindingBetter, Reason: "no events",
				ControlUnits: 588, TreatmentUnits: 612, Control: new(.1), Treatment: new(.12), Difference: &ledger.Estimate{Value: .02},
				Lift: &ledger.Estimate{Value: .2, Low: new(.1), High: new(.3)}, P: new(.01), AdjustedP: new(.02), Explained: .4,
			}},
		}},
		ledger.SegmentSaved{Name: "Beta", Segment: segment},
		ledger.SegmentArchived{},
		ledger.MetricSaved{Metric: metric},
		ledger.MetricArchived{},
		ledger.PlanSaved{Plan: plan},
		ledger.PlanArchived{},
		ledger.AccessKeyCreated{Key: ledger.AccessKey{
			Kind: ledger.AccessServer, Name: "web", Hash: strings.Repeat("0a", 32), Role: ledger.RoleEditor,
			Project: "shop", Environment: "prod", ExpiresAt: &at,
		}},
		ledger.AccessKeyRevoked{},
	}
}

func sampleEvidence(at time.Time) *ledger.Evidence {
	return &ledger.Evidence{
		PlanVersion: 9, From: at, Until: at.Add(time.Hour), StageTreatment: 612, StageControl: 11_388,
		RolloutTreatment: 612, MixedUnits: 1, SRMP: 0.5,
		Gates: []ledger.GateEvidence{{
			Metric: "p95-latency", Verdict: ledger.VerdictFail, Reason: "slower", MaxRatio: 1.2, Above: 120.5, Tau: 1.7,
			Treatment: ledger.ArmEvidence{Units: 612, BadUnits: 41, Events: 900, Bad: 50},
			Control:   ledger.ArmEvidence{Units: 11_388, BadUnits: 118, Events: 17_000, Bad: 150},
			Ratio:     6.5, RatioLow: 4.1, RatioHigh: 9.9, LogEFail: 9.3, FailThreshold: 6, LogEPass: -3, PassThreshold: 3,
			LogEBreaker: 1, BreakerThreshold: 5.3, Expected: 11, MinExpected: 10,
		}},
	}
}

// TestSamplesAreComplete keeps samples, and with it the goldens, in step with
// the codec.
func TestSamplesAreComplete(t *testing.T) {
	var have []string
	for _, e := range samples(time.Unix(0, 0)) {
		have = append(have, ledger.TypeOf(e)+"@1")
	}
	want := slices.DeleteFunc(ledger.Types(), func(s string) bool { return !strings.HasSuffix(s, "@1") })
	slices.Sort(have)
	slices.Sort(want)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("samples (-codec +samples):\n%s", diff)
	}
}

func TestDecodeNeverFails(t *testing.T) {
	for name, s := range map[string]ledger.Stored{
		"not JSON":        {Seq: 1, Subject: "ledger.shop.flag.pdf", Data: []byte("{")},
		"unknown type":    {Seq: 1, Subject: "ledger.shop.flag.pdf", Data: []byte(`{"type":"flag.exploded","v":1,"data":{}}`)},
		"unknown version": {Seq: 1, Subject: "ledger.shop.flag.pdf", Data: []byte(`{"type":"flag.created","v":99,"data":{}}`)},
		"wrong data":      {Seq: 1, Subject: "ledger.shop.flag.pdf", Data: []byte(`{"type":"flag.created","v":1,"data":[]}`)},
		"bad subject":     {Seq: 1, Subject: "elsewhere", Data: []byte(`{}`)},
	} {
		t.Run(name, func(t *testing.T) {
			u, ok := ledger.Decode(s).Event.(ledger.Unknown)
			if !ok || u.Err == nil {
				t.Fatalf("decoded as %#v", u)
			}
			if strings.HasPrefix(name, "unknown") != errors.Is(u.Err, ledger.ErrUnknownEvent) {
				t.Errorf("err = %v", u.Err)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("ledger.shop.flag.pdf", b)
	}
	f.Fuzz(func(t *testing.T, subject string, data []byte) {
		rec := ledger.Decode(ledger.Stored{Seq: 1, Subject: subject, Data: data})
		if rec.Event == nil {
			t.Fatal("no event")
		}
		if err := ledger.NewState().Apply(rec); err != nil {
			t.Fatal(err)
		}
	})
}
