package experiment

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// WriteCSV writes the report as a table with a heading: a row for each metric
// and variant, then the points of its series, which have a time, and the
// segments of the breakdown, which have a dimension and a value. What is not
// known is empty. The error is the writer's.
func (r Report) WriteCSV(to io.Writer) error {
	w := csv.NewWriter(to)
	rows := [][]string{{
		"metric", "role", "variant", "dimension", "value", "others", "at", "control_units", "treatment_units", "control", "treatment",
		"difference", "difference_low", "difference_high", "lift", "lift_low", "lift_high", "p", "adjusted_p", "finding", "reason",
	}}
	for _, m := range r.Metrics {
		for _, result := range m.Results {
			rows = append(rows, row(result.MetricEvidence, "", Subgroup{}, r.Until))
			for _, p := range result.Series {
				rows = append(rows, row(ledger.MetricEvidence{
					Metric: m.Metric, Role: m.Role, Variant: result.Variant, Difference: p.Difference, Lift: p.Lift,
				}, "", Subgroup{}, p.At))
			}
		}
	}
	if r.Breakdown != nil {
		for _, s := range r.Breakdown.Subgroups {
			for _, e := range s.Results {
				rows = append(rows, row(e, r.Breakdown.Dimension, s, r.Until))
			}
		}
	}
	return w.WriteAll(rows)
}

func row(e ledger.MetricEvidence, dimension string, s Subgroup, at time.Time) []string {
	others, control, treatment := "", "", ""
	if s.Others {
		others = "true"
	}
	if e.Finding != "" {
		control, treatment = strconv.FormatInt(e.ControlUnits, 10), strconv.FormatInt(e.TreatmentUnits, 10)
	}
	cells := []string{
		e.Metric, string(e.Role), e.Variant, inert(dimension), inert(s.Value), others, at.UTC().Format(time.RFC3339),
		control, treatment, number(e.Control), number(e.Treatment),
	}
	cells = append(cells, bounds(e.Difference)...)
	cells = append(cells, bounds(e.Lift)...)
	return append(cells, number(e.P), number(e.AdjustedP), string(e.Finding), e.Reason)
}

func bounds(e *ledger.Estimate) []string {
	if e == nil {
		return []string{"", "", ""}
	}
	return []string{number(&e.Value), number(e.Low), number(e.High)}
}

func number(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}

// inert keeps a spreadsheet from taking text that came from outside for a
// formula.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
