package evaluator

import (
	"encoding/json"
	"math"
	"regexp"
	"strings"
)

// parseClause checks a clause and compiles it, except that the segments it
// names are left for the compiler to find. Checking and compiling are one, so
// what Validate accepts is what Compile understands.
func (v *validator) parseClause(c Clause, at *path) clause {
	op, ok := operatorOf(c.Op)
	if !ok {
		v.report(at.field("op"), "%q is not an operator; use one of %s", abbreviate(string(c.Op)), operatorNames())
		return clause{}
	}
	v.attribute(c, at.field("attribute"))
	values := at.field("values")
	n := len(c.Values)
	v.count(values, n, MaxValues, "values")
	switch {
	case op.values == valuesNone && n > 0:
		v.report(values, "has %d values; %s takes none", n, c.Op)
	case op.values != valuesNone && n == 0:
		v.report(values, "is empty; %s needs at least one value", c.Op)
	case c.Op == OpEquals && n > 1:
		v.report(values, "has %d values; equals takes exactly one, in takes several", n)
	}
	out := clause{attribute: slotName(c.Attribute), op: op.code, negate: c.Negate}
	if op.values == valuesNone || n == 0 || n > MaxValues {
		return out
	}
	p := operandParser{v: v, op: op, values: values, into: &operands{total: n}}
	for i, raw := range c.Values {
		p.add(i, raw)
	}
	p.finish(&out)
	return out
}

func (v *validator) attribute(c Clause, at *path) {
	v.text(at, c.Attribute)
	switch {
	case c.Op == OpInSegment && c.Attribute != "":
		v.report(at, "is %q; inSegment takes no attribute, its lists name their own", abbreviate(c.Attribute))
	case c.Op != OpInSegment && c.Attribute == "":
		v.report(at, "is empty; name the attribute to test, %q for the unit itself", TargetingKey)
	}
}

// operandParser reads the values of one clause.
type operandParser struct {
	v      *validator
	op     operator
	values *path
	texts  []string
	into   *operands
}

func (p *operandParser) add(i int, raw json.RawMessage) {
	s, err := parseScalar(raw)
	switch {
	case err != nil:
		p.v.report(p.values.at(i), "%v", err)
		return
	case len(s.text) > MaxStringBytes:
		p.v.text(p.values.at(i), s.text)
		return
	}
	switch {
	case p.op.values == valuesScalar && s.kind != kindString:
		p.addScalar(s)
	case p.op.values == valuesNumber || p.op.values == valuesMoment:
		p.addNumber(i, &s)
	case s.kind != kindString:
		p.v.report(p.values.at(i), "is %s; it must be a string", abbreviate(string(raw)))
	default:
		p.addText(i, s.text)
	}
	if kept := s.kind == kindString && (p.op.values <= valuesDomain || p.op.values == valuesSegments); !kept {
		p.show(raw)
	}
}

// shownValues is how many values of a clause or list Explain shows.
const shownValues = 5

func (p *operandParser) show(raw json.RawMessage) {
	if len(p.into.shown) < shownValues {
		p.into.shown = append(p.into.shown, string(raw))
	}
}

// linearNumbers is up to how many numbers are compared one by one.
const linearNumbers = 16

// finish stores the values in the clause, as a set where equality is asked.
func (p *operandParser) finish(out *clause) {
	switch p.op.values {
	case valuesScalar, valuesDomain:
		out.texts = newStringSet(p.texts)
		if len(p.into.numbers) > linearNumbers {
			p.into.many = make(map[float64]struct{}, len(p.into.numbers))
			for _, n := range p.into.numbers {
				p.into.many[n] = struct{}{}
			}
			p.into.numbers = nil
		}
	default:
		out.texts = stringSet{list: p.texts}
	}
	if len(p.texts) < p.into.total || p.op.values == valuesSegments {
		out.more = p.into
	}
}

func (p *operandParser) addScalar(s scalar) {
	if s.kind == kindBool {
		p.into.bools[int(s.num)] = true
		return
	}
	p.into.numbers = append(p.into.numbers, s.num)
}

func (p *operandParser) addNumber(i int, s *scalar) {
	n, ok := s.num, s.kind == kindNumber && !math.IsInf(s.num, 0)
	expected := "a number"
	if p.op.values == valuesMoment {
		n, ok = millisOf(s)
		expected = "an RFC 3339 time such as 2026-11-22T09:30:00Z, or Unix milliseconds"
	}
	if !ok {
		p.v.report(p.values.at(i), "is %s; it must be %s", abbreviate(string(appendScalar(nil, s))), expected)
		return
	}
	p.into.numbers = append(p.into.numbers, n)
}

func (p *operandParser) addText(i int, text string) {
	switch at := p.values; p.op.values {
	case valuesScalar:
		p.texts = append(p.texts, text)
	case valuesText:
		if text == "" {
			p.v.report(at.at(i), "is empty and would match every string; use exists for that")
		}
		p.texts = append(p.texts, text)
	case valuesDomain:
		if text == "" || len(text) > maxDomain || strings.Contains(text, "@") {
			p.v.report(at.at(i), "%q is not a domain; write the part after the @, such as example.com", abbreviate(text))
		}
		p.texts = append(p.texts, lowerASCII(text))
	case valuesPattern:
		p.addPattern(i, text)
	case valuesVersion:
		version, ok := parseVersion(text)
		if !ok {
			p.v.report(at.at(i), "%q is not a semantic version; write MAJOR.MINOR.PATCH, such as 2.0.0 or 2.0.0-rc.1", abbreviate(text))
		}
		p.into.versions = append(p.into.versions, version)
	case valuesNetwork:
		network, err := parsePrefix(text)
		if err != nil {
			p.v.report(at.at(i), "%v", err)
		}
		p.into.networks = append(p.into.networks, network)
	case valuesSegments:
		if _, ok := p.v.scope.Segment(text); !ok {
			p.v.report(at.at(i), "%q is not a segment of this environment", abbreviate(text))
		}
		p.texts = append(p.texts, text)
	case valuesNone, valuesNumber, valuesMoment:
	}
}

func (p *operandParser) addPattern(i int, text string) {
	if len(text) > MaxPatternBytes {
		p.v.report(p.values.at(i), "has %d bytes; the limit of a pattern is %d", len(text), MaxPatternBytes)
		return
	}
	pattern, err := regexp.Compile(text)
	if err != nil {
		p.v.report(p.values.at(i), "is not an RE2 regular expression: %v", err)
		return
	}
	p.into.patterns = append(p.into.patterns, pattern)
}

func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}
