package evaluator

import "encoding/json"

// Explanation tells how a Result came about: every step the evaluation took,
// in order, ending with the one that decided. It marshals to JSON; String
// writes it for a terminal.
type Explanation struct {
	Flag   string `json:"flag"`
	Result Result `json:"result"`
	Steps  []Step `json:"steps"`
}

// StepKind says what a Step looked at; it names the field of Step that is set.
type StepKind string

// The kinds of steps, in the order of evaluation.
const (
	StepError        StepKind = "error" // the flag is unknown or broken: see Step.Problem
	StepOff          StepKind = "off"
	StepPrerequisite StepKind = "prerequisite"
	StepTarget       StepKind = "target"
	StepRule         StepKind = "rule"
	StepDefault      StepKind = "default"
)

// Step is one question the evaluation asked.
type Step struct {
	Kind StepKind `json:"kind"`
	// Matched: the flag is off; the prerequisite is met; the unit is listed;
	// all clauses of the rule match. Always true for the default.
	Matched      bool              `json:"matched"`
	Prerequisite *PrerequisiteStep `json:"prerequisite,omitempty"`
	Target       *TargetStep       `json:"target,omitempty"`
	Rule         *RuleStep         `json:"rule,omitempty"`
	// Split is set on the rule or default that decided by a split.
	Split   *SplitStep `json:"split,omitempty"`
	Problem string     `json:"problem,omitempty"`
}

// PrerequisiteStep is the evaluation of another flag that this one needs.
type PrerequisiteStep struct {
	Variants    []string    `json:"variants"` // one of which is needed
	Explanation Explanation `json:"explanation"`
}

// TargetStep is the look into a list of units.
type TargetStep struct {
	Variant   string          `json:"variant"`
	Attribute string          `json:"attribute"`
	Actual    json.RawMessage `json:"actual,omitempty"` // absent if the attribute is missing
	Values    []string        `json:"values"`           // the first few
	Total     int             `json:"total"`            // how many there are
}

// RuleStep is one rule with its clauses, up to the first that did not match.
type RuleStep struct {
	Index       int          `json:"index"` // from 0
	ID          string       `json:"id"`
	Description string       `json:"description,omitempty"`
	Clauses     []ClauseStep `json:"clauses"`
}

// ClauseStep is one clause and what it found.
type ClauseStep struct {
	Attribute string            `json:"attribute,omitempty"` // empty for inSegment
	Actual    json.RawMessage   `json:"actual,omitempty"`    // absent if the attribute is missing
	Op        Operator          `json:"op"`
	Negate    bool              `json:"negate,omitempty"`
	Values    []json.RawMessage `json:"values,omitempty"` // the first few
	Total     int               `json:"total,omitempty"`  // how many there are
	Segments  []SegmentStep     `json:"segments,omitempty"`
	Matched   bool              `json:"matched"`
}

// SegmentStep is the look into one segment.
type SegmentStep struct {
	Segment string `json:"segment"`
	Matched bool   `json:"matched"`
	// List is "included" or "excluded" when a list decided; By is the
	// attribute it lists.
	List string `json:"list,omitempty"`
	By   string `json:"by,omitempty"`
	// Clauses are those of the segment's rules that were tried.
	Clauses []ClauseStep `json:"clauses,omitempty"`
}

// SplitStep is the draw of a variant by bucket.
type SplitStep struct {
	By string `json:"by"`
	// Unit is absent if the attribute is missing. Draw and Include are nil
	// if it cannot be a unit.
	Unit    json.RawMessage `json:"unit,omitempty"`
	Include *Draw           `json:"include,omitempty"` // the share, if there is one
	Draw    *Draw           `json:"draw,omitempty"`    // nil outside the share
}

// Draw is one bucket and the range of buckets it fell into.
type Draw struct {
	Input   string   `json:"input"` // what is hashed: salt, colon, unit
	Bucket  int32    `json:"bucket"`
	From    int32    `json:"from"` // the range taken is From <= Bucket < To
	To      int32    `json:"to"`
	Variant string   `json:"variant,omitempty"` // empty inside an included share
	Weights []Weight `json:"weights"`           // of a share: the share alone
}

// Explain evaluates as Evaluate does, by the same code, and tells how: its
// Result is always that of Evaluate. It allocates; it is meant for people.
func (p *Program) Explain(flag string, ctx Context) Explanation {
	f := p.flags[flag]
	if f == nil {
		return Explanation{flag, p.unknown(), []Step{{Kind: StepError, Problem: "there is no flag " + flag}}}
	}
	t := &trace{program: p}
	e := evaluation{attrs: ctx.attrs, trace: t}
	return t.explanation(f, e.flag(f))
}
