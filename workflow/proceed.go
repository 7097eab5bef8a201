package workflow

import (
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// proceed advances, unless people or the calendar keep the next stage waiting.
func proceed(r *ledger.Rollout, reason string, e ledger.Evidence, now time.Time) Decision {
	if missing := r.Missing(); len(missing) > 0 {
		return settle(r, Hold{
			Hold: ledger.HoldApproval, Alert: !r.Asked || stillAsks(r), Reason: waitsFor(r, missing) + "; " + reason, Evidence: e,
		}, now)
	}
	if r.Stage+1 < len(r.Plan.Stages) {
		if why := keptBy(r.Plan.Calendar, stageStart(r), now); why != "" {
			return settle(r, Hold{Hold: ledger.HoldCalendar, Reason: why + "; " + reason, Evidence: e}, now)
		}
	}
	return Advance{Reason: reason, Evidence: e}
}

// stillAsks reports whether the alert that asks for approval is the newest hold.
func stillAsks(r *ledger.Rollout) bool {
	return r.Hold != nil && r.Hold.Hold == ledger.HoldApproval && r.Hold.Alert
}

// waitsFor says whose word is missing.
func waitsFor(r *ledger.Rollout, missing []ledger.Ask) string {
	parts := make([]string, len(missing))
	for i, ask := range missing {
		given := len(r.Given(ask.Stage, ask.Point))
		parts[i] = fmt.Sprintf("%d of %d approvals to %s were given", given, ask.Approval.Needed(), step(r, ask))
		if ask.Approval.NotAuthorAlone && given >= ask.Approval.Needed() {
			parts[i] += ", none by anybody but the author"
		}
	}
	return strings.Join(parts, ", ")
}

// step is what an approval is for.
func step(r *ledger.Rollout, ask ledger.Ask) string {
	switch {
	case r.Plan.Stages[ask.Stage].Percentage == 0:
		return "begin"
	case ask.Point == ledger.BeforeStage:
		return fmt.Sprintf("enter stage %d", ask.Stage+1)
	}
	return fmt.Sprintf("leave stage %d", ask.Stage+1)
}

// keptBy says what keeps a stage that began at a time from advancing now, or
// nothing.
func keptBy(c ledger.Calendar, began, now time.Time) string {
	here := now.In(c.Location())
	for _, w := range c.Freezes {
		if w.Contains(here) {
			return "no stage advances in the freeze " + w.String()
		}
	}
	open := len(c.Releases) == 0
	names := make([]string, len(c.Releases))
	for i, w := range c.Releases {
		open, names[i] = open || w.Contains(here), w.String()
	}
	if !open {
		return "stages advance only in the release windows " + strings.Join(names, "; ")
	}
	if next, ok := c.Next(began); ok && now.Before(next) {
		return "the schedule lets the stage advance at " + next.Format("Mon 2006-01-02 15:04 MST")
	}
	return ""
}
