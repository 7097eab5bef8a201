package workflow_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// asked is a question about the five minutes since the rollout began.
func asked() workflow.Question {
	return workflow.Question{
		Source: "prom", Check: "jobs", Query: "q(on)", ControlQuery: "q(off)", Treatment: "on", Control: "off",
		From: began, Until: began.Add(5 * time.Minute), For: 5 * time.Minute, Step: time.Minute,
	}
}

// each gives a value a minute; a minute without one is given as missing.
func each(values ...float64) []workflow.Point {
	var out []workflow.Point
	for i, v := range values {
		if v != missing {
			out = append(out, workflow.Point{At: began.Add(time.Duration(i) * time.Minute), Value: v})
		}
	}
	return out
}

const missing = -12345

func TestJudgeCheck(t *testing.T) {
	global := func(q *workflow.Question) { q.ControlQuery = "" }
	young := func(q *workflow.Question) { q.ControlQuery, q.Until = "", q.Until.Add(-2*time.Minute) }
	atMost := ledger.Check{Name: "jobs", Source: "prom", Query: "q", Max: new(.5)}
	atLeast := ledger.Check{Name: "jobs", Source: "prom", Query: "q", Min: new(.5)}
	below := ledger.Check{Name: "jobs", Source: "prom", Query: "q", MaxRatio: 2}
	above := ledger.Check{Name: "jobs", Source: "prom", Query: "q", MinRatio: .5}
	ones := each(1, 1, 1, 1, 1, 1)
	for name, tt := range map[string]struct {
		change func(*workflow.Question)
		check  ledger.Check
		a      workflow.Answer
		err    error
		want   ledger.Verdict
		reason string // part of it
	}{
		"at the limit":            {global, atMost, workflow.Answer{Treatment: each(.5, .5, .5, .5, .5, .5)}, nil, ledger.VerdictPass, "at most 0.5 for 5m"},
		"above it all the time":   {global, atMost, workflow.Answer{Treatment: each(.6, .7, .6, .6, .6, .6)}, nil, ledger.VerdictFail, "0.6 to 0.7 at 6 points"},
		"above it once":           {global, atMost, workflow.Answer{Treatment: each(0, 0, .6, 0, 0, 0)}, nil, ledger.VerdictHold, "at 1 of 6 points"},
		"at the least":            {global, atLeast, workflow.Answer{Treatment: each(.5, .5, 1, 1, 1, 1)}, nil, ledger.VerdictPass, "at least 0.5"},
		"below the least":         {global, atLeast, workflow.Answer{Treatment: each(0, 0, 0, 0, 0, 0)}, nil, ledger.VerdictFail, "not at least 0.5"},
		"ratio reached":           {nil, below, workflow.Answer{Treatment: each(2, 2, 2, 2, 2, 2), Control: ones}, nil, ledger.VerdictFail, "not below 2 times the control"},
		"ratio not reached":       {nil, below, workflow.Answer{Treatment: each(1.9, 0, 1, 1, 1, 1), Control: ones}, nil, ledger.VerdictPass, "below 2 times the control for 5m"},
		"least ratio":             {nil, above, workflow.Answer{Treatment: each(.5, .5, .5, .5, .5, .5), Control: ones}, nil, ledger.VerdictFail, "not above 0.5 times"},
		"absolute, of two":        {nil, atMost, workflow.Answer{Treatment: each(0, 0, 0, 0, 0, 0), Control: ones}, nil, ledger.VerdictPass, "at most"},
		"one arm only":            {nil, atMost, workflow.Answer{Treatment: each(0, 0, 0, 0, 0, 0)}, nil, ledger.VerdictNoData, `for the control "off"`},
		"the other arm only":      {nil, below, workflow.Answer{Control: ones}, nil, ledger.VerdictNoData, `for the treatment "on"`},
		"nothing":                 {global, atMost, workflow.Answer{}, nil, ledger.VerdictNoData, "no value since"},
		"one point missing":       {global, atMost, workflow.Answer{Treatment: each(0, missing, 0, missing, 0, 0)}, nil, ledger.VerdictPass, "4 points"},
		"first point missing":     {global, atMost, workflow.Answer{Treatment: each(missing, 0, 0, 0, 0, 0)}, nil, ledger.VerdictPass, "5 points"},
		"last point missing":      {global, atMost, workflow.Answer{Treatment: each(0, 0, 0, 0, 0)}, nil, ledger.VerdictNoData, "since 09:04:00 UTC"},
		"two points missing":      {global, atMost, workflow.Answer{Treatment: each(0, 0, missing, missing, 0, 0)}, nil, ledger.VerdictNoData, "from 09:01:00 UTC to 09:04:00 UTC"},
		"bad, two points missing": {global, atMost, workflow.Answer{Treatment: each(9, 9, missing, missing, 9, 9)}, nil, ledger.VerdictNoData, "no value"},
		"never at the same time":  {nil, below, workflow.Answer{Treatment: each(1, missing, 1, missing, 1, 1), Control: each(missing, 1, missing, 1, missing, 1)}, nil, ledger.VerdictNoData, "of both variants"},
		"NaN":                     {global, atMost, workflow.Answer{Treatment: each(0, math.NaN(), 0, 0, 0, 0)}, nil, ledger.VerdictNoData, "NaN"},
		"infinite":                {global, atLeast, workflow.Answer{Treatment: each(1, 1, 1, 1, 1, math.Inf(1))}, nil, ledger.VerdictNoData, "+Inf"},
		"control of 0":            {nil, below, workflow.Answer{Treatment: ones, Control: each(1, 1, 0, 1, 1, 1)}, nil, ledger.VerdictNoData, "no ratio to it"},
		"negative treatment":      {nil, below, workflow.Answer{Treatment: each(-1, 1, 1, 1, 1, 1), Control: ones}, nil, ledger.VerdictNoData, "no ratio"},
		"ratio beyond numbers":    {nil, below, workflow.Answer{Treatment: each(1e308, 1, 1, 1, 1, 1), Control: each(1e-308, 1, 1, 1, 1, 1)}, nil, ledger.VerdictNoData, "no ratio"},
		"of another time":         {global, atMost, workflow.Answer{Treatment: each(0, 0, 0, 0, 0, 0, 0)}, nil, ledger.VerdictNoData, "not asked about"},
		"backwards":               {global, atMost, workflow.Answer{Treatment: append(each(0, 0, 0, 0, 0, 0), each(0)...)}, nil, ledger.VerdictNoData, "order of time"},
		"young and bad":           {young, atMost, workflow.Answer{Treatment: each(9, 9, 9, 9)}, nil, ledger.VerdictHold, "3m of the 5m"},
		"young and silent":        {young, atMost, workflow.Answer{}, nil, ledger.VerdictHold, "3m of the 5m"},
		"young and down":          {young, atMost, workflow.Answer{}, errors.New("refused"), ledger.VerdictNoData, "refused"},
		"values although down":    {global, atMost, workflow.Answer{Treatment: each(9, 9, 9, 9, 9, 9)}, errors.New("cut off"), ledger.VerdictNoData, "cut off"},
		"unknown":                 {nil, below, workflow.Answer{}, fmt.Errorf("prom: %w", workflow.ErrUnknownSource), ledger.VerdictNoData, "add it to --sources"},
		"verdict for a query":     {global, atMost, workflow.Answer{Verdict: "pass", Treatment: each(0, 0, 0, 0, 0, 0)}, nil, ledger.VerdictNoData, "remove the query"},
		"values for a webhook":    {global, ledger.Check{Name: "jobs", Source: "prom"}, workflow.Answer{Treatment: each(0, 0, 0, 0, 0, 0)}, nil, ledger.VerdictNoData, `says ""`},
	} {
		t.Run(name, func(t *testing.T) {
			q := asked()
			if tt.change != nil {
				tt.change(&q)
			}
			g := workflow.JudgeCheck(q, tt.check, tt.a, tt.err)
			if g.Verdict != tt.want || !strings.Contains(g.Reason, tt.reason) || !strings.HasPrefix(g.Reason, "jobs: ") {
				t.Errorf("%s: %s; want %s: %s", g.Verdict, g.Reason, tt.want, tt.reason)
			}
			if s := g.Check.Treatment; s != nil && (math.IsNaN(s.Min) || math.IsInf(s.Max, 0)) {
				t.Errorf("evidence %+v cannot be written", s)
			}
		})
	}
}

// TestCheckEvidence: the numbers lead to the verdict again.
func TestCheckEvidence(t *testing.T) {
	check := ledger.Check{Name: "jobs", Source: "prom", Query: "q", MaxRatio: 2}
	g := workflow.JudgeCheck(asked(), check, workflow.Answer{
		Treatment: each(1, 3, 1, 4, 1, 2), Control: each(1, 1, 1, 1, 1, 1), Took: time.Second,
	}, nil)
	end := began.Add(5 * time.Minute)
	want := &ledger.CheckEvidence{
		Name: "jobs", Source: "prom", Query: "q(on)", ControlQuery: "q(off)", Condition: "below 2 times the control",
		From: began, Until: end, For: ledger.Duration(5 * time.Minute), Step: ledger.Duration(time.Minute), Violated: 3,
		Treatment: &ledger.SeriesEvidence{Points: 6, Min: 1, Max: 4, Last: 2, At: end},
		Control:   &ledger.SeriesEvidence{Points: 6, Min: 1, Max: 1, Last: 1, At: end},
		Ratio:     &ledger.SeriesEvidence{Points: 6, Min: 1, Max: 4, Last: 2, At: end}, Took: ledger.Duration(time.Second),
	}
	if diff := cmp.Diff(want, g.Check); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	long := workflow.JudgeCheck(asked(), ledger.Check{Name: "jobs"}, workflow.Answer{
		Verdict: strings.Repeat("x", 5000), Reason: strings.Repeat("ä\n", 5000),
	}, nil)
	if n := len(long.Check.Answer) + len(long.Check.Said) + len(long.Reason); n > 1200 || strings.Contains(long.Check.Said, "\n") {
		t.Errorf("%d bytes of evidence: %+v", n, long.Check)
	}
}

// TestDryRunDecidesNothing: whatever a dry gate says, Step decides as if it
// were not there.
func TestDryRunDecidesNothing(t *testing.T) {
	now := began.Add(2 * time.Hour)
	for _, acting := range []ledger.Verdict{ledger.VerdictPass, ledger.VerdictHold, ledger.VerdictFail, ledger.VerdictNoData} {
		want := workflow.Step(running(), found(acting, now), now)
		for _, dry := range []ledger.Verdict{ledger.VerdictPass, ledger.VerdictHold, ledger.VerdictFail, ledger.VerdictNoData} {
			a, v := running(), found(acting, now)
			a.Rollout.Plan.Gates = append(a.Rollout.Plan.Gates, ledger.Gate{DryRun: true, Check: &ledger.Check{Name: "x"}})
			v.Evidence.Gates = append(v.Evidence.Gates, ledger.GateEvidence{Verdict: dry, DryRun: true, MinExpected: 10, Reason: "dry"})
			got := workflow.Step(a, v, now)
			if workflow.KindOf(got) != workflow.KindOf(want) || strings.Contains(fmt.Sprintf("%v", reasonOf(got)), "dry") {
				t.Errorf("%s with a dry %s: %+v, want %+v", acting, dry, got, want)
			}
		}
	}
}

func reasonOf(d workflow.Decision) string {
	switch d := d.(type) {
	case workflow.Advance:
		return d.Reason
	case workflow.RollBack:
		return d.Reason
	case workflow.StepBack:
		return d.Reason
	case workflow.Hold:
		return d.Reason
	case workflow.Pause:
		return d.Reason
	case workflow.Wait:
		return d.Reason
	}
	return ""
}

// probeFunc is a Probe.
type probeFunc func(ctx context.Context, q workflow.Question) (workflow.Answer, error)

func (f probeFunc) Ask(ctx context.Context, q workflow.Question) (workflow.Answer, error) {
	return f(ctx, q)
}
