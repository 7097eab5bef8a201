package evaluator

import "encoding/json"

// SpecVersion is the version of the ruleset format and of the meaning given
// to it. A ruleset with another version is refused by Compile.
const SpecVersion = 1

// TotalWeight is what the weights of a Split sum to: one unit is 0.001%.
const TotalWeight = 100_000

// Ruleset is everything an evaluator needs to know of one environment at one
// Revision. It is plain data; Compile turns it into a Program.
type Ruleset struct {
	SpecVersion int    `json:"specVersion"`
	Project     string `json:"project"`
	Environment string `json:"environment"`
	// Revision is the ledger position of the last event that changed this
	// ruleset. It crosses to JavaScript as a string.
	Revision uint64             `json:"revision,string"`
	Flags    map[string]Flag    `json:"flags"`
	Segments map[string]Segment `json:"segments,omitempty"`
}

// ValueType names the type that all variants of a flag share.
type ValueType string

// The types a flag can have.
const (
	TypeBoolean ValueType = "boolean"
	TypeString  ValueType = "string"
	TypeNumber  ValueType = "number"
	TypeJSON    ValueType = "json"
)

// Flag is a flag as one environment serves it.
type Flag struct {
	// Version is the ledger position of the last event that changed this
	// flag in this environment. Exposures carry it, so an exposure names
	// the exact configuration it was made under.
	Version uint64    `json:"version,string"`
	Type    ValueType `json:"type"`
	// Salt separates the buckets of this flag from those of others.
	Salt     string    `json:"salt"`
	Variants []Variant `json:"variants"`
	Config
}

// Variant is one named value of a flag.
type Variant struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// Config is the part of a flag that differs between environments.
type Config struct {
	// On false serves OffVariant to everybody, whatever else is set.
	On            bool           `json:"on"`
	OffVariant    string         `json:"offVariant"`
	Prerequisites []Prerequisite `json:"prerequisites,omitempty"`
	Targets       []Target       `json:"targets,omitempty"`
	Rules         []Rule         `json:"rules,omitempty"`
	// Default is served when no target and no rule matches.
	Default Serve `json:"default"`
}

// Prerequisite demands that another flag of the same environment is on and
// serves one of Variants; otherwise OffVariant is served.
type Prerequisite struct {
	Flag     string   `json:"flag"`
	Variants []string `json:"variants"`
}

// Target serves Variant to the units listed, compared by the attribute By
// (targetingKey if empty).
type Target struct {
	Variant string   `json:"variant"`
	By      string   `json:"by,omitempty"`
	Values  []string `json:"values"`
}

// Rule serves Serve when all its clauses match.
type Rule struct {
	ID          string   `json:"id"`
	Description string   `json:"description,omitempty"`
	Clauses     []Clause `json:"clauses"`
	Serve       Serve    `json:"serve"`
}

// Clause matches when the attribute stands in relation Op to at least one of
// Values; Negate turns that round. A missing attribute never matches, negated
// or not, except under OpExists.
type Clause struct {
	Attribute string            `json:"attribute,omitempty"`
	Op        Operator          `json:"op"`
	Values    []json.RawMessage `json:"values,omitempty"`
	Negate    bool              `json:"negate,omitempty"`
}

// Operator names the relation a Clause tests.
type Operator string

// The operators. Strings compare by code point, without case folding.
const (
	OpIn            Operator = "in"         // same type and equal to one of Values (string, number or boolean)
	OpEquals        Operator = "equals"     // in, with exactly one value
	OpContains      Operator = "contains"   // string contains
	OpStartsWith    Operator = "startsWith" // string has the prefix
	OpEndsWith      Operator = "endsWith"   // string has the suffix
	OpMatches       Operator = "matches"    // RE2 regular expression, unanchored
	OpLess          Operator = "lt"         // number below
	OpLessEqual     Operator = "lte"
	OpGreater       Operator = "gt"
	OpGreaterEqual  Operator = "gte"
	OpBefore        Operator = "before" // RFC 3339 string or Unix milliseconds
	OpAfter         Operator = "after"
	OpSemverEqual   Operator = "semverEq" // Semantic Versioning 2.0.0 precedence
	OpSemverLess    Operator = "semverLt"
	OpSemverGreater Operator = "semverGt"
	OpExists        Operator = "exists"      // the attribute is present; takes no values
	OpInCIDR        Operator = "inCidr"      // IPv4 or IPv6 address inside a prefix
	OpEmailDomain   Operator = "emailDomain" // the part after the last @, compared without case
	OpInSegment     Operator = "inSegment"   // Values are segment keys; takes no attribute
)

// Serve says what is served: exactly one of Variant and Split is set.
type Serve struct {
	Variant string `json:"variant,omitempty"`
	Split   *Split `json:"split,omitempty"`
}

// Split divides units among variants by bucket. Weights sum to TotalWeight.
// The first variant owns the lowest buckets, so raising its weight never moves
// a unit out of it.
type Split struct {
	// By names the attribute that is bucketed; targetingKey if empty.
	By string `json:"by,omitempty"`
	// Salt replaces the flag's salt; two splits share buckets only if they
	// share it on purpose.
	Salt    string   `json:"salt,omitempty"`
	Weights []Weight `json:"weights"`
	// Include limits the split to a share of the units; nil includes all.
	Include *Include `json:"include,omitempty"`
}

// Weight gives Weight buckets out of TotalWeight to a variant.
type Weight struct {
	Variant string `json:"variant"`
	Weight  int    `json:"weight"`
}

// Include is the share of units that a split covers, drawn with a salt of its
// own so that the share and the split are independent; the others are served
// Otherwise.
type Include struct {
	Weight    int    `json:"weight"`
	Salt      string `json:"salt"`
	Otherwise string `json:"otherwise"`
}

// Segment is a reusable set of units: listed in Included, or not listed in
// Excluded and matched by one of Rules.
type Segment struct {
	Version  uint64        `json:"version,string"`
	Included []SegmentList `json:"included,omitempty"`
	Excluded []SegmentList `json:"excluded,omitempty"`
	Rules    []SegmentRule `json:"rules,omitempty"`
}

// SegmentList lists values of the attribute By (targetingKey if empty).
type SegmentList struct {
	By     string   `json:"by,omitempty"`
	Values []string `json:"values"`
}

// SegmentRule matches when all its clauses match.
type SegmentRule struct {
	Clauses []Clause `json:"clauses"`
}

// Patch turns a ruleset at revision From or later into the ruleset at
// Revision: a nil flag or segment has been removed.
type Patch struct {
	SpecVersion int                 `json:"specVersion"`
	Project     string              `json:"project"`
	Environment string              `json:"environment"`
	From        uint64              `json:"from,string"`
	Revision    uint64              `json:"revision,string"`
	Flags       map[string]*Flag    `json:"flags,omitempty"`
	Segments    map[string]*Segment `json:"segments,omitempty"`
}
