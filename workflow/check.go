package workflow

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/flagledger/flagledger/ledger"
)

// JudgeCheck gives the verdict of a check on what its source said, or on err,
// which is why it said nothing. It is pure. The first that applies is
//
//   - noData, if there was no answer, or one that is not to the question;
//   - a webhook's own verdict, but that it passes only when the stage has
//     lasted for q.For;
//   - hold, if the stage is younger than that;
//   - noData, if a variant has no values, or one that is no number, or none
//     for more than two steps or at the last, or a ratio cannot be formed;
//   - fail, if the condition is violated at every point, and pass, if it is
//     met at every point;
//   - hold.
//
// There is no error control in this: a limit near what is usual fails healthy
// releases.
func JudgeCheck(q Question, c ledger.Check, a Answer, err error) ledger.GateEvidence {
	e := &ledger.CheckEvidence{
		Name: c.Name, Source: c.Source, Query: q.Query, ControlQuery: q.ControlQuery, Condition: c.Condition(),
		From: q.From, Until: q.Until, For: ledger.Duration(q.For), Step: ledger.Duration(q.Step),
		Answer: short(a.Verdict), Said: short(a.Reason), Took: ledger.Duration(a.Took),
	}
	j := checked{q: q, c: c, a: a, e: e}
	g := ledger.GateEvidence{Check: e}
	var reason string
	switch {
	case errors.Is(err, ErrUnknownSource):
		g.Verdict = ledger.VerdictNoData
		reason = fmt.Sprintf("the server has no source %s; add it to --sources", quoted(c.Source))
	case err != nil:
		g.Verdict, reason = ledger.VerdictNoData, fmt.Sprintf("%s: %s", c.Source, short(err.Error()))
	case q.From.Equal(q.Until):
		g.Verdict, reason = ledger.VerdictHold, j.waiting()
	case c.Query == "":
		g.Verdict, reason = j.answered()
	case a.Verdict != "":
		g.Verdict = ledger.VerdictNoData
		reason = fmt.Sprintf("%s gives a verdict and no values; remove the query and its bound", c.Source)
	default:
		g.Verdict, reason = j.measured()
	}
	g.Reason = c.Name + ": " + reason
	return g
}

// checked is a check with its answer, about to get its verdict.
type checked struct {
	q Question
	c ledger.Check
	a Answer
	e *ledger.CheckEvidence
}

func (j checked) waiting() string {
	return fmt.Sprintf("%s of the %s that it is judged on have passed in this stage",
		plainDuration(j.q.Until.Sub(j.q.From)), plainDuration(j.q.For))
}

// answered takes over a webhook's verdict.
func (j checked) answered() (ledger.Verdict, string) {
	v := ledger.Verdict(j.a.Verdict)
	said := fmt.Sprintf("%s says %s", j.c.Source, v)
	if j.e.Said != "" {
		said += ", " + quoted(j.e.Said)
	}
	switch v {
	case ledger.VerdictPass:
		if j.q.young() {
			return ledger.VerdictHold, said + "; " + j.waiting()
		}
		return v, said
	case ledger.VerdictHold, ledger.VerdictFail, ledger.VerdictNoData:
		return v, said
	}
	return ledger.VerdictNoData, fmt.Sprintf("%s says %s, which is not one of pass, hold, fail, noData", j.c.Source, quoted(j.e.Answer))
}

// measured judges values.
func (j checked) measured() (ledger.Verdict, string) {
	judged := j.a.Treatment
	j.e.Treatment = summary(j.a.Treatment)
	problem := j.problem("", j.a.Treatment)
	if j.q.ControlQuery != "" {
		j.e.Control = summary(j.a.Control)
		if problem = j.problem("for the treatment "+quoted(j.q.Treatment)+" ", j.a.Treatment); problem == "" {
			problem = j.problem("for the control "+quoted(j.q.Control)+" ", j.a.Control)
		}
	}
	if problem == "" && (j.c.MaxRatio != 0 || j.c.MinRatio != 0) {
		if judged, problem = j.ratios(); problem == "" {
			j.e.Ratio = summary(judged)
		}
	}
	if problem == "" {
		for _, p := range judged {
			if j.violates(p.Value) {
				j.e.Violated++
			}
		}
	}
	switch {
	case j.q.young():
		return ledger.VerdictHold, j.waiting()
	case problem != "":
		return ledger.VerdictNoData, j.c.Source + problem
	}
	return j.compared(*summary(judged))
}

// compared gives the verdict on values of which nothing is wrong.
func (j checked) compared(s ledger.SeriesEvidence) (ledger.Verdict, string) {
	values := fmt.Sprintf("%s to %s at %d points, last %s", number(s.Min), number(s.Max), s.Points, number(s.Last))
	length := plainDuration(j.q.For)
	switch j.e.Violated {
	case s.Points:
		return ledger.VerdictFail, fmt.Sprintf("not %s for %s: %s", j.c.Condition(), length, values)
	case 0:
		return ledger.VerdictPass, fmt.Sprintf("%s for %s: %s", j.c.Condition(), length, values)
	}
	return ledger.VerdictHold, fmt.Sprintf("not %s at %d of %d points in %s: %s",
		j.c.Condition(), j.e.Violated, s.Points, length, values)
}

func (j checked) violates(v float64) bool {
	switch {
	case j.c.Max != nil:
		return v > *j.c.Max
	case j.c.Min != nil:
		return v < *j.c.Min
	case j.c.MaxRatio != 0:
		return v >= j.c.MaxRatio
	default:
		return v <= j.c.MinRatio
	}
}

// problem says why the values of an arm cannot be judged, "" if they can. One
// point in a row may be missing, but not the last: that is how silence begins.
func (j checked) problem(arm string, points []Point) string {
	if len(points) == 0 {
		return " has no value " + arm + "since " + clock(j.q.From)
	}
	most := 2 * j.q.Step
	before := j.q.From.Add(-j.q.Step)
	for _, p := range points {
		switch {
		case math.IsNaN(p.Value) || math.IsInf(p.Value, 0):
			return fmt.Sprintf(" has %v as the value %sat %s, which is no number", p.Value, arm, clock(p.At))
		case p.At.Before(j.q.From) || p.At.After(j.q.Until):
			return fmt.Sprintf(" gives a value %sat %s, which was not asked about", arm, clock(p.At))
		case !p.At.After(before):
			return fmt.Sprintf(" gives values %sthat are not in the order of time", arm)
		case p.At.Sub(before) > most:
			return fmt.Sprintf(" has no value %sfrom %s to %s", arm, clock(before), clock(p.At))
		}
		before = p.At
	}
	if j.q.Until.Sub(before) >= j.q.Step {
		return fmt.Sprintf(" has no value %ssince %s", arm, clock(before))
	}
	return ""
}

// ratios gives treatment by control wherever both have a value.
func (j checked) ratios() (out []Point, problem string) {
	control := make(map[int64]float64, len(j.a.Control))
	for _, p := range j.a.Control {
		control[p.At.UnixMilli()] = p.Value
	}
	for _, p := range j.a.Treatment {
		c, ok := control[p.At.UnixMilli()]
		switch {
		case !ok:
		case c <= 0:
			return nil, fmt.Sprintf(" has %s as the control's value at %s, so no ratio to it can be formed", number(c), clock(p.At))
		case p.Value < 0 || math.IsInf(p.Value/c, 0):
			return nil, fmt.Sprintf(" has %s and %s as the values at %s, which have no ratio", number(p.Value), number(c), clock(p.At))
		default:
			out = append(out, Point{p.At, p.Value / c})
		}
	}
	return out, j.problem("of both variants ", out)
}

// summary is nil without points. A number that JSON cannot hold becomes 0.
func summary(points []Point) *ledger.SeriesEvidence {
	if len(points) == 0 {
		return nil
	}
	last := points[len(points)-1]
	s := &ledger.SeriesEvidence{Points: len(points), Min: last.Value, Max: last.Value, Last: finite(last.Value), At: last.At.UTC()}
	for _, p := range points {
		s.Min, s.Max = min(s.Min, p.Value), max(s.Max, p.Value)
	}
	s.Min, s.Max = finite(s.Min), finite(s.Max)
	return s
}

// short bounds what others wrote, and keeps it on one line.
func short(text string) string {
	const most = 300
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	if len(text) <= most {
		return text
	}
	end := most
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
