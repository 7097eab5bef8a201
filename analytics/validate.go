package analytics

import (
	"cmp"
	"fmt"
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
	MaxFlags      = 50     // flags that one event names
	MaxFlagKey    = 100    // one of them
	MaxAttributes = 50     // attributes of one exposure or event
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
	all, oldest := b.headerProblems(), b.oldest(now)
	for i := range b.Exposures {
		all = append(all, exposureProblems(i, &b.Exposures[i], oldest)...)
	}
	for i := range b.Events {
		all = append(all, eventProblems(i, &b.Events[i], oldest)...)
	}
	return asError(all)
}

// oldest is the time before which items are refused; zero is no limit.
func (b Batch) oldest(now time.Time) time.Time {
	if b.Recorded {
		return time.Time{}
	}
	return now.Add(-MaxAge)
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
		p.add("id", "has %q at byte %d; use letters, digits, '-', '_', '.' or ':'", b.ID[i], i)
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
	return p.list
}

func notIDRune(r rune) bool {
	alnum := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !alnum && !strings.ContainsRune("-_.:", r)
}

func exposurePath(i int) string { return fmt.Sprintf("exposures[%d]", i) }

func eventPath(i int) string { return fmt.Sprintf("events[%d]", i) }

func exposureProblems(i int, e *Exposure, oldest time.Time) []Problem {
	p := problems{item: exposurePath, index: i}
	p.name("flag", e.Flag, MaxName)
	p.name("variant", e.Variant, MaxName)
	p.text("by", e.By, MaxName)
	p.name("unit", e.Unit, MaxUnit)
	p.text("rule", e.Rule, MaxName)
	if e.Version > math.MaxInt64 {
		p.add("version", "is %d; the limit is 2^63-1", e.Version)
	}
	p.attributes(e.Attributes)
	p.age(e.At, oldest)
	return p.inOrder()
}

func eventProblems(i int, e *Event, oldest time.Time) []Problem {
	p := problems{item: eventPath, index: i}
	p.name("name", e.Name, MaxName)
	if e.Value != nil && (math.IsNaN(*e.Value) || math.IsInf(*e.Value, 0)) {
		p.add("value", "is %v; it must be a finite number", *e.Value)
	}
	if len(e.Units) == 0 || len(e.Units) > MaxUnits {
		p.add("units", "has %d entries; 1 to %d are allowed", len(e.Units), MaxUnits)
	}
	for by, unit := range e.Units {
		p.name("units", by, MaxName)
		p.name("units", unit, MaxUnit)
	}
	p.flags(e.Flags)
	p.attributes(e.Attributes)
	p.age(e.At, oldest)
	return p.inOrder()
}

// problems collects the problems of one item, or of the batch itself without
// item. Valid items are the rule, so a path is made only for a problem.
type problems struct {
	item  func(index int) string
	index int
	list  []Problem
}

func (p *problems) add(field, format string, args ...any) {
	path := field
	if p.item != nil {
		path = p.item(p.index) + "." + field
	}
	p.list = append(p.list, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
}

// name demands a non-empty text.
func (p *problems) name(field, s string, limit int) {
	if s == "" {
		p.add(field, "is empty or has an empty part")
		return
	}
	p.text(field, s, limit)
}

func (p *problems) attributes(all map[string]string) {
	if len(all) > MaxAttributes {
		p.add("attributes", "has %d entries; the limit is %d", len(all), MaxAttributes)
	}
	for k, v := range all {
		p.name("attributes", k, MaxName)
		p.text("attributes", v, MaxAttribute)
	}
}

// inOrder gives the problems in an order that does not depend on that of maps.
func (p *problems) inOrder() []Problem {
	slices.SortFunc(p.list, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message)) })
	return p.list
}

func (p *problems) flags(keys []string) {
	if len(keys) > MaxFlags {
		p.add("flags", "has %d entries; the limit is %d", len(keys), MaxFlags)
		return
	}
	for i, key := range keys {
		switch {
		case key == "" || len(key) > MaxFlagKey:
			p.add(fmt.Sprintf("flags[%d]", i), "has %d characters; 1 to %d are allowed", len(key), MaxFlagKey)
		case strings.ContainsFunc(key, notKeyRune) || strings.IndexByte("-_.", key[0]) >= 0:
			p.add(fmt.Sprintf("flags[%d]", i), "%q is not the key of a flag; "+
				"use letters, digits, '-', '_' or '.', starting with a letter or digit", key)
		}
	}
}

func notKeyRune(r rune) bool { return r == ':' || notIDRune(r) }

// text refuses what a store could not give back unchanged.
func (p *problems) text(field, s string, limit int) {
	switch {
	case len(s) > limit:
		p.add(field, "%.20q... has %d bytes; the limit is %d", s, len(s), limit)
	case !utf8.ValidString(s):
		p.add(field, "%q is not valid UTF-8", s)
	case strings.IndexByte(s, 0) >= 0:
		p.add(field, "%q contains a NUL character", s)
	}
}

// age refuses what happened before oldest; zero is no limit.
func (p *problems) age(at, oldest time.Time) {
	if !at.IsZero() && at.Before(oldest) {
		p.add("at", "is %s, more than %d days ago", at.UTC().Format(time.RFC3339), int(MaxAge.Hours()/24))
	}
}
