package workflow

import (
	"fmt"
	"slices"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// sourceHold is rule 1. The evidence stays what it was when the source was
// last there; Until remembers when that was, for the alert.
func sourceHold(r *ledger.Rollout, v Verdicts, now time.Time) (Hold, bool) {
	var reason string
	lost := closed(r.Plan, now)
	switch {
	case v.SourceErr != nil:
		reason = fmt.Sprintf("the evidence cannot be read: %v", v.SourceErr)
	case !v.Complete.IsZero() && now.Sub(v.Complete) > SourceLag+watermark(r.Plan):
		reason = fmt.Sprintf("the analytics store is %s behind", plainDuration(now.Sub(v.Complete).Truncate(time.Second)))
		lost = v.Complete.UTC()
	default:
		return Hold{}, false
	}
	if had := r.Hold; had != nil && had.Hold == ledger.HoldNoSource && had.Evidence != nil {
		lost = earlier(lost, had.Evidence.Until)
	}
	return Hold{
		Hold: ledger.HoldNoSource, Alert: now.Sub(lost) >= SourceAlert,
		Reason: reason, Evidence: frozen(r, lost),
	}, true
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// frozen is the evidence of the last decision with every gate's verdict
// withdrawn. It keeps the limits of quantile gates, which must not move.
func frozen(r *ledger.Rollout, until time.Time) ledger.Evidence {
	e := ledger.Evidence{PlanVersion: r.PlanVersion, From: r.StartedAt, SRMP: 1}
	if r.Evidence != nil {
		e = *r.Evidence
	}
	e.Until = until
	e.Gates = slices.Clone(e.Gates)
	for i := range e.Gates {
		e.Gates[i].Verdict, e.Gates[i].Reason = ledger.VerdictNoData, "the evidence cannot be read"
	}
	return e
}

// trafficHold is rule 3.
func trafficHold(r *ledger.Rollout, v Verdicts, now time.Time) (Hold, bool) {
	h := Hold{Hold: ledger.HoldNoTraffic}
	if v.Evidence.StageTreatment > 0 && v.Evidence.StageControl > 0 {
		silent := now.Sub(v.Newest)
		h.Alert = silent >= grace(r.Plan)
		h.Reason = fmt.Sprintf("nothing was reported for %s", plainDuration(silent.Truncate(time.Minute)))
		return h, h.Alert
	}
	arm := ""
	switch {
	case v.Evidence.StageControl > 0:
		arm = "to the treatment " + quoted(r.Treatment) + " "
	case v.Evidence.StageTreatment > 0:
		arm = "to the control " + quoted(r.Control) + " "
	}
	h.Reason = fmt.Sprintf("no exposure %swas reported since the stage began", arm)
	h.Alert = now.Sub(stageStart(r)) >= grace(r.Plan)
	return h, true
}

// metricHold is rule 4.
func metricHold(r *ledger.Rollout, v Verdicts, now time.Time) (Hold, bool) {
	silent := withVerdict(v.Evidence, ledger.VerdictNoData)
	return Hold{
		Hold: ledger.HoldNoMetric, Reason: reasons(silent),
		Alert: now.Sub(stageStart(r)) >= grace(r.Plan),
	}, len(silent) > 0
}

// healthHold is rule 5.
func healthHold(_ *ledger.Rollout, v Verdicts, _ time.Time) (Hold, bool) {
	e := v.Evidence
	h := Hold{Hold: ledger.HoldUnhealthy, Alert: true}
	units := e.StageTreatment + e.StageControl
	switch {
	case e.SRMP < MinSRMP:
		h.Reason = fmt.Sprintf("units are not split as planned (%s treated, %s control in this stage, p = %.2g); "+
			"look for exposures that one variant loses", grouped(e.StageTreatment), grouped(e.StageControl), e.SRMP)
	case e.MixedUnits >= MinMixed && float64(e.MixedUnits) >= MaxMixed*float64(units):
		h.Reason = fmt.Sprintf("%s of %s units were exposed to both variants; "+
			"look for a unit attribute that changes", grouped(e.MixedUnits), grouped(units))
	default:
		return Hold{}, false
	}
	return h, true
}

// soakHold is the first half of rule 6.
func soakHold(r *ledger.Rollout, _ Verdicts, now time.Time) (Hold, bool) {
	end := soakEnd(r)
	return Hold{
		Hold: ledger.HoldSoak,
		Reason: fmt.Sprintf("stage %d of %d, %s%%, must last %s, until %s", r.Stage+1, len(r.Plan.Stages),
			r.Percentage(), plainDuration(time.Duration(stage(r).MinSoak)), end.UTC().Format("2006-01-02 15:04:05 MST")),
	}, now.Before(end)
}

// sampleHold is the second half of rule 6.
func sampleHold(_ *ledger.Rollout, v Verdicts, _ time.Time) (Hold, bool) {
	h := Hold{Hold: ledger.HoldMinSample}
	if n := v.Evidence.StageTreatment; n < MinUnits {
		h.Reason = fmt.Sprintf("%d treated units in this stage; at least %d are needed", n, MinUnits)
		return h, true
	}
	var short []ledger.GateEvidence
	for _, g := range v.Evidence.Gates {
		if g.Verdict == ledger.VerdictHold && !g.DryRun && g.Expected < g.MinExpected {
			short = append(short, g)
		}
	}
	h.Reason = reasons(short)
	return h, len(short) > 0
}
