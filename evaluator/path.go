package evaluator

import (
	"strconv"
	"strings"
)

// path is a place in a ruleset, as a chain from the innermost step outwards.
// It is spelled out only when a problem is reported, so that checking 10,000
// sound flags builds no strings.
type path struct {
	outer *path
	name  string // a field, or "" for an index
	index int
}

// field returns a path inside p; a nil p is the root.
func (p *path) field(name string) *path { return &path{outer: p, name: name} }

func (p *path) at(index int) *path { return &path{outer: p, index: index} }

// String writes the path as flags.checkout.rules[1].serve. A key that is not
// made of letters, digits, '-' and '_' is quoted: flags["a.b"].
func (p *path) String() string {
	if p == nil {
		return ""
	}
	outer := p.outer.String()
	switch {
	case p.name == "":
		return outer + "[" + strconv.Itoa(p.index) + "]"
	case strings.ContainsFunc(p.name, func(r rune) bool { return !keyRune(r) || r == '.' }):
		return outer + "[" + strconv.Quote(p.name) + "]"
	case outer == "":
		return p.name
	}
	return outer + "." + p.name
}

func keyRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
}
