package notify

import (
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

func failedGates(e *ledger.Evidence) (failed []ledger.GateEvidence) {
	if e == nil {
		return nil
	}
	for _, g := range e.Gates {
		if g.Verdict == ledger.VerdictFail {
			failed = append(failed, g)
		}
	}
	return failed
}

// gatesWords names gates at the beginning of a sentence.
func gatesWords(gates []ledger.GateEvidence) string {
	names := make([]string, len(gates))
	for i, g := range gates {
		names[i] = nameOf(g)
	}
	if len(names) == 1 {
		return "Gate " + names[0]
	}
	return "Gates " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// causeOf is what each failed gate says, "" if none failed.
func causeOf(e *ledger.Evidence) string {
	var all []string
	for _, g := range failedGates(e) {
		all = append(all, nameOf(g)+": "+strings.TrimPrefix(g.Reason, nameOf(g)+": "))
	}
	return strings.Join(all, "; ")
}

// fieldsOf lays the evidence out: whom it has reached first, then the gates that
// failed with all their numbers, the others in a line each, and what it was
// counted on.
func fieldsOf(e *ledger.Evidence) []Field {
	if e == nil {
		return nil
	}
	fields := []Field{{"Units exposed so far", fmt.Sprintf("%s (%s in this stage, beside %s of the control)",
		grouped(e.RolloutTreatment), grouped(e.StageTreatment), grouped(e.StageControl))}}
	for _, g := range failedGates(e) {
		fields = append(fields, failedFields(g)...)
	}
	for _, g := range e.Gates {
		switch {
		case g.Verdict == ledger.VerdictFail:
		case g.Check != nil:
			fields = append(fields, Field{"Gate " + g.Check.Name, verdictWords(g.Verdict) + ": " + g.Reason})
		case g.Effect != nil:
			fields = append(fields, effectField(g))
		default:
			fields = append(fields, Field{"Gate " + g.Metric, verdictWords(g.Verdict) + ": " + ratioWords(g) + "; " + limitWords(g)})
		}
	}
	return append(fields,
		Field{"Sample ratio", fmt.Sprintf("p = %s; units that met both variants: %s", number(e.SRMP), grouped(e.MixedUnits))},
		Field{"Counted", fmt.Sprintf("from %s until %s", moment(e.From), moment(e.Until))})
}

// failedFields are a gate that failed: the failures of each arm, their ratio with
// its bounds, its limit, and the test that found it out.
func failedFields(g ledger.GateEvidence) []Field {
	switch {
	case g.Check != nil:
		return []Field{{"Gate " + g.Check.Name, "FAILED: " + g.Reason}}
	case g.Effect != nil:
		return effectFields(g)
	}
	fields := []Field{
		{"Failures attributed, " + g.Metric, failures(g)},
		{"Gate " + g.Metric, "FAILED: " + ratioWords(g) + "; " + limitWords(g)},
	}
	if test := testWords(g); test != "" {
		fields = append(fields, Field{"Evidence, " + g.Metric, test})
	}
	return fields
}

func ratioWords(g ledger.GateEvidence) string {
	if g.Ratio <= 0 {
		return "no ratio to the control yet"
	}
	return fmt.Sprintf("%s times the control's rate, between %s and %s", number(g.Ratio), number(g.RatioLow), number(g.RatioHigh))
}

func limitWords(g ledger.GateEvidence) string {
	if g.Above > 0 && g.Tau > 0 {
		return fmt.Sprintf("the limit of %s times is %s times as many units above %s", number(g.MaxRatio), number(g.Tau), number(g.Above))
	}
	return fmt.Sprintf("the limit is %s times", number(g.MaxRatio))
}

// failures counts the units of the treatment with a failure, and by how many
// they exceed what the control's rate would have given.
func failures(g ledger.GateEvidence) string {
	t, c := g.Treatment, g.Control
	text := fmt.Sprintf("%s of %s treated units%s", grouped(t.BadUnits), grouped(t.Units), percent(t.BadUnits, t.Units))
	if c.Units > 0 {
		more := float64(t.BadUnits) - float64(t.Units)*float64(c.BadUnits)/float64(c.Units)
		if more >= 1 {
			text += fmt.Sprintf(", about %.0f more than at the control's rate", more)
		}
		text += fmt.Sprintf("; control %s of %s%s", grouped(c.BadUnits), grouped(c.Units), percent(c.BadUnits, c.Units))
	}
	return text
}

// testWords are the e-value that failed the gate, and what it is compared with.
func testWords(g ledger.GateEvidence) string {
	switch {
	case g.FailThreshold <= 0: // the tests were not made
		return ""
	case g.LogEFail < g.FailThreshold:
		return fmt.Sprintf("of harm in single events e^%.1f, fails from e^%.1f", g.LogEBreaker, g.BreakerThreshold)
	default:
		return fmt.Sprintf("of harm e^%.1f, fails from e^%.1f", g.LogEFail, g.FailThreshold)
	}
}
