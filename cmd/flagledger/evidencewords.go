package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// number writes a measured number with at most four significant digits.
func number(f float64) string {
	text := strconv.FormatFloat(f, 'g', 4, 64)
	if strings.Contains(text, "e") {
		if plain := strconv.FormatFloat(f, 'f', -1, 64); len(plain) <= 12 {
			return plain
		}
	}
	return text
}

// count writes a whole number in groups of three digits.
func count(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func verdictWords(v ledger.Verdict) string {
	switch v {
	case ledger.VerdictPass:
		return green("pass")
	case ledger.VerdictFail:
		return red("fail")
	case ledger.VerdictHold:
		return yellow("hold")
	case ledger.VerdictNoData:
		return yellow("no data")
	}
	return string(v)
}

// evidenceWords lays out what a decision was made on, one line each.
func (w *world) evidenceWords(e *ledger.Evidence, metrics map[string]ledger.Metric) []string {
	if e == nil {
		return nil
	}
	lines := []string{
		fmt.Sprintf("evidence until %s: %s treated and %s control units in this stage, %s treated in the rollout", w.moment(e.Until),
			count(e.StageTreatment), count(e.StageControl), count(e.RolloutTreatment)),
		fmt.Sprintf("sample ratio p = %s, %s units exposed to both", number(e.SRMP), count(e.MixedUnits)),
	}
	for _, g := range e.Gates {
		if g.Check != nil {
			lines = append(lines, w.checkEvidenceWords(g)...)
			continue
		}
		if g.Effect != nil {
			lines = append(lines, effectEvidenceWords(g, metrics[g.Metric])...)
			continue
		}
		lines = append(lines, gateEvidenceWords(g, metrics[g.Metric])...)
	}
	return lines
}

// gateEvidenceWords is one gate: its verdict, both arms, the ratio with its
// bounds, and how far the tests are.
func gateEvidenceWords(g ledger.GateEvidence, m ledger.Metric) []string {
	head := fmt.Sprintf("gate %s (below %s× control)%s: %s", bold(g.Metric), number(g.MaxRatio), dryWords(g.DryRun), verdictWords(g.Verdict))
	if g.Reason != "" {
		head += " - " + g.Reason
	}
	lines := []string{head}
	if g.Above > 0 {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  bad means above %s %s", number(g.Above), m.Unit), " "))
	}
	lines = append(lines, armWords("treatment", g.Treatment), armWords("control  ", g.Control))
	if g.Ratio > 0 {
		lines = append(lines, fmt.Sprintf("  ratio     %s, between %s and %s; judged against %s",
			number(g.Ratio), number(g.RatioLow), number(g.RatioHigh), number(g.Tau)))
	}
	if g.FailThreshold <= 0 { // the tests were not made
		return lines
	}
	return append(lines,
		logEWords("fail     ", g.LogEFail, g.FailThreshold),
		logEWords("breaker  ", g.LogEBreaker, g.BreakerThreshold),
		logEWords("pass     ", g.LogEPass, g.PassThreshold)+
			fmt.Sprintf("; %s baseline events expected, %s needed", number(g.Expected), number(g.MinExpected)))
}

func armWords(name string, a ledger.ArmEvidence) string {
	text := fmt.Sprintf("  %s %s of %s units bad", name, count(a.BadUnits), count(a.Units))
	if a.Units > 0 {
		text += fmt.Sprintf(" (%s%%)", number(100*float64(a.BadUnits)/float64(a.Units)))
	}
	return text + fmt.Sprintf("; %s of %s events", count(a.Bad), count(a.Events))
}

// barWidth is the length of the bar of a test, in characters.
const barWidth = 20

// logEWords shows a test's log e-value on its way to the threshold.
func logEWords(name string, logE, threshold float64) string {
	share := 0.0
	if threshold > 0 {
		share = min(max(logE/threshold, 0), 1)
	}
	full := int(share * barWidth)
	bar := strings.Repeat("█", full) + strings.Repeat("░", barWidth-full)
	return fmt.Sprintf("  %s %s log e %s of %s", name, bar, hundredths(logE), hundredths(threshold))
}

// hundredths writes a log e-value: to hundredths, and what rounds to nothing as 0.
func hundredths(f float64) string {
	text := strconv.FormatFloat(f, 'f', 2, 64)
	if text == "-0.00" {
		return "0.00"
	}
	return text
}
