package workflow

import (
	"fmt"
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
//  0. A rollout that is not running: wait. A plan without gates that count:
//     advance when the soak is over, without looking at any data.
//  1. The source failed or is behind: hold, noSource; alert after SourceAlert.
//  2. A gate fails: roll back, or pause if the plan says so.
//  3. An arm without a unit in this stage: hold, noTraffic; alert when the
//     stage is older than the plan's NoDataGrace. No sign of life from either
//     arm for that long: the same, with the alert.
//  4. A gate without data: hold, noMetric; alert when the stage is older than
//     NoDataGrace.
//  5. Units not split as planned, or mixed: hold, unhealthy, with an alert.
//  6. The stage is too young, or too little was to be expected: hold, soak or
//     minSample.
//  7. All gates pass: advance.
//  8. Otherwise: hold, collecting.
//
// A gate that only runs dry counts in none of them. Where the rollout already
// holds for that reason, Step gives Wait.
func Step(a Active, v Verdicts, now time.Time) Decision {
	r := &a.Rollout
	if r.Status != ledger.RolloutRunning || r.Stage >= len(r.Plan.Stages) {
		return Wait{Reason: "the rollout is " + string(r.Status)}
	}
	if acting(r.Plan) == 0 {
		return stepWithoutGates(r, v, now)
	}
	if h, ok := sourceHold(r, v, now); ok {
		return settle(r, h, now)
	}
	if failed := withVerdict(v.Evidence, ledger.VerdictFail); len(failed) > 0 {
		return fail(r, v.Evidence, reasons(failed))
	}
	for _, rule := range []func(*ledger.Rollout, Verdicts, time.Time) (Hold, bool){
		trafficHold, metricHold, healthHold, soakHold, sampleHold,
	} {
		if h, ok := rule(r, v, now); ok {
			h.Evidence = v.Evidence
			return settle(r, h, now)
		}
	}
	if passed := withVerdict(v.Evidence, ledger.VerdictPass); len(passed) == acting(r.Plan) {
		return Advance{
			Reason:   fmt.Sprintf("every gate passed at %s%%: %s", r.Percentage(), reasons(passed)),
			Evidence: v.Evidence,
		}
	}
	undecided := withVerdict(v.Evidence, ledger.VerdictHold)
	return settle(r, Hold{Hold: ledger.HoldCollecting, Reason: reasons(undecided), Evidence: v.Evidence}, now)
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
	gates := "gates"
	if len(r.Plan.Gates) > 0 {
		gates = "gates that count"
	}
	reason := fmt.Sprintf("the plan has neither %s nor a soak at %s%%", gates, r.Percentage())
	if soak := time.Duration(stage(r).MinSoak); soak > 0 {
		reason = fmt.Sprintf("%s at %s%% are over, and the plan has no %s", plainDuration(soak), r.Percentage(), gates)
	}
	return Advance{Reason: reason, Evidence: e}
}

// fail answers a failed gate as the plan says.
func fail(r *ledger.Rollout, e ledger.Evidence, reason string) Decision {
	if r.Plan.OnFail == ledger.OnFailPause {
		return Pause{Reason: reason, Evidence: e}
	}
	return RollBack{Reason: reason, Evidence: e}
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

func reasons(gates []ledger.GateEvidence) string {
	parts := make([]string, len(gates))
	for i, g := range gates {
		parts[i] = g.Reason
	}
	return strings.Join(parts, "; ")
}
