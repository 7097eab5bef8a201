package evaluator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The limits of a ruleset. They keep a mistake in one flag from making every
// evaluation slow, and every language able to hold the same ruleset.
const (
	MaxKeyBytes          = 100   // key of a flag or segment, name of a variant
	MaxVariants          = 100   // per flag
	MaxTargets           = 1000  // per flag
	MaxRules             = 1000  // per flag or segment
	MaxClauses           = 100   // per rule
	MaxValues            = 50000 // per clause, target or segment list
	MaxLists             = 100   // included or excluded lists per segment
	MaxStringBytes       = 8 << 10
	MaxValueBytes        = 64 << 10 // JSON of a variant
	MaxPatternBytes      = 1 << 10  // regular expression
	MaxPrerequisiteDepth = 20       // chain of prerequisites or of segments
	MaxReferences        = 1000     // prerequisites or segments a full walk visits
)

// Problem is one thing that is wrong with a ruleset, flag or segment.
type Problem struct {
	// Path is where, from what was validated: rules[1].serve.split.weights.
	Path string `json:"path"`
	// Message says what was found and what would be right.
	Message string `json:"message"`
}

// ValidationError lists every problem found, in the order of the document
// (flags and segments by key).
type ValidationError struct {
	Problems []Problem
}

// Error lists the first few problems; a list of 50,000 wrong values has as
// many.
func (e *ValidationError) Error() string {
	const most = 20
	var lines []string
	for _, p := range e.Problems[:min(len(e.Problems), most)] {
		lines = append(lines, strings.TrimPrefix(p.Path+": "+p.Message, ": "))
	}
	text := strings.Join(lines, "; ")
	switch n := len(e.Problems); {
	case n > most:
		return fmt.Sprintf("%d problems: %s; and %d more", n, text, n-most)
	case n > 1:
		return fmt.Sprintf("%d problems: %s", n, text)
	}
	return text
}

// Validate checks the whole ruleset. The error is nil or a *ValidationError
// with every problem there is; problems of one flag do not hide those of
// another.
func (rs Ruleset) Validate() error {
	v := newValidator(rs)
	if rs.SpecVersion != SpecVersion {
		v.report((*path)(nil).field("specVersion"), "is %d; this build understands %d", rs.SpecVersion, SpecVersion)
	}
	flags, segments := (*path)(nil).field("flags"), (*path)(nil).field("segments")
	for _, key := range slices.Sorted(maps.Keys(rs.Flags)) {
		v.flag(key, rs.Flags[key], flags.field(key))
	}
	for _, key := range slices.Sorted(maps.Keys(rs.Segments)) {
		v.segment(key, rs.Segments[key], segments.field(key))
	}
	return v.err()
}

// ValidateFlag checks f as it would stand at key among the flags and segments
// of in, which need not hold it. The error is nil or a *ValidationError.
func ValidateFlag(key string, f Flag, in Scope) error {
	v := newValidator(withFlag{in, key, f})
	v.flag(key, f, nil)
	return v.err()
}

// ValidateSegment checks s as it would stand at key; see ValidateFlag.
func ValidateSegment(key string, s Segment, in Scope) error {
	v := newValidator(withSegment{in, key, s})
	v.segment(key, s, nil)
	return v.err()
}

// validator collects problems.
type validator struct {
	scope    Scope
	flags    *graph
	segments *graph
	problems []Problem
}

func newValidator(scope Scope) *validator {
	return &validator{
		scope: scope,
		flags: newGraph(func(key string) []string {
			f, _ := scope.Flag(key)
			return prerequisitesOf(f)
		}),
		segments: newGraph(func(key string) []string {
			s, _ := scope.Segment(key)
			return segmentsOf(s)
		}),
	}
}

func (v *validator) report(at *path, format string, args ...any) {
	v.problems = append(v.problems, Problem{at.String(), fmt.Sprintf(format, args...)})
}

// err returns the problems found since the last call.
func (v *validator) err() error {
	if len(v.problems) == 0 {
		return nil
	}
	err := &ValidationError{v.problems}
	v.problems = nil
	return err
}

// count reports a list that is longer than its limit.
func (v *validator) count(at *path, n, limit int, what string) {
	if n > limit {
		v.report(at, "has %d %s; the limit is %d", n, what, limit)
	}
}

// text reports a string that is too long.
func (v *validator) text(at *path, s string) {
	if len(s) > MaxStringBytes {
		v.report(at, "has %d bytes; the limit is %d", len(s), MaxStringBytes)
	}
}

// key checks the characters that keys of flags and segments and names of
// variants are made of.
func (v *validator) key(at *path, key string) {
	const allowed = "letters, digits, '-', '_' and '.', starting with a letter or digit"
	switch {
	case key == "":
		v.report(at, "is empty; use %s", allowed)
	case len(key) > MaxKeyBytes:
		v.report(at, "has %d bytes; the limit is %d", len(key), MaxKeyBytes)
	case strings.ContainsFunc(key, func(r rune) bool { return !keyRune(r) }) || strings.IndexByte("-_.", key[0]) >= 0:
		v.report(at, "%q is not a key; use %s", key, allowed)
	}
}

// references reports a cycle, or chains that are too long or too many.
func (v *validator) references(g *graph, key string, at *path, what string) {
	n := g.at(key)
	switch {
	case n.cyclic:
		v.report(at, "%s cycle %s; remove one of these references", what, strings.Join(g.cycle(key), " -> "))
	case n.depth > MaxPrerequisiteDepth:
		v.report(at, "%s chain is %d long; the limit is %d", what, n.depth, MaxPrerequisiteDepth)
	case n.cost > MaxReferences:
		v.report(at, "%ss lead to %d evaluations or more; the limit is %d", what, n.cost, MaxReferences)
	}
}
