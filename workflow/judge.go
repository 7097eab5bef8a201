package workflow

import (
	"fmt"
	"math"
	"slices"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// Inputs is what one gate is judged on.
type Inputs struct {
	// Series counts the gate's bad events. For a quantile gate whose limit
	// is not known yet it is not used.
	Series analytics.GateSeries
	// Exposed counts the units.
	Exposed analytics.Exposed
	// Limit is a quantile gate's; the zero Limit is not known yet.
	Limit Limit
	// Values is how many values the control has, for a quantile gate
	// without a limit.
	Values int64
	// Gates is the number of gates, this one included, any of which may fail
	// the plan by chance.
	Gates int
	// MinExpected is the stage's.
	MinExpected float64
}

// Judge gives a gate's verdict with all that led to it. The first that
// applies is
//
//   - fail, if the e-process on first bad events per unit, or the breaker on
//     requests, says so: see stats.Evaluate. The threshold is ln(K/alpha) for
//     K gates, as any of them can fail the rollout;
//   - noData, if an arm has no event of the metric's name in this stage, or
//     has had none for longer than the other arm's events let expect, see
//     MinSilence. An arm with events of which none is bad has zero bad ones,
//     which is data;
//   - hold, if fewer than MinUnits treated units have events in this stage,
//     or fewer than MinExpected bad ones were to be expected;
//   - pass, if the evidence of this stage alone shows that the ratio is below
//     Tau. Every gate may err with its own beta, because all must pass.
//
// Stretches in which the control was silent count for nothing, and those in
// which the treatment was silent do not count towards a pass.
//
// An error rate's bad events are those that failed, and its Tau is the gate's
// MaxRatio. A quantile's are those above its Limit. Judge returns an error for
// a gate or metric that the ledger refuses. It is pure.
func Judge(in Inputs, gate ledger.Gate, metric ledger.Metric) (ledger.GateEvidence, error) {
	g := ledger.GateEvidence{
		Metric: gate.Metric, MaxRatio: gate.MaxRatio, Tau: gate.MaxRatio, MinExpected: in.MinExpected,
		Treatment: ledger.ArmEvidence{Units: in.Exposed.Treatment.Units},
		Control:   ledger.ArmEvidence{Units: in.Exposed.Control.Units},
	}
	switch metric.Kind {
	case ledger.MetricErrorRate:
	case ledger.MetricQuantile:
		if !in.Limit.Known() {
			return withoutLimit(g, in, metric), nil
		}
		g.Above, g.Tau = in.Limit.Above, in.Limit.Tau
	case ledger.MetricConversion, ledger.MetricRetention, ledger.MetricCount, ledger.MetricSum, ledger.MetricMean, ledger.MetricRatio:
		return g, fmt.Errorf("judge gate on %q: a metric of kind %s has no first bad events", gate.Metric, metric.Kind)
	default:
		return g, fmt.Errorf("judge gate on %q: unknown kind of metric %q", gate.Metric, metric.Kind)
	}
	quiet := silences(in.Series, in.Exposed)
	a, err := assess(in.Series.Series, quiet, stats.Params{Tau: g.Tau, Comparisons: in.Gates})
	if err != nil {
		return g, fmt.Errorf("judge gate on %q: %w", gate.Metric, err)
	}
	fill(&g, in.Series, a)
	now := in.Exposed.Stage(in.Series.Stratum)
	g.Verdict, g.Reason = judged{
		g: g, a: a, s: in.Series, q: quiet, m: metric, treated: now.Treatment, control: now.Control,
	}.verdict()
	return g, nil
}

// assess evaluates the series without what was said in silence.
func assess(s stats.Series, quiet []silence, p stats.Params) (stats.Assessment, error) {
	s.Units = heard(s.Units, quiet, false)
	a, err := stats.Evaluate(s, p)
	if err != nil {
		return a, err
	}
	stage := slices.DeleteFunc(heard(s.Units, quiet, true), func(r stats.Row) bool { return r.Stratum != s.Stratum })
	a.LogEPass, a.Expected = stats.PassMixture(p.Tau).LogE(stage), stats.Expected(stage)
	a.Stage.Ratio = stats.Ratio(stage)
	a.Passes = a.LogEPass >= a.PassThreshold
	return a, nil
}

// withoutLimit waits for enough of the control's values.
func withoutLimit(g ledger.GateEvidence, in Inputs, metric ledger.Metric) ledger.GateEvidence {
	g.Tau = 0
	g.Verdict = ledger.VerdictHold
	switch {
	case in.Values == 0:
		g.Verdict = ledger.VerdictNoData
		g.Reason = fmt.Sprintf("no %s event with a value was reported for the control", quoted(metric.Event))
	case in.Values < MinControlValues:
		g.Reason = fmt.Sprintf("%s of the %s values of %s that the control must have before a limit is drawn from them",
			grouped(in.Values), grouped(MinControlValues), quoted(metric.Event))
	default:
		g.Reason = fmt.Sprintf("the control's quantile %v of %s is not above 0, so no ratio to it can be formed",
			metric.Quantile, quoted(metric.Event))
	}
	return g
}

// fill copies the assessment into the evidence, where a number that JSON
// cannot hold becomes 0.
func fill(g *ledger.GateEvidence, s analytics.GateSeries, a stats.Assessment) {
	g.Treatment = arm(g.Treatment.Units, s.Treatment)
	g.Control = arm(g.Control.Units, s.Control)
	g.Ratio, g.RatioLow, g.RatioHigh = finite(a.Rollout.Ratio), finite(a.Low), finite(a.High)
	g.LogEFail, g.FailThreshold = finite(a.LogEFail), a.FailThreshold
	g.LogEPass, g.PassThreshold = finite(a.LogEPass), a.PassThreshold
	g.LogEBreaker, g.BreakerThreshold = finite(a.LogEBreaker), a.BreakerThreshold
	g.Expected = finite(a.Expected)
}

func arm(units int64, c analytics.ArmCounts) ledger.ArmEvidence {
	return ledger.ArmEvidence{Units: units, BadUnits: c.BadUnits, Events: c.Events, Bad: c.Bad}
}

func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
