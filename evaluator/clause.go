package evaluator

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// opcode is a compiled Operator, in the order of Operators.
type opcode uint8

const (
	opIn opcode = iota
	opEquals
	opContains
	opStartsWith
	opEndsWith
	opMatches
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opBefore
	opAfter
	opSemverEqual
	opSemverLess
	opSemverGreater
	opExists
	opInCIDR
	opEmailDomain
	opInSegment
)

// clause is a compiled Clause.
type clause struct {
	attribute string // "" is the targeting key
	op        opcode
	negate    bool
	texts     stringSet // string values; segment keys; lower-case domains
	more      *operands // values of other types; nil if there are none
}

// operands holds what is compared with things other than strings. It lies
// behind a pointer because most clauses have none.
type operands struct {
	numbers  []float64 // also moments, in Unix milliseconds
	many     map[float64]struct{}
	bools    [2]bool // whether false and true are among the values
	patterns []*regexp.Regexp
	versions []version
	networks []netip.Prefix
	segments []*segment
	// shown and total serve Explain: the first few of the values that are not
	// kept as texts, as they were written, and how many values there are.
	shown []string
	total int
}

// clause reports whether the context matches c.
//
// The attribute found last is remembered across clauses and rules: rules
// commonly test one attribute again and again, and names are interned by
// Compile, so comparing them is a comparison of two pointers.
func (e *evaluation) clause(c *clause) bool {
	if c.op == opInSegment {
		return e.inSegments(c)
	}
	if c.attribute != e.lastName || !e.looked {
		e.last, e.lastName, e.looked = find(e.attrs, c.attribute), c.attribute, true
	}
	a := e.last
	var matched bool
	switch {
	case a == nil:
		matched = c.op == opExists && c.negate
	case c.op == opExists:
		matched = !c.negate
	case a.kind == kindList:
		matched = c.holdsAny(*a.list) != c.negate
	default:
		matched = c.holds(&a.scalar) != c.negate
	}
	if e.trace != nil {
		e.trace.clause(c, a, matched)
	}
	return matched
}

func (c *clause) holdsAny(items []scalar) bool {
	for i := range items {
		if c.holds(&items[i]) {
			return true
		}
	}
	return false
}

// holds reports whether s stands in the relation of the clause to one of its
// values. A value of another type than the relation is about never does.
func (c *clause) holds(s *scalar) bool {
	switch c.op {
	case opIn, opEquals:
		if s.kind == kindString {
			return c.texts.has(s.text)
		}
		return c.more != nil && c.more.has(s)
	case opLess, opLessEqual, opGreater, opGreaterEqual:
		return s.kind == kindNumber && c.compareNumber(s.num)
	case opBefore, opAfter:
		millis, ok := millisOf(s)
		return ok && c.compareNumber(millis)
	default:
		return s.kind == kindString && c.holdsText(s.text)
	}
}

// holdsText is holds for the operators that are about strings alone.
func (c *clause) holdsText(text string) bool {
	switch c.op {
	case opContains:
		return anyOf(c.texts.list, text, strings.Contains)
	case opStartsWith:
		return anyOf(c.texts.list, text, strings.HasPrefix)
	case opEndsWith:
		return anyOf(c.texts.list, text, strings.HasSuffix)
	case opMatches:
		for _, pattern := range c.more.patterns {
			if pattern.MatchString(text) {
				return true
			}
		}
		return false
	case opSemverEqual, opSemverLess, opSemverGreater:
		return c.compareVersion(text)
	case opInCIDR:
		return c.inNetwork(text)
	case opEmailDomain:
		return c.inDomain(text)
	default:
		return false
	}
}

func anyOf(values []string, text string, relation func(text, value string) bool) bool {
	for _, v := range values {
		if relation(text, v) {
			return true
		}
	}
	return false
}

// has is opIn for numbers and booleans.
func (o *operands) has(s *scalar) bool {
	switch s.kind {
	case kindBool:
		return o.bools[int(s.num)]
	case kindNumber:
		if o.many != nil {
			_, ok := o.many[s.num]
			return ok
		}
		return slices.Contains(o.numbers, s.num)
	default:
		return false
	}
}

func (c *clause) compareNumber(n float64) bool {
	for _, v := range c.more.numbers {
		var holds bool
		switch c.op {
		case opLess, opBefore:
			holds = n < v
		case opLessEqual:
			holds = n <= v
		case opGreater, opAfter:
			holds = n > v
		default: // opGreaterEqual
			holds = n >= v
		}
		if holds {
			return true
		}
	}
	return false
}

func (c *clause) compareVersion(text string) bool {
	v, ok := parseVersion(text)
	if !ok {
		return false
	}
	for i := range c.more.versions {
		order := v.compare(c.more.versions[i])
		if c.op == opSemverEqual && order == 0 || c.op == opSemverLess && order < 0 || c.op == opSemverGreater && order > 0 {
			return true
		}
	}
	return false
}

func (c *clause) inNetwork(text string) bool {
	address, ok := parseAddress(text)
	if !ok {
		return false
	}
	for _, network := range c.more.networks {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// maxDomain is the length of the longest domain name, in bytes.
const maxDomain = 253

// inDomain compares the part after the last @ without ASCII case.
func (c *clause) inDomain(text string) bool {
	at := strings.LastIndexByte(text, '@')
	if at < 0 || len(text)-at-1 > maxDomain {
		return false
	}
	var stack [maxDomain]byte
	domain := stack[:0]
	for _, b := range []byte(text[at+1:]) {
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		domain = append(domain, b)
	}
	if c.texts.many != nil {
		_, ok := c.texts.many[string(domain)]
		return ok
	}
	for _, v := range c.texts.list {
		if v == string(domain) {
			return true
		}
	}
	return false
}
