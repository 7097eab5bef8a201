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
			Hold: ledger.HoldApproval, Alert: !r.Asked, Reason: waitsFor(r, missing) + "; " + reason, Evidence: e,
		}, now)
	}
	if r.Stage+1 < len(r.Plan.Stages) {
		if why := keptBy(r.Plan.Calendar, stageStart(r), now); why != "" {
			return settle(r, Hold{Hold: ledger.HoldCalendar, Reason: why + "; " + reason, Evidence: e}, now)
		}
	}
	return Advance{Reason: reason, Evidence: e}
}

// waitsFor says whose word is missing.
func waitsFor(r *ledger.Rollout, missing []ledger.Ask) string {
	parts := make([]string, len(missing))
	for i, ask := range missing {
		given := len(r.Given(ask.Stage, ask.Point))
		parts[i] = fmt.Sprintf("%d of %d approvals to %s stage %d were given", given, ask.Approval.Needed(), verb(ask.Point), ask.Stage+1)
		if ask.Approval.NotAuthorAlone && given >= ask.Approval.Needed() {
			parts[i] += ", none by anybody but the author"
		}
	}
	return strings.Join(parts, ", ")
}

func verb(p ledger.Point) string {
	if p == ledger.BeforeStage {
		return "enter"
	}
	return "leave"
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
