package notify

import (
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Sample is the message of a rollback that did not happen, for trying a channel.
func Sample(at time.Time) Message {
	gate := ledger.GateEvidence{
		Metric: "invoice-errors", Verdict: ledger.VerdictFail, MaxRatio: 2, Tau: 2,
		Reason: `failed "invoice.render": 17 of 284 treated units against 66 of 5,132 control units, ` +
			"4.78 times the control's rate; evidence of harm e^8.7, fails from e^6.0",
		Treatment: ledger.ArmEvidence{Units: 284, BadUnits: 17, Events: 402, Bad: 19},
		Control:   ledger.ArmEvidence{Units: 5132, BadUnits: 66, Events: 7490, Bad: 71},
		Ratio:     4.78, RatioLow: 2.41, RatioHigh: 9.02,
		LogEFail: 8.7, FailThreshold: 6, LogEPass: -4, PassThreshold: 3, BreakerThreshold: 5.3, Expected: 3.7, MinExpected: 10,
	}
	m := Build(ledger.Recorded{
		Seq: 4711, ID: "sample-" + at.UTC().Format("20060102T150405.000"), At: at,
		Subject: ledger.Subject{Project: "default", Kind: ledger.KindFlag, Key: "new-pdf-engine"},
		Actor:   ledger.Actor{Kind: ledger.ActorWorkflow, ID: "sample"}, Reason: gate.Reason,
		Event: ledger.RolloutRolledBack{
			Environment: "production", Rollout: "sample", Stage: 1, From: 25_000,
			Evidence: &ledger.Evidence{
				From: at.Add(-26 * time.Hour), Until: at.Add(-10 * time.Second), StageTreatment: 231, StageControl: 5132,
				RolloutTreatment: 284, SRMP: 0.74, Gates: []ledger.GateEvidence{gate},
			},
		},
	})
	m.Title = "TEST, nothing happened: " + m.Title
	return m
}
