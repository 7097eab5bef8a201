package workflow

import (
	"fmt"
	"math"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// What gates that are judged by a metric's values need, and how their bounds
// are tuned.
const (
	// MinEffectUnits is how many units of each arm the bounds need: they hold
	// for large numbers.
	MinEffectUnits = 100
	// MinNonZero is how many units of each arm must have something to count
	// before a gate passes or fails.
	MinNonZero = 5
	// EffectTuning is the number of units of both arms at which the bounds of
	// a comparison are tightest, and ValueTuning that of the treatment's for
	// an absolute limit, which a first stage has few of. They are constants,
	// as they must be fixed before the first look.
	EffectTuning = stats.DefaultTuning
	ValueTuning  = 1000
)

// EffectInputs is what a gate is judged on that bounds a metric's values.
type EffectInputs struct {
	// Query is what was asked, control first, and Seen is the answer.
	Query analytics.ResultQuery
	Seen  analytics.Results
	// Metric is the gate's in the query.
	Metric int
	// Gates is as in Inputs.
	Gates int
}

// JudgeEffect gives the verdict of a gate on a metric's values: every gate but
// those of Judge, see ledger.Gate.ByFirstEvents. The arms are compared within
// each stage and cohort (stats.Stratified), and the bounds are those of an
// asymptotic confidence sequence, so they hold at all looks together. The first
// that applies is
//
//   - fail, if the evidence of the whole rollout excludes, with alpha/K for K
//     gates, that there is no harm, and the observed effect has reached the
//     alert: for a ratio the root of the limit, as for Judge, and for a
//     difference half of it. Without the alert a bias of a thousandth in what is
//     reported would fail a gate at high traffic, and with the limit in its
//     place a treatment that is exactly as bad as allowed would fail every other
//     time. An absolute limit fails when the bound is beyond it; it has no
//     alert, as it is no promise of sameness. Both arms need MinEffectUnits
//     units, of which MinNonZero have something to count;
//   - hold, if an arm has fewer units than that in this stage;
//   - noData, if an arm has no event in this stage that the metric counts, if
//     all units are the same, or if the control is within three standard errors
//     of 0 and the limit a ratio to it. An arm that has none of the events of a
//     conversion is silent; one that has requests of which none failed is not,
//     and metrics that are divided by a number of events hold instead;
//   - hold, if too few of them have something to count;
//   - pass, if the evidence of this stage alone excludes the limit, with
//     stats.Params' Beta. A goal passes if it shows, with Alpha, that the
//     treatment is better; a goal never fails;
//   - hold.
//
// The arms' variances are cautious, see stats.Cautious. An absolute limit looks
// at the treatment alone: for a failure at each unit in the stretch in which it
// first met the treatment, for a pass at all in this stage. A Max on a quantile
// is one on the share of greater values, which is 1-q when the quantile is
// exactly there.
//
// JudgeEffect returns an error for a gate or metric that the ledger refuses. It
// is pure.
func JudgeEffect(in EffectInputs, gate ledger.Gate, metric ledger.Metric) (ledger.GateEvidence, error) {
	limit := gate.Limit()
	g := ledger.GateEvidence{Metric: gate.Metric, MaxRatio: gate.MaxRatio}
	if limit.Kind == "" || metric.Kind == "" || gate.ByFirstEvents(metric) {
		return g, fmt.Errorf("judge gate on %q: a metric of kind %q has no gate on its values with limit %q", gate.Metric, metric.Kind, limit.Kind)
	}
	p := stats.Params{}.WithDefaults()
	e := &ledger.EffectEvidence{Limit: limit, FailAlpha: p.Alpha / float64(max(in.Gates, 1)), PassAlpha: p.Beta, Tuning: EffectTuning}
	switch {
	case limit.Kind == ledger.LimitGoal:
		e.FailAlpha, e.PassAlpha = 0, p.Alpha
	case limit.Absolute():
		e.Tuning = ValueTuning
	default:
		e.Alert = alertOf(limit)
	}
	if metric.Kind == ledger.MetricQuantile && limit.Absolute() {
		e.Above, e.At = limit.Value, math.Round((1-metric.Quantile)*1e12)/1e12
	}
	g.Effect = e
	j := effect{e: e, gate: gate, m: metric, in: in}
	j.rollout, j.stage = j.see(j.firstMet, j.unharmed), j.see(j.ofStage, j.atLimit)
	e.Rollout, e.Stage = j.rollout.look, j.stage.look
	g.Verdict, g.Reason = j.verdict()
	return g, nil
}

// alertOf is the observed effect from which a gate may fail.
func alertOf(l ledger.GateLimit) float64 {
	if l.Relative() {
		return math.Sqrt(l.Value)
	}
	return l.Value / 2
}

// effect is a gate on a metric's values, about to get its verdict.
type effect struct {
	e              *ledger.EffectEvidence
	gate           ledger.Gate
	m              ledger.Metric
	in             EffectInputs
	rollout, stage sight
}

// sight is what is seen of the metric in some of the cells.
type sight struct {
	experiment.Contrast
	err  error // why there is no comparison
	look *ledger.EffectLook
	// control and treatment are the cautious arms.
	control, treatment stats.Arm
}

// upper reports whether a rise is harm.
func (j effect) upper() bool {
	if j.e.Limit.Kind == ledger.LimitGoal {
		return j.m.Better() == ledger.Down
	}
	return j.e.Limit.Upper()
}

// harmful is the side on which harm lies, harmless the other.
func (j effect) harmful() stats.Side {
	if j.upper() {
		return stats.Greater
	}
	return stats.Less
}

func (j effect) harmless() stats.Side {
	if j.upper() {
		return stats.Less
	}
	return stats.Greater
}

func (j effect) ofStage(c analytics.Cell) bool { return c.Stratum == len(j.in.Query.Strata)-1 }

// firstMet selects the cells of units that had not met the treatment in earlier
// strata. Of the others no comparison is made anyway, as all of them are treated.
func (j effect) firstMet(c analytics.Cell) bool {
	for _, variant := range j.in.Query.Seen(c.Stratum, c.Cohort) {
		if variant == 1 {
			return false
		}
	}
	return true
}

// see looks at the cells that of selects. expected is the treatment's mean, given
// the control's, under the hypothesis that the look is to exclude.
func (j effect) see(of func(analytics.Cell) bool, expected func(control float64) float64) sight {
	var s sight
	s.Contrast, s.err = experiment.Compare(j.in.Query, j.in.Seen, j.in.Metric, 1, of)
	if j.e.Limit.Absolute() {
		s.treatment, s.err = ratioArm(s.TreatmentSums), nil
		s.treatment.Variance = max(s.treatment.VarianceAt(j.at()), j.binomial(s, j.at()))
		if s.treatment.N > 0 {
			s.look = j.valueLook(s)
		}
		return s
	}
	if j.nothingFailed(s) {
		s.err = nil
		s.Contrast.Control, s.Contrast.Treatment = stats.Arm{N: s.ControlSums.N}, stats.Arm{N: s.TreatmentSums.N}
	}
	if s.err != nil {
		return s
	}
	mean := expected(s.Contrast.Control.Mean)
	s.control, s.treatment = stats.Cautious(s.Contrast.Control, s.Contrast.Treatment, mean)
	s.treatment.Variance = max(s.treatment.Variance, j.binomial(s, mean))
	s.look = j.comparedLook(s)
	return s
}

// nothingFailed reports whether both arms have requests of which none failed.
// That is no comparison, as nothing varies, but it is data.
func (j effect) nothingFailed(s sight) bool {
	t, c := s.TreatmentSums, s.ControlSums
	return s.err != nil && j.m.Kind == ledger.MetricErrorRate && t.PostNum == 0 && c.PostNum == 0 &&
		t.PostDen > 0 && c.PostDen > 0 && min(t.N, c.N) >= MinEffectUnits
}

// ratioArm is an arm without strata.
func ratioArm(s stats.PairedRatioSums) stats.Arm {
	return stats.RatioSums{
		N: s.N, Num: s.PostNum, NumSquares: s.PostNumSquares, Den: s.PostDen, DenSquares: s.PostDenSquares, Products: s.PostNumPostDen,
	}.Arm()
}

// at is an absolute limit in terms of the arm's mean.
func (j effect) at() float64 {
	if j.e.Above != 0 || j.e.At != 0 {
		return j.e.At
	}
	return j.e.Limit.Value
}

// unharmed is the treatment's mean if it does nothing.
func (j effect) unharmed(control float64) float64 { return control }

// atLimit is the treatment's mean at the limit.
func (j effect) atLimit(control float64) float64 {
	switch {
	case j.e.Limit.Relative():
		return control * j.e.Limit.Value
	case j.e.Limit.Kind == ledger.LimitGoal:
		return control
	default:
		return control + j.e.Limit.Value
	}
}

// binomial is the least variance of one unit of the treatment whose metric is a
// share with that mean: that of independent events. Without it an arm of which
// nothing has failed yet would be known for sure.
func (j effect) binomial(s sight, mean float64) float64 {
	if !j.m.Share() && j.m.Kind != ledger.MetricQuantile || j.m.Kind == ledger.MetricQuantile && !j.e.Limit.Absolute() ||
		mean <= 0 || mean >= 1 || s.TreatmentSums.PostDen <= 0 {
		return 0
	}
	return mean * (1 - mean) * float64(s.TreatmentSums.N) / s.TreatmentSums.PostDen
}

func (j effect) sequence(alpha float64) stats.Sequence {
	return stats.Sequence{Alpha: alpha, Tuning: j.e.Tuning}
}

// bounds are the ends on the harmful and on the harmless side, each as interval
// finds it for a sequence and the side that it bounds.
func (j effect) bounds(look *ledger.EffectLook, interval func(stats.Sequence, stats.Side) stats.Interval) {
	set := func(i stats.Interval) {
		if j.positive() && !math.IsInf(i.Low, 0) {
			i.Low = max(i.Low, 0)
		}
		if !math.IsInf(i.Low, 0) && !math.IsNaN(i.Low) {
			look.Low = &i.Low
		}
		if !math.IsInf(i.High, 0) && !math.IsNaN(i.High) {
			look.High = &i.High
		}
	}
	if j.e.FailAlpha > 0 {
		set(interval(j.sequence(j.e.FailAlpha), j.harmful()))
	}
	set(interval(j.sequence(j.e.PassAlpha), j.harmless()))
}

// positive reports whether what is bounded cannot be below 0.
func (j effect) positive() bool {
	counts := j.m.Share() || j.m.Kind == ledger.MetricCount || j.m.Kind == ledger.MetricQuantile
	return counts && (j.e.Limit.Relative() || j.e.Limit.Absolute())
}

func (j effect) valueLook(s sight) *ledger.EffectLook {
	look := &ledger.EffectLook{Treatment: armOf(s.treatment), Estimate: new(s.treatment.Mean)}
	look.Treatment.Counted = finite(j.counting(s.TreatmentSums, s.TreatmentValues))
	if value, err := s.treatment.Value(0); err == nil {
		j.bounds(look, func(q stats.Sequence, side stats.Side) stats.Interval { return q.Interval(value, side) })
	}
	return look
}

func (j effect) comparedLook(s sight) *ledger.EffectLook {
	look := &ledger.EffectLook{Treatment: armOf(s.treatment), Control: armOf(s.control)}
	look.Treatment.Counted = finite(j.counting(s.TreatmentSums, s.TreatmentValues))
	look.Control.Counted = finite(j.counting(s.ControlSums, s.ControlValues))
	if j.e.Limit.Relative() {
		if s.control.Mean > 0 {
			look.Estimate = new(s.treatment.Mean / s.control.Mean)
		}
		j.bounds(look, func(q stats.Sequence, side stats.Side) stats.Interval {
			return q.RatioInterval(s.control, s.treatment, side)
		})
		return look
	}
	look.Estimate = new(s.treatment.Mean - s.control.Mean)
	if difference, err := stats.Difference(s.control, s.treatment); err == nil {
		j.bounds(look, func(q stats.Sequence, side stats.Side) stats.Interval { return q.Interval(difference, side) })
	}
	return look
}

func armOf(a stats.Arm) ledger.EffectArm {
	e := ledger.EffectArm{Units: a.N, Mean: finite(a.Mean)}
	if a.N > 0 {
		e.SE = finite(math.Sqrt(a.Variance / float64(a.N)))
	}
	return e
}
