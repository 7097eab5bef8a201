package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// planName names the plan of a rollout.
func planName(key string, plan ledger.Plan) string {
	if key == "" {
		return "plan given inline, " + ladderWords(plan)
	}
	return "plan " + key + ", " + ladderWords(plan)
}

// ladderWords is the plan's percentages: "5 → 25 → 100%".
func ladderWords(plan ledger.Plan) string {
	steps := make([]string, len(plan.Stages))
	for i, s := range plan.Stages {
		steps[i] = s.Percentage.String()
		if s.Segment != "" {
			steps[i] += "% of " + s.Segment
		}
	}
	text := strings.Join(steps, " → ")
	if last := len(plan.Stages) - 1; last >= 0 && plan.Stages[last].Segment != "" {
		return text
	}
	return text + "%"
}

// planWords is a plan in one line.
func planWords(plan ledger.Plan) string {
	gates := make([]string, len(plan.Gates))
	for i, g := range plan.Gates {
		gates[i] = gateWords(g)
	}
	text := ladderWords(plan)
	if len(gates) > 0 {
		text += " while " + strings.Join(gates, " and ")
	}
	return text + "; on failure " + onFailWords(plan.OnFail)
}

func gateWords(g ledger.Gate) string {
	if g.Check != nil {
		return checkWords(*g.Check) + dryWords(g.DryRun)
	}
	return g.Metric + " " + limitWords(g.Limit(), "") + dryWords(g.DryRun)
}

func onFailWords(f ledger.OnFail) string {
	switch f {
	case ledger.OnFailPause:
		return "pause"
	case ledger.OnFailStepBack:
		return "step back and pause"
	case ledger.OnFailRollback:
	}
	return "roll back"
}

// answerWords is what a gate does by itself when it fails.
func answerWords(g ledger.Gate) string {
	if g.OnFail == "" {
		return ""
	}
	return ", on failure " + onFailWords(g.OnFail)
}

// calendarWords lays out when stages may advance.
func calendarWords(c ledger.Calendar) (lines []string) {
	if c.Schedule != "" {
		lines = append(lines, fmt.Sprintf("a stage advances once for each time of %q", c.Schedule))
	}
	for _, w := range c.Releases {
		lines = append(lines, "stages advance in "+w.String())
	}
	for _, w := range c.Freezes {
		lines = append(lines, "no stage advances in "+w.String())
	}
	if len(lines) > 0 {
		lines = append(lines, "these times are those of "+first(c.TimeZone, "UTC"))
	}
	return lines
}

// approvalWords says who has to agree.
func approvalWords(a ledger.Approval) string {
	text := fmt.Sprintf("%d approval", a.Needed())
	if a.Needed() > 1 {
		text += "s"
	}
	if len(a.Roles) > 0 {
		roles := make([]string, len(a.Roles))
		for i, r := range a.Roles {
			roles[i] = string(r)
		}
		text += " of role " + strings.Join(roles, " or ")
	}
	if len(a.Tokens) > 0 {
		text += " by " + strings.Join(a.Tokens, ", ")
	}
	if a.NotAuthorAlone {
		text += ", not the author's alone"
	}
	return text
}

// stageLine describes a stage.
func stageLine(n int, stage ledger.Stage) string {
	line := fmt.Sprintf("stage %d: %s", n, stage)
	if stage.Name != "" {
		line = fmt.Sprintf("stage %d, %s: %s", n, stage.Name, stage)
	}
	if stage.MinSoak != 0 {
		line += ", for at least " + spanWords(time.Duration(stage.MinSoak))
	}
	if stage.MaxSoak != 0 {
		line += fmt.Sprintf(", undecided after %s: %s", spanWords(time.Duration(stage.MaxSoak)), first(string(stage.OnMaxSoak), string(ledger.OnMaxSoakHold)))
	}
	if stage.MinExpected != 0 {
		line += fmt.Sprintf(", with at least %s baseline events expected", number(stage.MinExpected))
	}
	if stage.ApproveBefore != nil {
		line += "; before it " + approvalWords(*stage.ApproveBefore)
	}
	if stage.ApproveAfter != nil {
		line += "; after it " + approvalWords(*stage.ApproveAfter)
	}
	return line
}

// spanWords writes a duration without empty parts: "24h", "1m30s".
func spanWords(d time.Duration) string {
	if d >= time.Second {
		d = d.Round(time.Second)
	} else {
		d = d.Round(time.Millisecond)
	}
	const day = 24 * time.Hour
	if d >= 3*day {
		text := fmt.Sprintf("%dd", d/day)
		if rest := d % day; rest > 0 {
			text += spanWords(rest)
		}
		return text
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// planLines lays a plan out, one line for each stage and gate.
func planLines(plan ledger.Plan) []string {
	var lines []string
	for i, stage := range plan.Stages {
		lines = append(lines, stageLine(i+1, stage))
	}
	for _, g := range plan.Gates {
		lines = append(lines, "gate: "+gateWords(g)+answerWords(g))
	}
	lines = append(lines, calendarWords(plan.Calendar)...)
	if plan.Exclusive {
		lines = append(lines, "no other rollout beside it on a flag that shares a prerequisite or a segment")
	}
	return append(lines, "on failure: "+onFailWords(plan.OnFail),
		fmt.Sprintf("looks every %s, %s after the events", spanWords(plan.Interval.Or(time.Minute)), spanWords(plan.Watermark.Or(10*time.Second))))
}
