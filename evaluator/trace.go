package evaluator

import (
	"encoding/json"
	"strconv"
)

// trace collects the steps of one evaluation for Explain. Steps inside steps
// (prerequisites, segments) are collected by a child and adopted.
type trace struct {
	program *Program
	steps   []Step
	clauses []ClauseStep  // of the rule under way
	inside  []SegmentStep // of the inSegment clause under way
	list    string        // of the segment under way: the list that decided
	by      string
}

func (t *trace) child() *trace { return &trace{program: t.program} }

func (t *trace) explanation(f *flag, d decision) Explanation {
	if f.broken {
		t.steps = []Step{{Kind: StepError, Problem: t.program.broken[f.key].Error()}}
	}
	out := Explanation{Flag: f.key, Steps: t.steps}
	t.program.fill(&out.Result, f, d)
	return out
}

func (t *trace) off() { t.steps = append(t.steps, Step{Kind: StepOff, Matched: true}) }

func (t *trace) fallback() { t.steps = append(t.steps, Step{Kind: StepDefault, Matched: true}) }

func (t *trace) prerequisite(p *prerequisite, inner *trace, d decision, met bool) {
	names := make([]string, len(p.variants))
	for i, v := range p.variants {
		names[i] = v.name
	}
	t.steps = append(t.steps, Step{Kind: StepPrerequisite, Matched: met, Prerequisite: &PrerequisiteStep{
		Variants: names, Explanation: inner.explanation(p.flag, d),
	}})
}

func (t *trace) target(from *target, a *Attribute, matched bool) {
	t.steps = append(t.steps, Step{Kind: StepTarget, Matched: matched, Target: &TargetStep{
		Variant:   from.variant.name,
		Attribute: attributeName(from.units.by),
		Actual:    actual(a),
		Values:    first(from.units.values.list),
		Total:     from.units.values.size(),
	}})
}

func (t *trace) rule(i int, r *rule, matched bool) {
	if t.clauses == nil {
		t.clauses = []ClauseStep{} // a list in JSON, too
	}
	t.steps = append(t.steps, Step{Kind: StepRule, Matched: matched, Rule: &RuleStep{
		Index: i, ID: r.id, Description: r.description, Clauses: t.clauses,
	}})
	t.clauses = nil
}

func (t *trace) clause(c *clause, a *Attribute, matched bool) {
	step := c.step(matched)
	step.Attribute, step.Actual = attributeName(c.attribute), actual(a)
	t.clauses = append(t.clauses, step)
}

func (t *trace) segmentClause(c *clause, matched bool) {
	step := c.step(matched)
	step.Segments = t.inside
	t.clauses = append(t.clauses, step)
	t.inside = nil
}

func (t *trace) segment(s *segment, inner *trace, in bool) {
	t.inside = append(t.inside, SegmentStep{
		Segment: s.key, Matched: in, List: inner.list, By: inner.by, Clauses: inner.clauses,
	})
}

func (t *trace) listed(l *unitList, name string) {
	t.list, t.by = name, attributeName(l.by)
}

// step describes what a clause asks for.
func (c *clause) step(matched bool) ClauseStep {
	step := ClauseStep{Op: Operator(c.op.String()), Negate: c.negate, Matched: matched, Total: c.texts.size()}
	for _, text := range first(c.texts.list) {
		step.Values = append(step.Values, appendScalar(nil, &scalar{kind: kindString, text: text}))
	}
	if c.more != nil {
		step.Total = c.more.total
		for _, raw := range c.more.shown[:min(len(c.more.shown), shownValues-len(step.Values))] {
			step.Values = append(step.Values, json.RawMessage(raw))
		}
	}
	return step
}

// include records whether the unit is inside the share of a split.
func (t *trace) include(s *split, unit *Attribute, bucket int32) {
	in := s.include
	draw := newDraw(in.prefix, unit, bucket)
	draw.Weights = []Weight{{Weight: int(in.end)}}
	if draw.To = in.end; bucket >= in.end {
		draw.From, draw.To, draw.Variant = in.end, TotalWeight, in.otherwise.name
	}
	t.splitStep(s, unit).Include = draw
}

func (t *trace) split(s *split, unit *Attribute, bucket int32, taken int) {
	draw := newDraw(s.prefix, unit, bucket)
	draw.Weights = make([]Weight, len(s.ranges))
	start := int32(0)
	for i, r := range s.ranges {
		draw.Weights[i] = Weight{r.variant.name, int(r.end - start)}
		if i == taken {
			draw.From, draw.To, draw.Variant = start, r.end, r.variant.name
		}
		start = r.end
	}
	t.splitStep(s, unit).Draw = draw
}

func (t *trace) noUnit(s *split, unit *Attribute) { t.splitStep(s, unit) }

// splitStep returns the split of the step under way, the last one.
func (t *trace) splitStep(s *split, unit *Attribute) *SplitStep {
	step := &t.steps[len(t.steps)-1]
	if step.Split == nil {
		step.Split = &SplitStep{By: attributeName(s.by), Unit: actual(unit)}
	}
	return step.Split
}

func newDraw(prefix string, unit *Attribute, bucket int32) *Draw {
	input, _ := appendUnit([]byte(prefix), &unit.scalar)
	return &Draw{Input: string(input), Bucket: bucket}
}

// actual is the value an attribute was found to have; nil if it is missing. A
// long one is cut, with the number of its bytes.
func actual(a *Attribute) json.RawMessage {
	if a == nil {
		return nil
	}
	const most = 256
	raw := a.appendJSON(nil)
	if len(raw) <= most {
		return raw
	}
	cut := abbreviate(string(raw)) + " (" + strconv.Itoa(len(raw)) + " bytes)"
	return appendScalar(nil, &scalar{kind: kindString, text: cut})
}

func first(list []string) []string { return list[:min(len(list), shownValues)] }
