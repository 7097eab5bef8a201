package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
)

func TestGateWords(t *testing.T) {
	limit := .02
	for want, g := range map[string]ledger.Gate{
		"errors stays below 2× control":                    {Metric: "errors", MaxRatio: 2},
		"paid stays above 0.9× control (dry run)":          {Metric: "paid", MinRatio: .9, DryRun: true},
		"size rises by less than 10 over the control":      {Metric: "size", MaxDifference: 10},
		"revenue falls by less than 0.5 under the control": {Metric: "revenue", MinDifference: -.5},
		"errors stays below 0.02":                          {Metric: "errors", Max: &limit},
		"paid stays above 0.02":                            {Metric: "paid", Min: &limit},
		"paid is better than the control's":                {Metric: "paid", Goal: true},
	} {
		if got := gateWords(g); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestEffectEvidenceWords(t *testing.T) {
	estimate, low, high := .665, .383, .985
	got := effectEvidenceWords(ledger.GateEvidence{
		Metric: "paid", Verdict: ledger.VerdictFail, Reason: "paid: 3.5% in 2,000 treated units",
		Effect: &ledger.EffectEvidence{
			Limit: ledger.GateLimit{Kind: ledger.LimitMinRatio, Value: .9}, Alert: .9487, FailAlpha: .02, PassAlpha: .05, Tuning: 5000,
			Rollout: &ledger.EffectLook{
				Treatment: ledger.EffectArm{Units: 2000, Mean: .035}, Control: ledger.EffectArm{Units: 38_000, Mean: .05263},
				Estimate: &estimate, Low: &low, High: &high,
			},
		},
	}, ledger.Metric{})
	want := []string{
		"gate " + bold("paid") + " (stays above 0.9× control): " + red("fail") + " - 3.5% in 2,000 treated units",
		"  rollout   treatment 0.035 in 2,000 units, control 0.05263 in 38,000 units; ratio 0.665, between 0.383 and 0.985",
		"  bounds    hold at all looks together; wrong passes 5%, wrong failures 2%; fails from 0.9487, if harm is shown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}
