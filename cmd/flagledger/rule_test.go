package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

func raws(texts ...string) []json.RawMessage {
	var out []json.RawMessage
	for _, t := range texts {
		out = append(out, json.RawMessage(t))
	}
	return out
}

func TestParseRule(t *testing.T) {
	on := evaluator.Serve{Variant: "on"}
	for name, row := range map[string]struct {
		text string
		want evaluator.Rule
	}{
		"two clauses": {
			"plan in free, trial and country in US,GB => on",
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "plan", Op: evaluator.OpIn, Values: raws(`"free"`, `"trial"`)},
				{Attribute: "country", Op: evaluator.OpIn, Values: raws(`"US"`, `"GB"`)},
			}, Serve: on},
		},
		"negated": {
			"country not in US => on",
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "country", Op: evaluator.OpIn, Values: raws(`"US"`), Negate: true},
			}, Serve: on},
		},
		"id and split": {
			"beta: plan equals free => on=12.5,off=87.5% by accountId",
			evaluator.Rule{ID: "beta", Clauses: []evaluator.Clause{
				{Attribute: "plan", Op: evaluator.OpEquals, Values: raws(`"free"`)},
			}, Serve: evaluator.Serve{Split: &evaluator.Split{By: "accountId", Weights: []evaluator.Weight{
				{Variant: "on", Weight: 12_500}, {Variant: "off", Weight: 87_500},
			}}}},
		},
		"typed values": {
			`n in 1, -2.5e3, true, "1", null => on`,
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "n", Op: evaluator.OpIn, Values: raws("1", "-2.5e3", "true", `"1"`, `"null"`)},
			}, Serve: on},
		},
		"versions stay text": {
			"app semverGt 1.2 and seats gte 10 => on",
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "app", Op: evaluator.OpSemverGreater, Values: raws(`"1.2"`)},
				{Attribute: "seats", Op: evaluator.OpGreaterEqual, Values: raws("10")},
			}, Serve: on},
		},
		"moments": {
			"since before 2026-01-01T00:00:00Z, 1700000000000 => on",
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "since", Op: evaluator.OpBefore, Values: raws(`"2026-01-01T00:00:00Z"`, "1700000000000")},
			}, Serve: on},
		},
		"exists": {
			"email exists and phone not exists => on",
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "email", Op: evaluator.OpExists}, {Attribute: "phone", Op: evaluator.OpExists, Negate: true},
			}, Serve: on},
		},
		"segments": {
			"inSegment beta, vip and not inSegment banned => on",
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Op: evaluator.OpInSegment, Values: raws(`"beta"`, `"vip"`)},
				{Op: evaluator.OpInSegment, Values: raws(`"banned"`), Negate: true},
			}, Serve: on},
		},
		"quoted": {
			`"home town" in "New York", "and" => on`,
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "home town", Op: evaluator.OpIn, Values: raws(`"New York"`, `"and"`)},
			}, Serve: on},
		},
		"regular expression": {
			`email matches "^a+=b,c$" => on`,
			evaluator.Rule{Clauses: []evaluator.Clause{
				{Attribute: "email", Op: evaluator.OpMatches, Values: raws(`"^a+=b,c$"`)},
			}, Serve: on},
		},
		"always": {"always => on", evaluator.Rule{Clauses: []evaluator.Clause{}, Serve: on}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseRule(row.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("parseRule(%q) (-want +got):\n%s", row.text, diff)
			}
		})
	}
}

func TestParseRuleErrors(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"empty":             {"", `rule "", character 1: expected an attribute, found the end`},
		"no operator":       {"plan free => on", `rule "plan free => on", character 6: expected an operator, found "free"; there are ` + operatorNames()},
		"no value":          {"plan in => on", `rule "plan in => on", character 9: expected a value, found "=>"`},
		"and for a value":   {"plan in and => on", `rule "plan in and => on", character 9: expected a value, found "and"`},
		"two words":         {"city in New York => on", `rule "city in New York => on", character 13: expected ",", "and" or "=>"; quote text with spaces, found "York"`},
		"no arrow":          {"plan in free", `rule "plan in free", character 13: expected ",", "and" or "=>"; quote text with spaces, found the end`},
		"no variant":        {"plan in free =>", `rule "plan in free =>", character 16: expected a variant, found the end`},
		"short shares":      {"é in f => a=50,b=49", `rule "é in f => a=50,b=49", character 11: the shares sum to 99%, not to 100%`},
		"bad share":         {"p in f => a=x", `rule "p in f => a=x", character 13: expected a percentage such as 12.5, found "x"`},
		"by nothing":        {"p in f => a=100 by", `rule "p in f => a=100 by", character 19: expected the attribute to bucket by, found the end`},
		"more":              {"p in f => a b", `rule "p in f => a b", character 13: the rule should end here, but "b" follows`},
		"text for a number": {"n lt ten => on", `rule "n lt ten => on", character 6: lt compares numbers, and "ten" is none`},
		"open quote":        {`p in "f => on`, `rule "p in \"f => on", character 6: the quotation mark is never closed`},
		"segment of what":   {"plan inSegment a => on", `rule "plan inSegment a => on", character 6: inSegment takes no attribute before it`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseRule(row.text)
			if err == nil {
				t.Fatalf("parseRule(%q) succeeded", row.text)
			}
			if err.Error() != row.want {
				t.Errorf("parseRule(%q)\n got %s\nwant %s", row.text, err, row.want)
			}
		})
	}
}

func TestRuleRoundTrip(t *testing.T) {
	for _, text := range []string{
		"plan in free, trial and country not in US => on",
		`"always" exists and "not" in "and", "12", 12, "true", "New York", "" => "a b"=0.001,c=99.999 by "by x"`,
		`v semverLt 1.2 and ip inCidr 10.0.0.0/8 and not inSegment a => on`,
		`"inSegment" not exists and "x:" contains "x:" => "x:"`,
	} {
		t.Run(text, func(t *testing.T) { roundTrip(t, text) })
	}
}

func FuzzParseRule(f *testing.F) {
	f.Add("plan in free, trial and country in US,GB => on")
	f.Add(`id: "a b" not matches "x=\"y" => on=12.5,off=87.5 by accountId`)
	f.Add("not inSegment a, b and n gte 1e3 => on")
	f.Add(`n in 1, "1", true, "true", null => on`)
	f.Add("always => on")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := parseRule(text); err == nil {
			roundTrip(t, text)
		}
	})
}

// roundTrip checks that a rule that is printed reads back as itself.
func roundTrip(t *testing.T, text string) {
	t.Helper()
	rule, err := parseRule(text)
	if err != nil {
		t.Fatal(err)
	}
	id := rule.ID
	rule.ID = ""
	printed := ruleWords(rule, 0)
	again, err := parseRule(printed)
	if err != nil {
		t.Fatalf("%q was printed as %q: %v", text, printed, err)
	}
	if diff := cmp.Diff(rule, again); diff != "" {
		t.Errorf("%q (id %q) was printed as %q (-read +read again):\n%s", text, id, printed, diff)
	}
}
