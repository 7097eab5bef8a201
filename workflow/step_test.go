package workflow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// running is a rollout in the first of two stages, with one gate.
func running() workflow.Active {
	return workflow.Active{Project: project, Flag: flagKey, Environment: environment, Rollout: ledger.Rollout{
		ID: rolloutID, Environment: environment, Status: ledger.RolloutRunning, StartedAt: began,
		Treatment: "on", Control: "off",
		Plan: ledger.Plan{
			Stages: []ledger.Stage{{Percentage: 5000, MinSoak: ledger.Duration(time.Hour)}, {Percentage: ledger.All}},
			Gates:  []ledger.Gate{{Metric: "error-rate", MaxRatio: 2}},
		},
		Spans: []ledger.Span{{Percentage: 5000, First: 7, From: began}},
	}}
}

// found is a look at which everything is well but for the gate's verdict.
func found(verdict ledger.Verdict, now time.Time) workflow.Verdicts {
	return workflow.Verdicts{
		Newest: now.Add(-time.Minute), Complete: now,
		Evidence: ledger.Evidence{
			StageTreatment: 600, StageControl: 11_400, RolloutTreatment: 600, SRMP: 1,
			Gates: []ledger.GateEvidence{{Metric: "error-rate", Verdict: verdict, Expected: 20, MinExpected: 10}},
		},
	}
}

// TestStepOrder holds the order of the rules: each row has everything wrong
// that the rows below it have.
func TestStepOrder(t *testing.T) {
	now := began.Add(time.Minute)
	v := found(ledger.VerdictFail, now)
	v.Complete = now.Add(-time.Hour)
	v.Evidence.StageTreatment, v.Evidence.SRMP = 0, 0
	steps := []struct {
		name string
		mend func()
		want workflow.Kind
		hold ledger.HoldReason
	}{
		{"the source is behind", func() {}, workflow.KindHold, ledger.HoldNoSource},
		{"the gate fails", func() { v.Complete = now }, workflow.KindRollBack, ""},
		{"nobody is treated", func() { v.Evidence.Gates[0].Verdict = ledger.VerdictNoData }, workflow.KindHold, ledger.HoldNoTraffic},
		{"the metric is missing", func() { v.Evidence.StageTreatment = 4 }, workflow.KindHold, ledger.HoldNoMetric},
		{"the split is wrong", func() { v.Evidence.Gates[0].Verdict = ledger.VerdictHold }, workflow.KindHold, ledger.HoldUnhealthy},
		{"the stage is young", func() { v.Evidence.SRMP = .5 }, workflow.KindHold, ledger.HoldSoak},
		{"four units are treated", func() { now = began.Add(2 * time.Hour); v.Complete, v.Newest = now, now }, workflow.KindHold, ledger.HoldMinSample},
		{"little was expected", func() { v.Evidence.StageTreatment = 600; v.Evidence.Gates[0].Expected = 9 }, workflow.KindHold, ledger.HoldMinSample},
		{"the gate holds", func() { v.Evidence.Gates[0].Expected = 10 }, workflow.KindHold, ledger.HoldCollecting},
		{"the gate passes", func() { v.Evidence.Gates[0].Verdict = ledger.VerdictPass }, workflow.KindAdvance, ""},
	}
	for _, s := range steps {
		s.mend()
		got := workflow.Step(running(), v, now)
		h, _ := got.(workflow.Hold)
		if workflow.KindOf(got) != s.want || h.Hold != s.hold {
			t.Errorf("%s: %+v, want %s %s", s.name, got, s.want, s.hold)
		}
	}
}

func TestStepThresholds(t *testing.T) {
	now := began.Add(2 * time.Hour)
	tests := []struct {
		name   string
		change func(*workflow.Active, *workflow.Verdicts)
		want   workflow.Kind
		hold   ledger.HoldReason
		alert  bool
	}{
		{"as it is", func(*workflow.Active, *workflow.Verdicts) {}, workflow.KindAdvance, "", false},
		{"soak ends this moment", func(a *workflow.Active, _ *workflow.Verdicts) {
			a.Rollout.Plan.Stages[0].MinSoak = ledger.Duration(2 * time.Hour)
		}, workflow.KindAdvance, "", false},
		{"soak ends in a moment", func(a *workflow.Active, _ *workflow.Verdicts) {
			a.Rollout.Plan.Stages[0].MinSoak = ledger.Duration(2*time.Hour + 1)
		}, workflow.KindHold, ledger.HoldSoak, false},
		{"source as late as it may be", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Complete = now.Add(-workflow.SourceLag - workflow.DefaultWatermark)
		}, workflow.KindAdvance, "", false},
		{"source a moment later", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Complete = now.Add(-workflow.SourceLag - workflow.DefaultWatermark - 1)
		}, workflow.KindHold, ledger.HoldNoSource, false},
		{"source gone for five minutes", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Complete = now.Add(-workflow.SourceAlert)
		}, workflow.KindHold, ledger.HoldNoSource, true},
		{"p-value on the limit", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Evidence.SRMP = workflow.MinSRMP
		}, workflow.KindAdvance, "", false},
		{"mixed units just below 1%", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Evidence.MixedUnits = 119
		}, workflow.KindAdvance, "", false},
		{"mixed units at 1%", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Evidence.MixedUnits = 120
		}, workflow.KindHold, ledger.HoldUnhealthy, true},
		{"silence just below the grace", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Newest = now.Add(-time.Hour + 1)
		}, workflow.KindAdvance, "", false},
		{"silence for the grace", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Newest = now.Add(-time.Hour)
		}, workflow.KindHold, ledger.HoldNoTraffic, true},
		{"five treated units", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Evidence.StageTreatment = 5
		}, workflow.KindAdvance, "", false},
		{"paused", func(a *workflow.Active, _ *workflow.Verdicts) {
			a.Rollout.Status = ledger.RolloutOnHold
		}, workflow.KindWait, "", false},
		{"a gate that was not judged", func(_ *workflow.Active, v *workflow.Verdicts) {
			v.Evidence.Gates = nil
		}, workflow.KindHold, ledger.HoldCollecting, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, v := running(), found(ledger.VerdictPass, now)
			tt.change(&a, &v)
			got := workflow.Step(a, v, now)
			h, _ := got.(workflow.Hold)
			if workflow.KindOf(got) != tt.want || h.Hold != tt.hold || h.Alert != tt.alert {
				t.Errorf("%+v, want %s %s, alert %v", got, tt.want, tt.hold, tt.alert)
			}
		})
	}
}

// TestStepWaitsOnceHeld: a hold that is recorded is not recorded again, until
// it becomes an alert.
func TestStepWaitsOnceHeld(t *testing.T) {
	now := began.Add(30*time.Minute + 15*time.Second)
	a, v := running(), found(ledger.VerdictHold, now)
	a.Rollout.Hold = &ledger.RolloutHeld{Hold: ledger.HoldSoak}
	got, ok := workflow.Step(a, v, now).(workflow.Wait)
	// The bucket that ends at 09:31 can be judged 10 seconds later.
	if want := began.Add(31*time.Minute + 10*time.Second); !ok || got.Hold != ledger.HoldSoak || !got.Next.Equal(want) {
		t.Errorf("%+v, want to wait until %v", got, want)
	}
	a.Rollout.Plan.Stages[0].MinSoak = ledger.Duration(30*time.Minute + 20*time.Second)
	got, ok = workflow.Step(a, v, now).(workflow.Wait)
	if want := began.Add(30*time.Minute + 20*time.Second); !ok || !got.Next.Equal(want) {
		t.Errorf("%+v, want to wait for the soak to end at %v", got, want)
	}
	v.SourceErr = errDown
	held, _ := workflow.Step(a, v, now).(workflow.Hold)
	a.Rollout.Hold = &ledger.RolloutHeld{Hold: held.Hold, Evidence: &held.Evidence}
	if d, ok := workflow.Step(a, v, now.Add(time.Minute)).(workflow.Wait); !ok {
		t.Errorf("a minute without source: %+v", d)
	}
	if h, ok := workflow.Step(a, v, now.Add(6*time.Minute)).(workflow.Hold); !ok || !h.Alert {
		t.Errorf("six minutes without source: %+v", h)
	}
}

// TestNoSourceKeepsLimits: the evidence recorded while the source is away must
// not lose the limit of a quantile gate.
func TestNoSourceKeepsLimits(t *testing.T) {
	now := began.Add(time.Minute)
	a := running()
	a.Rollout.Evidence = &ledger.Evidence{Gates: []ledger.GateEvidence{
		{Metric: "p95-latency", Verdict: ledger.VerdictPass, MaxRatio: 1.2, Above: 480, Tau: 2},
	}}
	h, _ := workflow.Step(a, workflow.Verdicts{SourceErr: errDown}, now).(workflow.Hold)
	if len(h.Evidence.Gates) != 1 || h.Evidence.Gates[0].Above != 480 || h.Evidence.Gates[0].Tau != 2 {
		t.Errorf("evidence %+v has lost the limit", h.Evidence)
	}
	if v := h.Evidence.Gates[0].Verdict; v != ledger.VerdictNoData {
		t.Errorf("the gate's verdict is %s without a source", v)
	}
	if v := a.Rollout.Evidence.Gates[0].Verdict; v != ledger.VerdictPass {
		t.Errorf("Step has changed its argument: %s", v)
	}
}

// TestStepNeverActsWithoutData: whatever else is true, without a source, an
// arm or a metric nothing advances, and nothing rolls back unless a gate that
// has data fails. And Step gives the same answer twice.
func TestStepNeverActsWithoutData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := began.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "minutes")) * time.Minute)
		a, v := running(), found(ledger.VerdictPass, now)
		verdicts := []ledger.Verdict{ledger.VerdictPass, ledger.VerdictHold, ledger.VerdictFail, ledger.VerdictNoData}
		v.Evidence.Gates = append(v.Evidence.Gates, v.Evidence.Gates[0])
		for i := range v.Evidence.Gates {
			v.Evidence.Gates[i].Verdict = rapid.SampledFrom(verdicts).Draw(t, "verdict")
		}
		a.Rollout.Plan.Gates = append(a.Rollout.Plan.Gates, a.Rollout.Plan.Gates[0])
		fails := v.Evidence.Gates[0].Verdict == ledger.VerdictFail || v.Evidence.Gates[1].Verdict == ledger.VerdictFail
		source := true
		switch rapid.IntRange(0, 3).Draw(t, "missing") {
		case 0:
			v.SourceErr, source = errDown, false
		case 1:
			v.Complete, source = now.Add(-time.Hour), false
		case 2:
			v.Evidence.StageTreatment = 0
		default:
			v.Evidence.Gates[1].Verdict = ledger.VerdictNoData
			fails = v.Evidence.Gates[0].Verdict == ledger.VerdictFail
		}
		got := workflow.Step(a, v, now)
		if want := source && fails; (workflow.KindOf(got) == workflow.KindRollBack) != want || workflow.KindOf(got) == workflow.KindAdvance {
			t.Errorf("%+v from %+v", got, v)
		}
		if diff := cmp.Diff(got, workflow.Step(a, v, now)); diff != "" {
			t.Errorf("a second answer (-first +second):\n%s", diff)
		}
	})
}
