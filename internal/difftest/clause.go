package difftest

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
)

// attributes are the names that contexts have and clauses ask for, by what
// they usually hold. Names of a JavaScript object's prototype are among them,
// and names with dots.
func attributes(k kind) []string {
	switch k {
	case kindUnit:
		return []string{"targetingKey", "userId", "accountId", "company.id", "toString"}
	case kindNumber:
		return []string{"age", "company.size", "length"}
	case kindMoment:
		return []string{"createdAt", "a.b.c"}
	case kindVersion:
		return []string{"appVersion", "device.os.version"}
	case kindAddress:
		return []string{"ip", "valueOf"}
	case kindEmail:
		return []string{"email"}
	case kindMatched:
		return []string{"matched", "company.code"}
	case kindBool:
		return []string{"beta", "hasOwnProperty"}
	default:
		return []string{"plan", "country", "company.plan", "constructor", "__proto__", "weird näme 😀", "."}
	}
}

func (d *dice) operator() evaluator.Operator { return pick(d, evaluator.Operators()) }

// clause draws a clause with an operator; one in a hundred is not valid.
func (d *dice) clause(op evaluator.Operator) evaluator.Clause {
	k := d.kindOf(op)
	c := evaluator.Clause{Attribute: pick(d, attributes(k)), Op: op, Negate: d.chance(25)}
	switch {
	case d.chance(1):
		c.Values = some(d, 3, func() json.RawMessage { return raw(d.drawn(kind(d.IntN(int(kinds))))) })
	case op == evaluator.OpExists:
	case op == evaluator.OpInSegment:
		c.Attribute = ""
		c.Values = some(d, 2, func() json.RawMessage { return raw(pick(d, d.segments)) })
	case op == evaluator.OpEquals:
		c.Values = []json.RawMessage{d.operand(op, k)}
	default:
		most := pick(d, []int{1, 2, 4, 12})
		c.Values = some(d, most, func() json.RawMessage { return d.operand(op, k) })
	}
	return c
}

// kindOf is what an operator is about.
func (d *dice) kindOf(op evaluator.Operator) kind {
	switch op {
	case evaluator.OpIn, evaluator.OpEquals, evaluator.OpExists:
		return kind(d.IntN(int(kinds)))
	case evaluator.OpLess, evaluator.OpLessEqual, evaluator.OpGreater, evaluator.OpGreaterEqual:
		return kindNumber
	case evaluator.OpBefore, evaluator.OpAfter:
		return kindMoment
	case evaluator.OpSemverEqual, evaluator.OpSemverLess, evaluator.OpSemverGreater:
		return kindVersion
	case evaluator.OpInCIDR:
		return kindAddress
	case evaluator.OpEmailDomain:
		return kindEmail
	case evaluator.OpMatches:
		return kindMatched
	case evaluator.OpContains, evaluator.OpStartsWith, evaluator.OpEndsWith:
		return pick(d, []kind{kindText, kindMatched, kindEmail, kindUnit})
	default:
		return kindText
	}
}

// operand draws a value for a clause: one of the pool that is valid there, or
// a part of one.
func (d *dice) operand(op evaluator.Operator, k kind) json.RawMessage {
	switch op {
	case evaluator.OpContains, evaluator.OpStartsWith, evaluator.OpEndsWith:
		return raw(d.part(d.drawnText(k), op))
	case evaluator.OpMatches:
		return raw(d.pattern())
	case evaluator.OpInCIDR:
		return raw(d.network())
	case evaluator.OpEmailDomain:
		_, domain, _ := strings.Cut(d.drawnText(k), "@")
		return raw(strings.NewReplacer("@", "").Replace(domain + pick(d, []string{"", "", "", ".uk"})))
	default:
		return d.valid(op, k)
	}
}

// valid draws from the pool until a value is valid, but not for ever.
func (d *dice) valid(op evaluator.Operator, k kind) json.RawMessage {
	for range 20 {
		value := raw(d.drawn(k))
		if isValid(op, value) {
			return value
		}
	}
	return raw(pick(d, d.pools[k]))
}

// isValid asks the evaluator itself, so that most flags are not broken.
func isValid(op evaluator.Operator, value json.RawMessage) bool {
	flag := evaluator.Flag{
		Type: evaluator.TypeBoolean, Variants: []evaluator.Variant{{Name: "on", Value: json.RawMessage("true")}},
		Config: evaluator.Config{
			OffVariant: "on", Default: evaluator.Serve{Variant: "on"},
			Rules: []evaluator.Rule{{
				ID: "r", Serve: evaluator.Serve{Variant: "on"},
				Clauses: []evaluator.Clause{{Attribute: "a", Op: op, Values: []json.RawMessage{value}}},
			}},
		},
	}
	return evaluator.ValidateFlag("probe", flag, evaluator.Ruleset{}) == nil
}

// part cuts a piece out of a text, on the side that the operator looks at.
func (d *dice) part(text string, op evaluator.Operator) string {
	runes := []rune(text)
	if len(runes) == 0 {
		return "a"
	}
	from, to := d.IntN(len(runes)), 1+d.IntN(len(runes))
	switch {
	case op == evaluator.OpStartsWith || from >= to:
		return string(runes[:to])
	case op == evaluator.OpEndsWith:
		return string(runes[from:])
	}
	return string(runes[from:to])
}

func (d *dice) network() string {
	address := d.drawnText(kindAddress)
	if d.chance(20) {
		return address
	}
	if strings.Contains(address, ":") {
		return fmt.Sprintf("%s/%d", address, pick(d, []int{0, 10, 32, 33, 64, 112, 120, 127, 128}))
	}
	return fmt.Sprintf("%s/%d", address, pick(d, []int{0, 1, 8, 16, 22, 23, 24, 25, 31, 32, 33}))
}

// pattern draws a regular expression of RE2.
func (d *dice) pattern() string {
	prefix := pick(d, []string{"", "", "", "", "^", "(?i)", "(?s)", "(?m)^", "(?im)", `\A`, `\b`})
	suffix := pick(d, []string{"", "", "", "", "$", `\z`, `\b`, `\B`})
	return prefix + d.alternatives(2) + suffix
}

func (d *dice) alternatives(depth int) string {
	text := d.sequence(depth)
	for d.chance(15) {
		text += "|" + d.sequence(depth)
	}
	return text
}

func (d *dice) sequence(depth int) string {
	var out strings.Builder
	for range d.IntN(4) {
		out.WriteString(d.atom(depth))
		if d.chance(30) {
			out.WriteString(pick(d, []string{"*", "+", "?", "*?", "+?", "{2}", "{0,2}", "{1,}", "{0}", "{2,1}", "{x}", "{,2}", "**"}[:10+d.IntN(4)]))
		}
	}
	return out.String()
}

func (d *dice) atom(depth int) string {
	if depth > 0 && d.chance(20) {
		return pick(d, []string{"(", "(?:", "(?P<n>", "(?<m>", "(?i:", "(?s:", "(?-i:", "(?U:"}) + d.alternatives(depth-1) + ")"
	}
	return pick(d, []string{
		"a", "b", "c", "A", "K", "s", "1", "_", " ", "-", ".", ".", "[abc]", "[^a]", "[a-c]", "[^a-z]", `\d`, `\D`, `\w`, `\W`, `\s`, `\S`,
		`[\d_]`, `[^\w]`, `[\W]`, "[[:alpha:]]", "[[:^digit:]-]", "[]a]", "[^]a]", "[a-]", "[A-Z]", `[\x41-\x{43}]`, `\n`, `[\n\t]`,
		`\x61`, `\x{1F600}`, "😀", `\Qa.b\E`, `\Q*`, `\.`, `\-`, `\101`, `(?i)`, "^", "$", `\b`, `\B`, "]", "}", "{", "[[:word:]]", "[ -~]",
	})
}

func raw(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}
