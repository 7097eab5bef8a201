package main

import (
	"fmt"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// rolloutWords lays a rollout out: where it stands, its ladder, why it waits,
// and the evidence of its last decision.
func (s *session) rolloutWords(flag, env string, r *rolloutView) []string {
	lines := []string{fmt.Sprintf("rollout %s at %s%%: %s against %s, by %s", statusWords(r.Status), r.Percentage,
		bold(r.Treatment), r.Control, first(r.By, evaluator.TargetingKey))}
	lines = append(lines, fmt.Sprintf("%s, started %s%s", planName(r.PlanKey, r.Plan), s.moment(r.StartedAt), s.endWords(r)))
	for _, row := range s.ladder(r) {
		lines = append(lines, "  "+row)
	}
	if h := r.Hold; h != nil && r.active() {
		lines = append(lines, "waits: "+holdWords(h.Hold)+alertWords(h.Alert))
	}
	lines = append(lines, s.approvalLines(flag, env, r)...)
	for _, g := range r.Plan.Gates {
		if r.Evidence == nil {
			lines = append(lines, fmt.Sprintf("gate %s: no evidence yet", gateWords(g)))
		}
	}
	lines = append(lines, s.evidenceWords(r.Evidence, r.Metrics)...)
	if r.Status == ledger.RolloutOnHold {
		lines = append(lines, fmt.Sprintf("\"flagledger rollout resume %s --env %s\" lets it go on.", flag, env))
	}
	return lines
}

// approvalLines says who has approved what, and what is missing.
func (s *session) approvalLines(flag, env string, r *rolloutView) (lines []string) {
	for _, a := range r.Approvals {
		lines = append(lines, fmt.Sprintf("approved to %s by %s, %s", pointWords(a.Stage, a.Point), first(a.By.Name, a.By.ID), s.moment(a.At)))
	}
	for _, a := range r.Missing {
		lines = append(lines, fmt.Sprintf("to %s, %d of %d approvals: \"flagledger rollout approve %s --env %s\"",
			pointWords(a.Stage, a.Point), a.Given, a.Needed, flag, env))
	}
	return lines
}

func statusWords(status ledger.RolloutStatus) string {
	switch status {
	case ledger.RolloutRunning:
		return green("running")
	case ledger.RolloutOnHold:
		return yellow("paused")
	case ledger.RolloutDone:
		return green("completed")
	case ledger.RolloutRolledback:
		return red("rolled back")
	case ledger.RolloutStopped:
		return red("aborted")
	}
	return string(status)
}

func (s *session) endWords(r *rolloutView) string {
	if r.EndedAt == nil {
		return ""
	}
	return fmt.Sprintf(", ended %s after %s", s.moment(*r.EndedAt), spanWords(r.EndedAt.Sub(r.StartedAt)))
}

// ladder has a row for each stage of the plan: done, current or to come.
func (s *session) ladder(r *rolloutView) []string {
	t := newTable()
	for i, stage := range r.Plan.Stages {
		mark := " "
		switch {
		case i < r.Stage || r.Status == ledger.RolloutDone:
			mark = green("✓")
		case i > r.Stage:
		case r.Status == ledger.RolloutRunning:
			mark = cyan("▶")
		case r.Status == ledger.RolloutOnHold:
			mark = yellow("‖")
		default:
			mark = red("✗")
		}
		name := fmt.Sprintf("stage %d", i+1)
		if stage.Name != "" {
			name += ", " + stage.Name
		}
		t.add(mark, name, stage.String(), soakWords(stage), s.stayed(r, i))
	}
	return t.lines()
}

func soakWords(stage ledger.Stage) string {
	text := "no soak"
	if stage.MinSoak != 0 {
		text = "soak " + spanWords(time.Duration(stage.MinSoak))
	}
	if stage.MaxSoak != 0 {
		text += ", at most " + spanWords(time.Duration(stage.MaxSoak))
	}
	return text
}

// stayed says when the rollout was at a stage, "" if it never was. What is
// served after a roll-back is no stay at a stage.
func (s *session) stayed(r *rolloutView, stage int) string {
	var from time.Time
	var until *time.Time
	for _, span := range r.Spans {
		if span.Stage != stage || span.Percentage != r.Plan.Stages[stage].Percentage {
			continue
		}
		if from.IsZero() {
			from = span.From
		}
		until = span.Until
	}
	switch {
	case from.IsZero():
		return ""
	case until == nil && r.EndedAt == nil:
		return fmt.Sprintf("since %s, for %s", s.moment(from), spanWords(s.now().Sub(from)))
	case until == nil:
		until = r.EndedAt
	}
	return fmt.Sprintf("from %s for %s", s.moment(from), spanWords(until.Sub(from)))
}
