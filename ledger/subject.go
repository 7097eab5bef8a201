package ledger

import (
	"fmt"
	"strings"
)

// Kind says what a subject is about.
type Kind string

// The kinds of subject.
const (
	KindProject   Kind = "project" // the project and its environments
	KindFlag      Kind = "flag"
	KindSegment   Kind = "segment"
	KindMetric    Kind = "metric"
	KindPlan      Kind = "plan"
	KindAccessKey Kind = "key"
)

// SystemProject holds what belongs to the installation and not to a project.
// No project can have its name, because keys do not start with an underscore.
const SystemProject = "_system"

// Subject is the unit of ordering and of optimistic locking: one flag, one
// segment, one project.
type Subject struct {
	Project string
	Kind    Kind
	Key     string
}

// String gives the wire form, ledger.<project>.<kind>.<key>. A dot inside a
// key, which would split a NATS token, travels as a tilde.
func (s Subject) String() string {
	return "ledger." + escape(s.Project) + "." + string(s.Kind) + "." + escape(s.Key)
}

// ProjectFilter matches every subject of a project, in the wire form.
func ProjectFilter(project string) string { return "ledger." + escape(project) + ".>" }

// AllSubjects matches every subject of the ledger, in the wire form.
const AllSubjects = "ledger.>"

// ParseSubject reads the wire form back.
func ParseSubject(wire string) (Subject, error) {
	parts := strings.Split(wire, ".")
	if len(parts) != 4 || parts[0] != "ledger" {
		return Subject{}, fmt.Errorf("subject %q is not ledger.<project>.<kind>.<key>", wire)
	}
	return Subject{Project: unescape(parts[1]), Kind: Kind(parts[2]), Key: unescape(parts[3])}, nil
}

func escape(key string) string   { return strings.ReplaceAll(key, ".", "~") }
func unescape(key string) string { return strings.ReplaceAll(key, "~", ".") }

// MaxKeyLength bounds the key of a flag, segment, project, metric or plan.
const MaxKeyLength = 100

// CheckKey reports why key cannot name a thing, or nil. A key starts with a
// letter or digit and goes on with letters, digits, '-', '_' and '.'.
func CheckKey(key string) error {
	if key == "" {
		return fmt.Errorf("is empty; use letters, digits, '-', '_' or '.'")
	}
	if len(key) > MaxKeyLength {
		return fmt.Errorf("has %d characters; the limit is %d", len(key), MaxKeyLength)
	}
	for i := range len(key) {
		c := key[i]
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && (i == 0 || c != '-' && c != '_' && c != '.') {
			return fmt.Errorf("%q has the character %q at position %d; "+
				"use letters, digits, '-', '_' or '.', starting with a letter or digit", key, c, i+1)
		}
	}
	return nil
}
