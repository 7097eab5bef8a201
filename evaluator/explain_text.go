package evaluator

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// String returns the explanation as an indented text of several lines.
func (x Explanation) String() string {
	var out strings.Builder
	_ = x.Write(&out) // a Builder never fails
	return out.String()
}

// Write writes the explanation as an indented text, for a terminal.
func (x Explanation) Write(w io.Writer) error {
	p := &printer{}
	p.explanation(0, x)
	_, err := io.WriteString(w, p.out.String())
	return err
}

type printer struct {
	out strings.Builder
}

func (p *printer) line(indent int, format string, args ...any) {
	p.out.WriteString(strings.Repeat("  ", indent))
	fmt.Fprintf(&p.out, format, args...)
	p.out.WriteByte('\n')
}

func (p *printer) explanation(indent int, x Explanation) {
	p.line(indent, "%s = %s", x.Flag, verdict(x.Result))
	for _, s := range x.Steps {
		p.step(indent+1, s)
	}
}

// verdict is a Result in one line.
func verdict(r Result) string {
	if r.Reason == ReasonError {
		return fmt.Sprintf("%s %s (revision %d)", r.Reason, r.Error, r.Revision)
	}
	rule := ""
	if r.Rule != "" {
		rule = " by rule " + r.Rule
	}
	return fmt.Sprintf("%v (%s): %s%s (revision %d, flag version %d)", r.Value, r.Variant, r.Reason, rule, r.Revision, r.Version)
}

func (p *printer) step(indent int, s Step) {
	switch s.Kind {
	case StepError:
		p.line(indent, "! %s", s.Problem)
	case StepOff:
		p.line(indent, "%s flag is off", mark(true))
	case StepPrerequisite:
		p.line(indent, "%s prerequisite: %s must serve %s", mark(s.Matched),
			s.Prerequisite.Explanation.Flag, strings.Join(s.Prerequisite.Variants, " or "))
		p.explanation(indent+1, s.Prerequisite.Explanation)
	case StepTarget:
		t := s.Target
		p.line(indent, "%s target %s: %s %s in %s", mark(s.Matched), t.Variant, t.Attribute, found(t.Actual), list(t.Values, t.Total))
	case StepRule:
		p.rule(indent, s)
	case StepDefault:
		p.line(indent, "%s default", mark(true))
	}
	if s.Split != nil {
		p.split(indent+1, s.Split)
	}
}

func (p *printer) rule(indent int, s Step) {
	r := s.Rule
	title := r.ID
	if r.Description != "" {
		title += " (" + r.Description + ")"
	}
	p.line(indent, "%s rule %d: %s", mark(s.Matched), r.Index+1, title)
	p.clauses(indent+1, r.Clauses)
}

func (p *printer) clauses(indent int, clauses []ClauseStep) {
	for _, c := range clauses {
		subject := c.Attribute + " " + found(c.Actual) + " "
		if c.Op == OpInSegment {
			subject = ""
		}
		op := string(c.Op)
		if c.Negate {
			op = "not " + op
		}
		p.line(indent, "%s %s%s %s", mark(c.Matched), subject, op, list(c.Values, c.Total))
		for _, s := range c.Segments {
			p.segment(indent+1, s)
		}
	}
}

func (p *printer) segment(indent int, s SegmentStep) {
	why := ""
	if s.List != "" {
		why = ": " + s.List + " by " + s.By
	}
	p.line(indent, "%s segment %s%s", mark(s.Matched), s.Segment, why)
	p.clauses(indent+1, s.Clauses)
}

func (p *printer) split(indent int, s *SplitStep) {
	if s.Include == nil && s.Draw == nil {
		p.line(indent, "! split by %s %s: not a unit; it must be a non-empty string or an integer", s.By, found(s.Unit))
		return
	}
	p.line(indent, "split by %s %s", s.By, found(s.Unit))
	if s.Include != nil {
		p.draw(indent+1, "share of "+percent(s.Include.Weights[0].Weight), s.Include)
	}
	if s.Draw != nil {
		weights := make([]string, len(s.Draw.Weights))
		for i, w := range s.Draw.Weights {
			weights[i] = w.Variant + " " + percent(w.Weight)
		}
		p.draw(indent+1, strings.Join(weights, ", "), s.Draw)
	}
}

func (p *printer) draw(indent int, name string, d *Draw) {
	outcome := d.Variant
	if outcome == "" {
		outcome = "included"
	}
	p.line(indent, "%s: murmur3(%q) -> bucket %d in %d..%d -> %s", name, d.Input, d.Bucket, d.From, d.To-1, outcome)
}

// percent writes a weight exactly: 5000 is 5%, 1 is 0.001%.
func percent(weight int) string {
	const unit = TotalWeight / 100
	text := fmt.Sprintf("%d.%03d", weight/unit, weight%unit)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
}

func mark(matched bool) string {
	if matched {
		return "+"
	}
	return "-"
}

func found(actual json.RawMessage) string {
	if actual == nil {
		return "(missing)"
	}
	return string(actual)
}

func list[T string | json.RawMessage](values []T, total int) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	text := "[" + strings.Join(texts, ", ")
	if more := total - len(values); more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text + "]"
}
