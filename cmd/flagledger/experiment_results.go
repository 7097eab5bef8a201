package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/ledger"
)

func newExperimentResults(a *app) *cobra.Command {
	var env, by, series string
	var table bool
	cmd := &cobra.Command{
		Use:   "results KEY",
		Short: "Show what an experiment has shown so far, and what that means",
		Long: `Show the results of a flag's newest experiment: whether the units are split as
configured, and for each metric and variant the effect with its interval. The
intervals hold at every look, so there is no harm in looking often or early; those
of the goals hold for all goals together.

With --by the results are broken down by an attribute that exposures carry, with
--series they are shown as they were at the end of every hour or day.`,
		Example: example(
			`flagledger experiment results redesigned-dashboard --env production`,
			`flagledger experiment results redesigned-dashboard --env production --by country`,
			`flagledger experiment results redesigned-dashboard --env production --series 24h`,
			`flagledger experiment results redesigned-dashboard --env production --csv > results.csv`),
		Args: exactly, ValidArgsFunction: a.completeFlags,
	}
	cmd.RunE = a.action(func(ctx context.Context, s *session, args []string) error {
		env, err := s.environmentOr(env, "")
		if err != nil {
			return err
		}
		path := s.placePath(args[0], env, "experiment", "results")
		if table {
			r, err := s.get(ctx, path+".csv", resultsQuery(series, by))
			if err != nil {
				return err
			}
			_, err = s.stdout.Write(r.body)
			return err
		}
		r, err := s.get(ctx, path, resultsQuery(series, by))
		if err != nil {
			return err
		}
		return s.answer(r, func() error {
			var report experiment.Report
			if err := r.into(&report); err != nil {
				return err
			}
			s.writeReport(args[0], env, &report)
			return nil
		})
	})
	f := cmd.Flags()
	f.StringVar(&env, "env", "", "environment ($"+varEnvironment+")")
	f.StringVar(&by, "by", "", "attribute of exposures to break the results down by")
	f.StringVar(&series, "series", "", "time between the points of a series: 1h, 24h")
	f.BoolVar(&table, "csv", false, "print a table of comma-separated values")
	a.completeFlag(cmd, "env", a.completeEnvironments)
	return cmd
}

func (s *session) writeReport(flag, env string, r *experiment.Report) {
	s.sayf("%s in %s, %s until %s", bold(flag), bold(env), spanWords(r.Until.Sub(r.From).Truncate(time.Minute)), s.moment(r.Until))
	s.sayf("")
	for _, line := range splitWords(r) {
		s.sayf("  %s", line)
	}
	results := newTable("METRIC", "VARIANT", "CONTROL", "TREATMENT", "CHANGE", "INTERVAL", "", "P", "FINDING")
	reach := reachOf(r)
	var notes []string
	for _, m := range r.Metrics {
		for _, e := range m.Results {
			results.add(resultRow(m, e.MetricEvidence, reach)...)
			if e.Reason != "" {
				notes = append(notes, fmt.Sprintf("%s, %s: no data: %s", m.Metric, e.Variant, e.Reason))
			}
			if e.Explained > 0 {
				notes = append(notes, fmt.Sprintf("%s, %s: the time before explains %.0f%% of the variance (CUPED)", m.Metric, e.Variant, 100*e.Explained))
			}
		}
	}
	s.sayf("")
	results.prefix = "  "
	results.write(s.out)
	for _, line := range notes {
		s.sayf("  %s", dim(line))
	}
	s.writeBreakdown(r)
	s.writeSeries(r)
	s.sayf("")
	for _, sentence := range r.Conclusion.Sentences {
		s.sayf("%s", sentence)
	}
}

// splitWords are the units of each variant and whether they are as expected.
func splitWords(r *experiment.Report) []string {
	t := newTable("VARIANT", "UNITS", "EXPECTED")
	for _, v := range r.Variants {
		t.add(v.Variant, count(v.Units), count(int64(math.Round(v.Expected))))
	}
	lines := t.lines()
	verdict := green("ok")
	if r.Split.Alarm {
		verdict = red("wrong: " + r.Split.Reason)
	}
	line := fmt.Sprintf("sample ratio: p = %s, %s", number(r.Split.P), verdict)
	if n := len(r.Split.Stretches); n > 1 {
		line += fmt.Sprintf(", over %d splits", n)
	}
	return append(lines, line)
}

func resultRow(m experiment.MetricReport, e ledger.MetricEvidence, reach float64) []string {
	role := m.Metric
	if m.Role == ledger.Guardrail {
		role += " " + dim("(guardrail)")
	}
	if e.Finding == ledger.FindingNoData {
		return []string{role, e.Variant, "-", "-", "-", "-", bar(nil, reach), "-", findingWords(e)}
	}
	change, interval := changeWords(e)
	return []string{
		role, e.Variant, valueWords(m.Definition, e.Control), valueWords(m.Definition, e.Treatment), change, interval,
		bar(e.Lift, reach), pWords(e.AdjustedP), findingWords(e),
	}
}

// changeWords are the effect and its interval, relative if it can be.
func changeWords(e ledger.MetricEvidence) (change, interval string) {
	estimate, write := e.Lift, experiment.Percent
	if estimate == nil {
		estimate, write = e.Difference, experiment.Signed
	}
	low, high := "-∞", "+∞"
	if estimate.Low != nil {
		low = write(*estimate.Low)
	}
	if estimate.High != nil {
		high = write(*estimate.High)
	}
	return write(estimate.Value), low + " … " + high
}

// valueWords is a metric's value: shares in percent, others with their unit.
func valueWords(m ledger.Metric, x *float64) string {
	if x == nil {
		return "-"
	}
	switch m.Kind {
	case ledger.MetricConversion, ledger.MetricRetention, ledger.MetricErrorRate:
		return number(100**x) + "%"
	case ledger.MetricCount, ledger.MetricSum, ledger.MetricMean, ledger.MetricRatio, ledger.MetricQuantile:
	}
	return strings.TrimSpace(number(*x) + " " + m.Unit)
}

func pWords(p *float64) string {
	switch {
	case p == nil:
		return "-"
	case *p < 0.0001:
		return "<0.0001"
	}
	return fmt.Sprintf("%.4f", *p)
}

func findingWords(e ledger.MetricEvidence) string {
	switch e.Finding {
	case ledger.FindingBetter:
		return green("better")
	case ledger.FindingWorse:
		return red("worse")
	case ledger.FindingNoData:
		return yellow("no data")
	case ledger.FindingOpen:
	}
	return "open"
}

func (s *session) writeBreakdown(r *experiment.Report) {
	if r.Breakdown == nil {
		return
	}
	t := newTable(strings.ToUpper(r.Breakdown.Dimension), "UNITS", "METRIC", "VARIANT", "CHANGE", "INTERVAL", "P", "FINDING")
	t.prefix = "  "
	for _, g := range r.Breakdown.Subgroups {
		value := cmp.Or(g.Value, "(none)")
		if g.Others {
			value = "(others)"
		}
		for _, e := range g.Results {
			if e.Finding == ledger.FindingNoData {
				t.add(value, count(g.Units), e.Metric, e.Variant, "-", "-", "-", findingWords(e))
				continue
			}
			change, interval := changeWords(e)
			t.add(value, count(g.Units), e.Metric, e.Variant, change, interval, pWords(e.AdjustedP), findingWords(e))
		}
	}
	s.sayf("")
	t.write(s.out)
}

func (s *session) writeSeries(r *experiment.Report) {
	t := newTable("UNTIL", "METRIC", "VARIANT", "CHANGE", "INTERVAL", "")
	t.prefix = "  "
	reach, points := reachOf(r), 0
	for _, m := range r.Metrics {
		for _, e := range m.Results {
			for _, p := range e.Series {
				change, interval := changeWords(ledger.MetricEvidence{Difference: p.Difference, Lift: p.Lift})
				t.add(s.moment(p.At), m.Metric, e.Variant, change, interval, bar(p.Lift, reach))
				points++
			}
		}
	}
	if points > 0 {
		s.sayf("")
		t.write(s.out)
	}
}
