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
	}
	return strings.Join(steps, " → ") + "%"
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
	if f == ledger.OnFailPause {
		return "pause"
	}
	return "roll back"
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
		line := fmt.Sprintf("stage %d: %s%%", i+1, stage.Percentage)
		if stage.MinSoak != 0 {
			line += ", for at least " + spanWords(time.Duration(stage.MinSoak))
		}
		if stage.MinExpected != 0 {
			line += fmt.Sprintf(", with at least %s baseline events expected", number(stage.MinExpected))
		}
		lines = append(lines, line)
	}
	for _, g := range plan.Gates {
		lines = append(lines, "gate: "+gateWords(g))
	}
	return append(lines, "on failure: "+onFailWords(plan.OnFail),
		fmt.Sprintf("looks every %s, %s after the events", spanWords(plan.Interval.Or(time.Minute)), spanWords(plan.Watermark.Or(10*time.Second))))
}
