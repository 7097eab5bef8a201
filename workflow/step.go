package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Limits of the decision table.
const (
	// SourceLag is how far behind the store may be, beyond the plan's
	// watermark, before its silence is the store's and not the users'.
	SourceLag = 3 * time.Minute
	// SourceAlert is how long the store may be missing before somebody is
	// called.
	SourceAlert = 5 * time.Minute
	// MinSRMP is the p-value below which units were not split as planned.
	MinSRMP = .001
	// MaxMixed is the share of the stage's units that may be exposed to
	// both variants; fewer than MinMixed such units prove nothing, as two
	// people who share a device make one.
	MaxMixed = .01
	MinMixed = 5
	// MinUnits is the least number of treated units behind a pass.
	MinUnits = 5
)

// Verdicts is what one look at a rollout's evidence found.
type Verdicts struct {
	// Evidence has the counts of the current stage and the rollout, and
	// every gate of the plan in its order, judged.
	Evidence ledger.Evidence
	// SourceErr is why the evidence could not be read; Evidence is not used
	// then.
	SourceErr error
	// Complete is the time up to which the store has everything that was
	// reported. The zero time says that the store is never behind.
	Complete time.Time
	// Newest is the time of the newest exposure or metric event of either
	// arm, zero without any.
	Newest time.Time
}

// Step decides what happens to a rollout at now. It is pure. The rules, of
// which the first that applies decides:
//
//  0. A rollout that is not running: wait. A plan without gates that count, or a
//     stage without a control, at 0% or 100%: go on when the soak is over,
//     without looking at any data.
//  1. The source failed or is behind: hold, noSource; alert after SourceAlert.
//  2. A gate fails: roll back, step back or pause, as the gate and the plan say;
//     of several, the one that takes most away.
//  3. An arm without a unit in this stage: hold, noTraffic; alert when the
//     stage is older than the plan's NoDataGrace. No sign of life from either
//     arm for that long: the same, with the alert. Instead of the alert, pause,
//     if the plan's OnNoData says so.
//  4. A gate without data: hold, noMetric; alert, or pause, as in 3.
//  5. Units not split as planned, or mixed: hold, unhealthy, with an alert.
//  6. The stage is too young: hold, soak.
//  7. All gates pass, or have passed in this stage before: go on.
//  8. The stage is older than its MaxSoak: what its OnMaxSoak says; the hold is
//     inconclusive, with an alert.
//  9. Too little was to be expected: hold, minSample. Otherwise: hold, collecting.
//
// To go on is to hold, approval, while people have yet to approve, with an alert
// that asks them once; to hold, calendar, while the plan's calendar keeps the next
// stage from beginning; and then to advance. A pass is evidence that holds at all
// looks together, so it stays a pass while people think; rules 1 to 5 guard it.
//
// A gate that only runs dry counts in none of them. Where the rollout already
// holds for that reason, Step gives Wait.
func Step(a Active, v Verdicts, now time.Time) Decision {
	r := &a.Rollout
	if r.Status != ledger.RolloutRunning || r.Stage >= len(r.Plan.Stages) {
		return Wait{Reason: "the rollout is " + string(r.Status)}
	}
	if !gated(r) {
		return stepWithoutGates(r, v, now)
	}
	if h, ok := sourceHold(r, v, now); ok {
		return settle(r, h, now)
	}
	if failed := withVerdict(v.Evidence, ledger.VerdictFail); len(failed) > 0 {
		return fail(r, v.Evidence, failed)
	}
	for _, rule := range []func(*ledger.Rollout, Verdicts, time.Time) (Hold, bool){trafficHold, metricHold} {
		if h, ok := rule(r, v, now); ok {
			return withoutData(r, h, v.Evidence, now)
		}
	}
	for _, rule := range []func(*ledger.Rollout, Verdicts, time.Time) (Hold, bool){healthHold, soakHold} {
		if h, ok := rule(r, v, now); ok {
			h.Evidence = v.Evidence
			return settle(r, h, now)
		}
	}
	if passed := withVerdict(v.Evidence, ledger.VerdictPass); len(passed) == acting(r.Plan) || r.Passed {
		return proceed(r, fmt.Sprintf("every gate passed at %s%%: %s", r.Percentage(), reasons(counting(v.Evidence.Gates))), v.Evidence, now)
	}
	h, ok := sampleHold(r, v, now)
	if !ok {
		h = Hold{Hold: ledger.HoldCollecting, Reason: reasons(withVerdict(v.Evidence, ledger.VerdictHold))}
	}
	h.Evidence = v.Evidence
	return undecided(r, h, now)
}

// gated reports whether the stage is judged by gates.
func gated(r *ledger.Rollout) bool { return acting(r.Plan) > 0 && hasControl(r) }

// hasControl reports whether the stage has both a treatment and a control: before
// the start there is nobody to look at, and when a whole segment has the
// treatment nobody to compare it with.
func hasControl(r *ledger.Rollout) bool {
	return stage(r).Percentage > 0 && stage(r).Percentage < ledger.All
}

// stepWithoutGates climbs on time alone.
func stepWithoutGates(r *ledger.Rollout, v Verdicts, now time.Time) Decision {
	e := ledger.Evidence{PlanVersion: r.PlanVersion, From: r.StartedAt, Until: now.UTC(), SRMP: 1}
	if len(v.Evidence.Gates) > 0 && v.SourceErr == nil {
		e = v.Evidence
	}
	if h, ok := soakHold(r, Verdicts{}, now); ok {
		h.Evidence = e
		return settle(r, h, now)
	}
	soak, gates := time.Duration(stage(r).MinSoak), "gates"
	if len(r.Plan.Gates) > 0 {
		gates = "gates that count"
	}
	reason := fmt.Sprintf("the plan has neither %s nor a soak at %s%%", gates, r.Percentage())
	switch {
	case stage(r).Percentage == 0:
		reason = "nothing keeps the first stage from beginning"
	case len(r.Plan.Gates) > 0 && !hasControl(r) && soak > 0:
		reason = fmt.Sprintf("%s at %s are over, where nobody is left to compare with", plainDuration(soak), stage(r))
	case len(r.Plan.Gates) > 0 && !hasControl(r):
		reason = fmt.Sprintf("at %s nobody is left to compare with", stage(r))
	case soak > 0:
		reason = fmt.Sprintf("%s at %s%% are over, and the plan has no %s", plainDuration(soak), r.Percentage(), gates)
	}
	return proceed(r, reason, e, now)
}

// withoutData answers missing data as the plan says.
func withoutData(r *ledger.Rollout, h Hold, e ledger.Evidence, now time.Time) Decision {
	if h.Alert && r.Plan.OnNoData == ledger.OnNoDataPause {
		return Pause{Reason: h.Reason, Evidence: e}
	}
	h.Evidence = e
	return settle(r, h, now)
}

// undecided answers gates that neither pass nor fail: it waits, until the stage
// is older than its MaxSoak.
func undecided(r *ledger.Rollout, h Hold, now time.Time) Decision {
	limit := time.Duration(stage(r).MaxSoak)
	if limit == 0 || now.Sub(stageStart(r)) < limit {
		return settle(r, h, now)
	}
	reason := fmt.Sprintf("stage %d of %d, %s%%, has neither passed nor failed within %s: %s",
		r.Stage+1, len(r.Plan.Stages), r.Percentage(), plainDuration(limit), h.Reason)
	switch stage(r).OnMaxSoak {
	case ledger.OnMaxSoakAdvance:
		return proceed(r, reason, h.Evidence, now)
	case ledger.OnMaxSoakPause:
		return Pause{Reason: reason, Evidence: h.Evidence}
	case ledger.OnMaxSoakRollback:
		return RollBack{Reason: reason, Evidence: h.Evidence}
	case ledger.OnMaxSoakHold, "":
	}
	return settle(r, Hold{Hold: ledger.HoldInconclusive, Alert: true, Reason: reason, Evidence: h.Evidence}, now)
}

// fail answers failed gates: of several answers, the one that takes most away
// from the treatment.
func fail(r *ledger.Rollout, e ledger.Evidence, failed []ledger.GateEvidence) Decision {
	reason := reasons(failed)
	answers := map[ledger.OnFail]bool{}
	for i, g := range e.Gates {
		if g.Verdict == ledger.VerdictFail && !g.DryRun {
			answers[cmp.Or(r.Plan.Gates[i].OnFail, r.Plan.OnFail, ledger.OnFailRollback)] = true
		}
	}
	switch {
	case answers[ledger.OnFailRollback]:
		return RollBack{Reason: reason, Evidence: e}
	case answers[ledger.OnFailStepBack]:
		return StepBack{Reason: reason, Evidence: e}
	}
	return Pause{Reason: reason, Evidence: e}
}

// settle drops a hold that is already recorded.
func settle(r *ledger.Rollout, h Hold, now time.Time) Decision {
	if had := r.Hold; had == nil || had.Hold != h.Hold || had.Alert != h.Alert {
		return h
	}
	return Wait{Next: nextLook(r, now), Hold: h.Hold, Reason: h.Reason}
}

func withVerdict(e ledger.Evidence, want ledger.Verdict) []ledger.GateEvidence {
	var out []ledger.GateEvidence
	for _, g := range e.Gates {
		if g.Verdict == want && !g.DryRun {
			out = append(out, g)
		}
	}
	return out
}

// counting are the gates whose verdicts count.
func counting(gates []ledger.GateEvidence) []ledger.GateEvidence {
	return slices.DeleteFunc(slices.Clone(gates), func(g ledger.GateEvidence) bool { return g.DryRun })
}

func reasons(gates []ledger.GateEvidence) string {
	parts := make([]string, len(gates))
	for i, g := range gates {
		parts[i] = g.Reason
	}
	return strings.Join(parts, "; ")
}
