package workflow_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

var (
	errorGate   = ledger.Gate{Metric: "error-rate", MaxRatio: 2}
	errorMetric = ledger.Metric{Kind: ledger.MetricErrorRate, Event: "request"}
)

// minute is what happens in a minute of inputs.
type minute struct{ requests, bad pair }

// inputs make a stage of 600 treated and 11,400 control units that all have
// reported by the end.
func inputs(minutes ...minute) workflow.Inputs {
	in := workflow.Inputs{Gates: 1, MinExpected: 10, Exposed: analytics.Exposed{
		Rows:      []analytics.ExposedRow{{Cohort: analytics.Fresh, Treatment: 600, Control: 11_400}},
		Treatment: analytics.ExposedArm{Units: 600}, Control: analytics.ExposedArm{Units: 11_400},
	}}
	s := &in.Series
	s.Start, s.StageStart = began, began
	for i, m := range minutes {
		at := began.Add(time.Duration(i) * time.Minute)
		s.Until = at.Add(time.Minute)
		s.Units = append(s.Units, stats.Row{
			Cohort: analytics.Fresh, At: at, NT: 600, XT: m.bad.t, NC: 11_400, XC: m.bad.c,
		})
		if m.requests != (pair{}) {
			s.Requests = append(s.Requests, stats.Row{At: at, NT: m.requests.t, XT: m.bad.t, NC: m.requests.c, XC: m.bad.c})
		}
		count(&s.Treatment, 600, m.requests.t, m.bad.t, m.bad.t, at)
		count(&s.Control, 11_400, m.requests.c, m.bad.c, m.bad.c, at)
	}
	s.StageTreatment, s.StageControl, s.BadUnits = s.Treatment, s.Control, s.Treatment.BadUnits
	return in
}

func repeat(n int, m minute) []minute {
	out := make([]minute, n)
	for i := range out {
		out[i] = m
	}
	return out
}

func TestJudge(t *testing.T) {
	all := pair{600, 11_400}
	tests := []struct {
		name string
		in   workflow.Inputs
		want ledger.Verdict
	}{
		{"nothing", inputs(), ledger.VerdictNoData},
		{"same rate", inputs(repeat(30, minute{all, pair{1, 19}})...), ledger.VerdictPass},
		{"six times the rate", inputs(repeat(30, minute{all, pair{3, 9}})...), ledger.VerdictFail},
		{"none in the control", inputs(repeat(30, minute{all, pair{1, 0}})...), ledger.VerdictFail},
		{"none in the treatment", inputs(repeat(30, minute{all, pair{0, 19}})...), ledger.VerdictPass},
		{"none at all", inputs(repeat(30, minute{all, pair{}})...), ledger.VerdictHold},
		{"little expected", inputs(repeat(9, minute{all, pair{1, 19}})...), ledger.VerdictHold},
		{"treatment silent", inputs(repeat(30, minute{pair{0, 11_400}, pair{0, 19}})...), ledger.VerdictNoData},
		{"control silent", inputs(repeat(30, minute{pair{600, 0}, pair{1, 0}})...), ledger.VerdictNoData},
		{"treatment falls silent", inputs(append(repeat(30, minute{all, pair{1, 19}}), repeat(5, minute{pair{0, 11_400}, pair{0, 19}})...)...), ledger.VerdictNoData},
		{"quiet for both", inputs(append(repeat(30, minute{all, pair{1, 19}}), repeat(99, minute{})...)...), ledger.VerdictPass},
		{"few events, so no silence", inputs(repeat(40, minute{pair{0, 20}, pair{0, 1}})...), ledger.VerdictNoData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, err := workflow.Judge(tt.in, errorGate, errorMetric)
			if err != nil || g.Verdict != tt.want || g.Reason == "" {
				t.Errorf("%s (%s), %v, want %s", g.Verdict, g.Reason, err, tt.want)
			}
			// Evidence is recorded as JSON, which has no infinity.
			b, err := json.Marshal(g)
			if err != nil {
				t.Fatal(err)
			}
			var back ledger.GateEvidence
			if err := json.Unmarshal(b, &back); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(g, back); diff != "" {
				t.Errorf("recorded and read back (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSilenceIsNoHealth: minutes in which the treatment reported nothing add
// nothing towards a pass, and minutes in which the control reported nothing
// add nothing towards a failure.
func TestSilenceIsNoHealth(t *testing.T) {
	all := pair{600, 11_400}
	judge := func(minutes []minute) ledger.GateEvidence {
		t.Helper()
		g, err := workflow.Judge(inputs(minutes...), errorGate, errorMetric)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	heard := append(repeat(8, minute{all, pair{1, 19}}), minute{all, pair{1, 19}})
	plain := judge(heard)

	mute := append(repeat(60, minute{pair{0, 11_400}, pair{0, 19}}), heard...)
	if g := judge(mute); g.LogEPass != plain.LogEPass || g.Expected != plain.Expected || g.Verdict != ledger.VerdictHold {
		t.Errorf("after a silence of the treatment: %+v, without it %+v", g, plain)
	}
	deaf := append(repeat(60, minute{pair{600, 0}, pair{1, 0}}), heard...)
	if g := judge(deaf); g.LogEFail > plain.LogEFail+1 || g.Verdict != ledger.VerdictHold {
		t.Errorf("after a silence of the control: %+v, without it %+v", g, plain)
	}
	// A real fall in traffic is no silence: the other arm falls too.
	night := append(repeat(60, minute{pair{0, 15}, pair{0, 0}}), heard...)
	if g := judge(night); g.LogEPass != plain.LogEPass {
		t.Errorf("after a quiet night: %+v, without it %+v", g, plain)
	}
}

// TestThresholdsFollowTheGates: any of K gates may fail the rollout, and all
// must pass it.
func TestThresholdsFollowTheGates(t *testing.T) {
	in := inputs(repeat(30, minute{pair{600, 11_400}, pair{1, 19}})...)
	one, err := workflow.Judge(in, errorGate, errorMetric)
	if err != nil {
		t.Fatal(err)
	}
	in.Gates = 5
	five, err := workflow.Judge(in, errorGate, errorMetric)
	if err != nil {
		t.Fatal(err)
	}
	const ln5 = 1.6094379124341003
	if d := five.FailThreshold - one.FailThreshold - ln5; d > 1e-9 || d < -1e-9 {
		t.Errorf("failing takes %v with five gates, %v with one", five.FailThreshold, one.FailThreshold)
	}
	if five.PassThreshold != one.PassThreshold {
		t.Errorf("passing takes %v with five gates, %v with one", five.PassThreshold, one.PassThreshold)
	}
}

func TestJudgeRefuses(t *testing.T) {
	in := inputs(repeat(30, minute{pair{600, 11_400}, pair{1, 19}})...)
	for name, c := range map[string]struct {
		gate   ledger.Gate
		metric ledger.Metric
	}{
		"a conversion":   {errorGate, ledger.Metric{Kind: ledger.MetricConversion}},
		"an unknown":     {errorGate, ledger.Metric{Kind: "median"}},
		"a ratio of one": {ledger.Gate{Metric: "error-rate", MaxRatio: 1}, errorMetric},
	} {
		if g, err := workflow.Judge(in, c.gate, c.metric); err == nil {
			t.Errorf("%s was judged: %+v", name, g)
		}
	}
}

// TestSilenceIsExplained: that units are exposed is said only when they are.
func TestSilenceIsExplained(t *testing.T) {
	nobody, treated := inputs(), inputs()
	nobody.Exposed = analytics.Exposed{}
	treated.Exposed.Rows = []analytics.ExposedRow{{Cohort: analytics.Fresh, Treatment: 5}}
	earlier := inputs()
	earlier.Series.Stratum = 1 // all exposures are of stage 0
	controlSilent := inputs(minute{pair{600, 0}, pair{}})
	for name, tc := range map[string]struct {
		in   workflow.Inputs
		want string
	}{
		"exposed, none reports":   {inputs(), `no "request" was reported for either variant in this stage, although units are exposed`},
		"one arm exposed":         {treated, `no "request" was reported for either variant in this stage, although units are exposed`},
		"exposed, control silent": {controlSilent, `no "request" was reported for the control in this stage, although units are exposed`},
		"nobody exposed":          {nobody, `no "request" was reported for either variant in this stage`},
		"exposed earlier":         {earlier, `no "request" was reported for either variant in this stage`},
	} {
		g, err := workflow.Judge(tc.in, errorGate, errorMetric)
		if err != nil || g.Reason != tc.want {
			t.Errorf("%s: %q, %v; want %q", name, g.Reason, err, tc.want)
		}
	}
}
