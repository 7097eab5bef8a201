package workflow

import (
	"fmt"
	"math"
	"strconv"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// judged is a gate with its numbers, about to get its verdict.
type judged struct {
	g ledger.GateEvidence
	a stats.Assessment
	s analytics.GateSeries
	q []silence
	m ledger.Metric
	// treated and control are the units exposed in the current stage.
	treated, control int64
}

// verdict gives the verdict and the sentence that explains it.
func (j judged) verdict() (ledger.Verdict, string) {
	still, silent := ongoing(j.q, j.s.Stratum)
	switch {
	case j.a.Fails:
		return ledger.VerdictFail, j.failing()
	case j.a.Breaks:
		return ledger.VerdictFail, j.breaking()
	case j.s.StageTreatment.Events == 0 || j.s.StageControl.Events == 0:
		return ledger.VerdictNoData, j.silent()
	case silent:
		return ledger.VerdictNoData, j.fallenSilent(still)
	case j.g.Expected < j.g.MinExpected:
		return ledger.VerdictHold, fmt.Sprintf("%s: %.1f expected of the treated in this stage so far, at the control's rate; %s are needed",
			j.bad(), j.g.Expected, number(j.g.MinExpected))
	case j.s.StageTreatment.Active < MinUnits:
		return ledger.VerdictHold, fmt.Sprintf("%s was reported for %d treated units in this stage; at least %d are needed",
			quoted(j.m.Event), j.s.StageTreatment.Active, MinUnits)
	case j.a.Passes:
		return ledger.VerdictPass, j.passing()
	default:
		return ledger.VerdictHold, j.collecting()
	}
}

func (j judged) failing() string {
	look, when := j.alarm()
	return fmt.Sprintf("%s: %s of %s treated units against %s of %s control units, %s%s; evidence of harm %s, fails from %s",
		j.bad(), grouped(j.g.Treatment.BadUnits), grouped(j.g.Treatment.Units),
		grouped(j.g.Control.BadUnits), grouped(j.g.Control.Units), compared(look.Ratio), when,
		power(j.g.LogEFail), power(j.g.FailThreshold))
}

// alarm is the widest look whose excess is large enough to fail on.
func (j judged) alarm() (look stats.Look, when string) {
	for _, c := range []struct {
		look stats.Look
		when string
	}{
		{j.a.Rollout, ""},
		{j.a.Stage, " in this stage"},
		{j.a.Long, " in the last hour"},
	} {
		if c.look.Ratio >= j.a.AlertRatio {
			return c.look, c.when
		}
	}
	return j.a.Short, " in the last minutes"
}

func (j judged) breaking() string {
	r := j.a.Requests
	return fmt.Sprintf("%s: %s of %s events of the treatment against %s of %s of the control, %s; evidence of harm %s, fails from %s",
		j.bad(), grouped(r.XT), grouped(r.NT), grouped(r.XC), grouped(r.NC), compared(j.a.RequestRatio),
		power(j.g.LogEBreaker), power(j.g.BreakerThreshold))
}

func (j judged) silent() string {
	arm, exposed := "the treatment", j.treated
	switch {
	case j.s.StageTreatment.Events == 0 && j.s.StageControl.Events == 0:
		arm, exposed = "either variant", j.treated+j.control
	case j.s.StageControl.Events == 0:
		arm, exposed = "the control", j.control
	}
	text := fmt.Sprintf("no %s was reported for %s in this stage", quoted(j.m.Event), arm)
	if exposed > 0 {
		text += ", although units are exposed"
	}
	return text
}

func (j judged) fallenSilent(s silence) string {
	arm := "the control"
	if s.treatment {
		arm = "the treatment"
	}
	return fmt.Sprintf("no %s was reported for %s since %s, where %.0f were to be expected",
		quoted(j.m.Event), arm, clock(s.from), s.expected)
}

func (j judged) passing() string {
	return fmt.Sprintf("%s: %s in this stage; evidence %s that it stays below %s, passes from %s",
		j.bad(), compared(j.a.Stage.Ratio), power(j.g.LogEPass), times(j.g.Tau), power(j.g.PassThreshold))
}

func (j judged) collecting() string {
	return fmt.Sprintf("%s: %s in this stage so far; evidence of health %s of %s, of harm %s of %s",
		j.bad(), compared(j.a.Stage.Ratio), power(j.g.LogEPass), power(j.g.PassThreshold),
		power(j.g.LogEFail), power(j.g.FailThreshold))
}

// bad names the bad events: failed "request", "request" above 480 ms.
func (j judged) bad() string {
	if j.m.Kind != ledger.MetricQuantile {
		return "failed " + quoted(j.m.Event)
	}
	return fmt.Sprintf("%s above %.4g%s", quoted(j.m.Event), j.g.Above, unit(j.m))
}

func unit(m ledger.Metric) string {
	if m.Unit == "" {
		return ""
	}
	return " " + m.Unit
}

// compared puts a ratio into words. stats.Look documents the odd values.
func compared(ratio float64) string {
	switch {
	case math.IsNaN(ratio):
		return "none in either variant"
	case math.IsInf(ratio, 1):
		return "none of them in the control"
	default:
		return times(ratio) + " the control's rate"
	}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }
