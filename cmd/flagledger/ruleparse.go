package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// ruleHelp is the rule language for people; the grammar is
//
//	rule    = [ word ":" ] ( "always" | clause { "and" clause } ) "=>" serve
//	clause  = attribute [ "not" ] operator [ value { "," value } ]
//	        | [ "not" ] "inSegment" value { "," value }
//	serve   = variant | variant "=" percentage { "," ... } [ "by" attribute ]
const ruleHelp = `A rule is written as it is shown:

  plan in free, trial and country in US, GB => on
  beta: email emailDomain example.com => new=50,old=50 by accountId

Clauses are joined by "and"; all must match. A clause is an attribute, an
operator (after "not" to negate it) and values of which one must match.
Operators: in, equals, contains, startsWith, endsWith, matches, lt, lte, gt,
gte, before, after, semverEq, semverLt, semverGt, exists, inCidr, emailDomain;
"inSegment a, b" and "not inSegment a, b" stand alone; "always" is no clause.
Numbers, true and false are typed; everything else is text. Quote text that
looks like one of them or has spaces, commas or "=": "12345", "New York".
What comes after "=>" is a variant, or shares that sum to 100 and "by" the
attribute that is bucketed (else targetingKey). The word before a colon is the
rule's id; a rule with the id of an existing one replaces it.`

// ruleParser walks the tokens of one rule.
type ruleParser struct {
	rule   string
	tokens []token
	next   int
}

// parseRule reads a rule. ID is empty unless the text names one. Whether the
// attributes and variants make sense is for the server to say. The error is a
// *ruleError.
func parseRule(text string) (evaluator.Rule, error) {
	list, err := tokens(text)
	if err != nil {
		return evaluator.Rule{}, err
	}
	p := &ruleParser{rule: text, tokens: list}
	var r evaluator.Rule
	if id, ok := strings.CutSuffix(p.peek().text, ":"); ok && p.peek().kind == tokenWord && id != "" {
		r.ID = id
		p.take()
	}
	if r.Clauses, err = p.clauses(); err != nil {
		return evaluator.Rule{}, err
	}
	if r.Serve, err = p.serve(); err != nil {
		return evaluator.Rule{}, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return evaluator.Rule{}, p.errorf(t, "the rule should end here, but %s follows", t)
	}
	return r, nil
}

func (p *ruleParser) peek() token { return p.tokens[p.next] }

// take returns the current token and moves on; the end is never passed.
func (p *ruleParser) take() token {
	t := p.tokens[p.next]
	if t.kind != tokenEnd {
		p.next++
	}
	return t
}

func (p *ruleParser) errorf(t token, format string, args ...any) error {
	return &ruleError{p.rule, t.at, fmt.Sprintf(format, args...)}
}

func (p *ruleParser) clauses() ([]evaluator.Clause, error) {
	list := []evaluator.Clause{}
	if p.peek().is("always") {
		p.take()
		return list, p.arrow(`"=>"`)
	}
	for {
		c, err := p.clause()
		if err != nil {
			return nil, err
		}
		list = append(list, c)
		if !p.peek().is("and") {
			return list, p.arrow(`",", "and" or "=>"; quote text with spaces`)
		}
		p.take()
	}
}

func (p *ruleParser) arrow(wanted string) error {
	if t := p.take(); t.kind != tokenArrow {
		return p.errorf(t, "expected %s, found %s", wanted, t)
	}
	return nil
}

func (p *ruleParser) clause() (evaluator.Clause, error) {
	var c evaluator.Clause
	if t := p.peek(); !p.segmentAhead() {
		if !t.isText() || t.text == "" {
			return c, p.errorf(t, "expected an attribute, found %s", t)
		}
		c.Attribute = p.take().text
	}
	if p.peek().is("not") {
		c.Negate = true
		p.take()
	}
	t := p.take()
	c.Op = evaluator.Operator(t.text)
	if t.kind != tokenWord || !slices.Contains(evaluator.Operators(), c.Op) {
		return c, p.errorf(t, "expected an operator, found %s; there are %s", t, operatorNames())
	}
	if c.Op == evaluator.OpInSegment && c.Attribute != "" {
		return c, p.errorf(t, "inSegment takes no attribute before it")
	}
	if c.Op == evaluator.OpExists {
		return c, nil
	}
	var err error
	c.Values, err = p.values(c.Op)
	return c, err
}

// segmentAhead reports whether a clause without an attribute begins here.
func (p *ruleParser) segmentAhead() bool {
	const in = string(evaluator.OpInSegment)
	t := p.peek()
	return t.is(in) || t.is("not") && p.tokens[p.next+1].is(in)
}

func (p *ruleParser) values(op evaluator.Operator) ([]json.RawMessage, error) {
	var list []json.RawMessage
	for {
		t := p.take()
		if !t.isText() || t.is("and") {
			return nil, p.errorf(t, "expected a value, found %s", t)
		}
		v, err := valueOf(op, t)
		if err != nil {
			return nil, p.errorf(t, "%v", err)
		}
		list = append(list, v)
		if p.peek().kind != tokenComma {
			return list, nil
		}
		p.take()
	}
}

// valueOf gives a value the type that the operator compares with.
func valueOf(op evaluator.Operator, t token) (json.RawMessage, error) {
	typed := t.kind == tokenWord && isTyped(t.text)
	switch op {
	case evaluator.OpIn, evaluator.OpEquals:
		if typed {
			return json.RawMessage(t.text), nil
		}
	case evaluator.OpBefore, evaluator.OpAfter:
		if typed && t.text != "true" && t.text != "false" {
			return json.RawMessage(t.text), nil
		}
	case evaluator.OpLess, evaluator.OpLessEqual, evaluator.OpGreater, evaluator.OpGreaterEqual:
		if !typed || t.text == "true" || t.text == "false" {
			return nil, fmt.Errorf("%s compares numbers, and %s is none", op, t)
		}
		return json.RawMessage(t.text), nil
	case evaluator.OpContains, evaluator.OpStartsWith, evaluator.OpEndsWith, evaluator.OpMatches,
		evaluator.OpSemverEqual, evaluator.OpSemverLess, evaluator.OpSemverGreater,
		evaluator.OpExists, evaluator.OpInCIDR, evaluator.OpEmailDomain, evaluator.OpInSegment:
	}
	return encode(t.text)
}

// isTyped reports whether a bare word is a JSON number or boolean.
func isTyped(word string) bool {
	if word == "true" || word == "false" {
		return true
	}
	var n json.Number
	return word != "null" && word[0] != '"' && json.Unmarshal([]byte(word), &n) == nil
}

// serve reads what comes after the arrow.
func (p *ruleParser) serve() (evaluator.Serve, error) {
	first := p.take()
	if !first.isText() || first.text == "" {
		return evaluator.Serve{}, p.errorf(first, "expected a variant, found %s", first)
	}
	if p.peek().kind != tokenEquals {
		return evaluator.Serve{Variant: first.text}, nil
	}
	split := &evaluator.Split{}
	for name := first; ; name = p.take() {
		if !name.isText() || name.text == "" {
			return evaluator.Serve{}, p.errorf(name, "expected a variant, found %s", name)
		}
		if t := p.take(); t.kind != tokenEquals {
			return evaluator.Serve{}, p.errorf(t, `expected "=" and a percentage, found %s`, t)
		}
		share := p.take()
		percentage, err := ledger.ParsePercentage(share.text)
		if share.kind != tokenWord || err != nil {
			return evaluator.Serve{}, p.errorf(share, "expected a percentage such as 12.5, found %s", share)
		}
		split.Weights = append(split.Weights, evaluator.Weight{Variant: name.text, Weight: int(percentage)})
		if p.peek().kind != tokenComma {
			break
		}
		p.take()
	}
	if sum := sumOf(split.Weights); sum != evaluator.TotalWeight {
		return evaluator.Serve{}, p.errorf(first, "the shares sum to %s%%, not to 100%%", ledger.Percentage(sum))
	}
	if p.peek().is("by") {
		p.take()
		by := p.take()
		if !by.isText() || by.text == "" {
			return evaluator.Serve{}, p.errorf(by, "expected the attribute to bucket by, found %s", by)
		}
		split.By = by.text
	}
	return evaluator.Serve{Split: split}, nil
}

func sumOf(weights []evaluator.Weight) int {
	sum := 0
	for _, w := range weights {
		sum += w.Weight
	}
	return sum
}

func operatorNames() string {
	names := make([]string, 0, len(evaluator.Operators()))
	for _, op := range evaluator.Operators() {
		names = append(names, string(op))
	}
	return strings.Join(names, ", ")
}
