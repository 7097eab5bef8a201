package analytics

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a batch. Strings are measured in bytes.
const (
	MaxItems      = 10_000 // exposures and events together
	MaxName       = 200    // names of flags, variants, rules, events and attributes
	MaxUnit       = 500    // ids of units
	MaxUnits      = 10     // units of one event
	MaxAttributes = 50     // attributes of one event
	MaxAttribute  = 1000   // value of one attribute
	MaxBatchID    = 100
	// MaxAge is how old an item may be. An older one has a broken clock or
	// has outlived the rollouts it could speak about.
	MaxAge = 30 * 24 * time.Hour
)

// Problem is one thing wrong with a batch.
type Problem struct {
	Path    string `json:"path"` // "events[3].value"; "" is the batch itself
	Message string `json:"message"`
}

// ValidationError lists every problem of a batch, in its order.
type ValidationError struct {
	Problems []Problem
}

// Error gives the first problem and the number of the others.
func (e *ValidationError) Error() string {
	if len(e.Problems) == 0 {
		return "batch is not valid"
	}
	p := e.Problems[0]
	msg := strings.TrimSpace(p.Path + " " + p.Message)
	if n := len(e.Problems) - 1; n > 0 {
		msg += fmt.Sprintf(" (and %d more)", n)
	}
	return "batch is not valid: " + msg
}

// Validate returns a *ValidationError that lists every problem of the batch
// and its items, or nil. now is the server's clock.
func (b Batch) Validate(now time.Time) error {
	problems := b.headerProblems()
	for i := range b.Exposures {
		problems = append(problems, exposureProblems(fmt.Sprintf("exposures[%d]", i), &b.Exposures[i], now)...)
	}
	for i := range b.Events {
		problems = append(problems, eventProblems(fmt.Sprintf("events[%d]", i), &b.Events[i], now)...)
	}
	return asError(problems)
}

// ValidateHeader is Validate without the items: what is wrong here is wrong
// with the whole batch, and Split cannot mend it.
func (b Batch) ValidateHeader() error { return asError(b.headerProblems()) }

func asError(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &ValidationError{Problems: problems}
}

func (b Batch) headerProblems() []Problem {
	var p problems
	p.name("id", b.ID, MaxBatchID)
	if i := strings.IndexFunc(b.ID, notIDRune); i >= 0 {
		p.add("id", "has %q at byte %d; use letters, digits, '-', '_', '.', ':' or '/'", b.ID[i], i)
	}
	p.name("project", b.Project, MaxName)
	p.name("environment", b.Environment, MaxName)
	p.text("sdk", b.SDK, MaxName)
	switch n := b.Len(); {
	case n == 0:
		p.add("", "has no exposures and no events")
	case n > MaxItems:
		p.add("", "has %d items; the limit is %d", n, MaxItems)
	}
	return p
}

func notIDRune(r rune) bool {
	alnum := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !alnum && !strings.ContainsRune("-_.:/", r)
}

func exposureProblems(path string, e *Exposure, now time.Time) []Problem {
	var p problems
	p.name(path+".flag", e.Flag, MaxName)
	p.name(path+".variant", e.Variant, MaxName)
	p.text(path+".by", e.By, MaxName)
	p.name(path+".unit", e.Unit, MaxUnit)
	p.text(path+".rule", e.Rule, MaxName)
	if e.Version > math.MaxInt64 {
		p.add(path+".version", "is %d; the limit is 2^63-1", e.Version)
	}
	p.age(path+".at", e.At, now)
	return p
}

func eventProblems(path string, e *Event, now time.Time) []Problem {
	var p problems
	p.name(path+".name", e.Name, MaxName)
	if e.Value != nil && (math.IsNaN(*e.Value) || math.IsInf(*e.Value, 0)) {
		p.add(path+".value", "is %v; it must be a finite number", *e.Value)
	}
	if len(e.Units) == 0 || len(e.Units) > MaxUnits {
		p.add(path+".units", "has %d entries; 1 to %d are allowed", len(e.Units), MaxUnits)
	}
	for _, by := range slices.Sorted(maps.Keys(e.Units)) {
		p.name(path+".units", by, MaxName)
		p.name(fmt.Sprintf("%s.units[%q]", path, by), e.Units[by], MaxUnit)
	}
	if len(e.Attributes) > MaxAttributes {
		p.add(path+".attributes", "has %d entries; the limit is %d", len(e.Attributes), MaxAttributes)
	}
	for _, k := range slices.Sorted(maps.Keys(e.Attributes)) {
		p.name(path+".attributes", k, MaxName)
		p.text(fmt.Sprintf("%s.attributes[%q]", path, k), e.Attributes[k], MaxAttribute)
	}
	p.age(path+".at", e.At, now)
	return p
}

// problems collects; its zero value is ready.
type problems []Problem

func (p *problems) add(path, format string, args ...any) {
	*p = append(*p, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// name demands a non-empty text.
func (p *problems) name(path, s string, limit int) {
	if s == "" {
		p.add(path, "is empty")
		return
	}
	p.text(path, s, limit)
}

// text refuses what a store could not give back unchanged.
func (p *problems) text(path, s string, limit int) {
	switch {
	case len(s) > limit:
		p.add(path, "has %d bytes; the limit is %d", len(s), limit)
	case !utf8.ValidString(s):
		p.add(path, "is not valid UTF-8")
	case strings.ContainsRune(s, 0):
		p.add(path, "contains a NUL character")
	}
}

func (p *problems) age(path string, at, now time.Time) {
	if !at.IsZero() && now.Sub(at) > MaxAge {
		p.add(path, "is %s, more than %d days ago", at.UTC().Format(time.RFC3339), int(MaxAge.Hours()/24))
	}
}
