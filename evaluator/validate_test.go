package evaluator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

func parseRuleset(t testing.TB, text string) evaluator.Ruleset {
	t.Helper()
	rs := evaluator.Ruleset{SpecVersion: evaluator.SpecVersion}
	if err := json.Unmarshal([]byte(text), &rs); err != nil {
		t.Fatal(err)
	}
	return rs
}

// problems are the problems of an error, one line each.
func problems(t testing.TB, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var invalid *evaluator.ValidationError
	if !errors.As(err, &invalid) {
		t.Fatalf("%T is not a *ValidationError: %v", err, err)
	}
	var lines []string
	for _, p := range invalid.Problems {
		lines = append(lines, p.Path+": "+p.Message)
	}
	return lines
}

// TestValidateReportsEverything has one flag with a mistake in each part, and
// two segments, and expects every mistake at once, in the order of the
// document.
func TestValidateReportsEverything(t *testing.T) {
	rs := parseRuleset(t, `{"specVersion": 2, "flags": {
		"-a": {"version": "1", "type": "boolean", "salt": "", "on": true,
			"variants": [{"name": "on", "value": true}, {"name": "on", "value": "false"}, {"name": "", "value": null}],
			"offVariant": "purple",
			"prerequisites": [{"flag": "ghost", "variants": ["on"]}, {"flag": "b", "variants": ["up", "x"]}, {"flag": "b", "variants": []}],
			"targets": [{"variant": "", "values": ["u", ""]}],
			"rules": [
				{"id": "one", "clauses": [
					{"op": "in", "values": ["x"]},
					{"attribute": "a", "op": "eq", "values": ["x"]},
					{"attribute": "a", "op": "in"},
					{"attribute": "a", "op": "equals", "values": ["x", {"y": 1}]},
					{"attribute": "a", "op": "exists", "values": [1]},
					{"attribute": "a", "op": "lt", "values": ["5", 5]},
					{"attribute": "a", "op": "matches", "values": ["ok", "a("]},
					{"attribute": "a", "op": "inCidr", "values": ["::ffff:10.0.0.0/104", "10.0.0.0/33"]},
					{"attribute": "a", "op": "before", "values": ["2026-11-22"]},
					{"attribute": "a", "op": "semverGt", "values": ["1.2"]},
					{"attribute": "a", "op": "emailDomain", "values": ["a@b.c"]},
					{"attribute": "a", "op": "contains", "values": ["", 7]},
					{"attribute": "a", "op": "inSegment", "values": ["s", "ghost"]}
				], "serve": {"split": {"weights": [{"variant": "on", "weight": 90000}, {"variant": "off", "weight": -5}], "include": {"weight": 100001, "salt": "", "otherwise": "x"}}}},
				{"id": "one", "clauses": [], "serve": {"variant": "on", "split": {"salt": "s", "weights": [{"variant": "on", "weight": 100000}], "include": {"weight": 1, "salt": "s", "otherwise": "on"}}}},
				{"id": "", "clauses": [], "serve": {}}
			],
			"default": {"variant": "ON"}},
		"b": {"version": "1", "type": "integer", "salt": "", "on": true, "variants": [{"name": "x", "value": 1}], "offVariant": "x", "default": {"variant": "x"}}
	}, "segments": {
		"s": {"version": "1", "included": [{"values": [""]}], "rules": [{"clauses": [{"op": "inSegment", "values": ["t"]}]}]},
		"t": {"version": "1", "rules": [{"clauses": [{"op": "inSegment", "values": ["s"]}]}]}
	}}`)
	want := []string{
		`specVersion: is 2; this build understands 1`,
		`flags.-a: "-a" is not a key; use letters, digits, '-', '_' and '.', starting with a letter or digit`,
		`flags.-a.variants[1].name: "on" is the name of an earlier variant; names must differ`,
		`flags.-a.variants[1].value: is "false", but the flag is of type boolean`,
		`flags.-a.variants[2].name: is empty; use letters, digits, '-', '_' and '.', starting with a letter or digit`,
		`flags.-a.variants[2].value: is null, but the flag is of type boolean`,
		`flags.-a.offVariant: "purple" is not a variant of this flag; the variants are ["on" "on" ""]`,
		`flags.-a.prerequisites[0].flag: "ghost" is not a flag of this environment`,
		`flags.-a.prerequisites[1].variants[0]: "up" is not a variant of the flag "b"`,
		`flags.-a.prerequisites[2].variants: is empty; name the variants of "b" that this flag needs`,
		`flags.-a.targets[0].variant: is empty; name one of the variants`,
		`flags.-a.targets[0].values[1]: is empty; a unit is never empty`,
		`flags.-a.rules[0].clauses[0].attribute: is empty; name the attribute to test, "targetingKey" for the unit itself`,
		`flags.-a.rules[0].clauses[1].op: "eq" is not an operator; use one of in, equals, contains, startsWith, endsWith, matches, lt, lte, gt, gte, before, after, semverEq, semverLt, semverGt, exists, inCidr, emailDomain, inSegment`,
		`flags.-a.rules[0].clauses[2].values: is empty; in needs at least one value`,
		`flags.-a.rules[0].clauses[3].values: has 2 values; equals takes exactly one, in takes several`,
		`flags.-a.rules[0].clauses[3].values[1]: {"y": 1} is not a string, number or boolean`,
		`flags.-a.rules[0].clauses[4].values: has 1 values; exists takes none`,
		`flags.-a.rules[0].clauses[5].values[0]: is "5"; it must be a number`,
		"flags.-a.rules[0].clauses[6].values[1]: is not an RE2 regular expression: error parsing regexp: missing closing ): `a(`",
		`flags.-a.rules[0].clauses[7].values[0]: "::ffff:10.0.0.0/104" maps IPv4 into IPv6; write the IPv4 prefix`,
		`flags.-a.rules[0].clauses[7].values[1]: "10.0.0.0/33" is not an address or CIDR prefix; write 10.0.0.0/8 or 2001:db8::/32`,
		`flags.-a.rules[0].clauses[8].values[0]: is "2026-11-22"; it must be an RFC 3339 time such as 2026-11-22T09:30:00Z, or Unix milliseconds`,
		`flags.-a.rules[0].clauses[9].values[0]: "1.2" is not a semantic version; write MAJOR.MINOR.PATCH, such as 2.0.0 or 2.0.0-rc.1`,
		`flags.-a.rules[0].clauses[10].values[0]: "a@b.c" is not a domain; write the part after the @, such as example.com`,
		`flags.-a.rules[0].clauses[11].values[0]: is empty and would match every string; use exists for that`,
		`flags.-a.rules[0].clauses[11].values[1]: is 7; it must be a string`,
		`flags.-a.rules[0].clauses[12].attribute: is "a"; inSegment takes no attribute, its lists name their own`,
		`flags.-a.rules[0].clauses[12].values[1]: "ghost" is not a segment of this environment`,
		`flags.-a.rules[0].serve.split.salt: is empty, and so is the salt of the flag; set one of them (the key of the flag is a good choice)`,
		`flags.-a.rules[0].serve.split.weights[1].variant: "off" is not a variant of this flag; the variants are ["on" "on" ""]`,
		`flags.-a.rules[0].serve.split.weights[1].weight: is -5; a weight is 0 to 100000 (1 unit = 0.001%)`,
		`flags.-a.rules[0].serve.split.weights: weights sum to 89995; they must sum to 100000 (1 unit = 0.001%)`,
		`flags.-a.rules[0].serve.split.include.weight: is 100001; a weight is 0 to 100000 (1 unit = 0.001%)`,
		`flags.-a.rules[0].serve.split.include.salt: is empty; the share needs a salt of its own`,
		`flags.-a.rules[0].serve.split.include.otherwise: "x" is not a variant of this flag; the variants are ["on" "on" ""]`,
		`flags.-a.rules[1].id: "one" is the id of an earlier rule; ids must differ`,
		`flags.-a.rules[1].serve: has a variant and a split; keep one of them`,
		`flags.-a.rules[1].serve.split.include.salt: "s" is the salt of the split too, so the share would not be independent of it; use another`,
		`flags.-a.rules[2].id: is empty; results name the rule that decided`,
		`flags.-a.rules[2].serve: has neither a variant nor a split; give it one of them`,
		`flags.-a.default.variant: "ON" is not a variant of this flag; the variants are ["on" "on" ""]`,
		`flags.b.type: is "integer"; use boolean, string, number or json`,
		`segments.s.included[0].values[0]: is empty; a unit is never empty`,
		`segments.s.rules: segment cycle s -> t -> s; remove one of these references`,
		`segments.t.rules: segment cycle t -> s -> t; remove one of these references`,
	}
	if diff := cmp.Diff(want, problems(t, rs.Validate())); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestValidateAcceptsVectors(t *testing.T) {
	for name, file := range readVectors(t) {
		if name == "malformed.json" || name == "prerequisites.json" {
			continue
		}
		if err := file.Ruleset.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestValidateAndCompileAgree: for every flag of the vectors, ValidateFlag
// finds a problem exactly when Compile finds the flag broken, segments aside.
func TestValidateAndCompileAgree(t *testing.T) {
	for name, file := range readVectors(t) {
		program, err := evaluator.Compile(file.Ruleset)
		if err != nil {
			t.Fatal(err)
		}
		broken := program.Broken()
		for key, flag := range file.Ruleset.Flags {
			err := evaluator.ValidateFlag(key, flag, file.Ruleset)
			if err != nil && broken[key] == nil {
				t.Errorf("%s: flag %s is not broken, but not valid either: %v", name, key, err)
			}
			if err == nil && broken[key] != nil && !strings.Contains(broken[key].Error(), "cannot be used") {
				t.Errorf("%s: flag %s is valid, but broken: %v", name, key, broken[key])
			}
		}
	}
}

func TestValidateFlagSeesItself(t *testing.T) {
	scope := parseRuleset(t, `{"flags": {
		"a": {"version": "1", "type": "boolean", "variants": [{"name": "on", "value": true}], "offVariant": "on", "default": {"variant": "on"}},
		"b": {"version": "1", "type": "boolean", "variants": [{"name": "on", "value": true}], "offVariant": "on", "default": {"variant": "on"},
			"prerequisites": [{"flag": "a", "variants": ["on"]}]}}}`).Scope()
	changed, _ := scope.Flag("a")
	changed.Prerequisites = []evaluator.Prerequisite{{Flag: "b", Variants: []string{"on"}}}
	want := []string{"prerequisites: prerequisite cycle a -> b -> a; remove one of these references"}
	if diff := cmp.Diff(want, problems(t, evaluator.ValidateFlag("a", changed, scope))); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	segment := evaluator.Segment{Rules: []evaluator.SegmentRule{{Clauses: []evaluator.Clause{{Op: evaluator.OpInSegment, Values: texts("new")}}}}}
	want = []string{"rules: segment cycle new -> new; remove one of these references"}
	if diff := cmp.Diff(want, problems(t, evaluator.ValidateSegment("new", segment, scope))); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestLimits(t *testing.T) {
	long := strings.Repeat("x", evaluator.MaxStringBytes+1)
	clauses := func(n int) []evaluator.Clause {
		out := make([]evaluator.Clause, n)
		for i := range out {
			out[i] = evaluator.Clause{Attribute: "a", Op: evaluator.OpExists}
		}
		return out
	}
	tests := []struct {
		name   string
		change func(*evaluator.Flag)
		want   string
	}{
		{"variants", func(f *evaluator.Flag) {
			for i := range evaluator.MaxVariants - 1 {
				f.Variants = append(f.Variants, evaluator.Variant{Name: fmt.Sprint("v", i), Value: json.RawMessage("true")})
			}
		}, "variants: has 101 variants; the limit is 100"},
		{"rules", func(f *evaluator.Flag) {
			for i := range evaluator.MaxRules + 1 {
				f.Rules = append(f.Rules, evaluator.Rule{ID: fmt.Sprint(i), Serve: served("on")})
			}
		}, "rules: has 1001 rules; the limit is 1000"},
		{"clauses", func(f *evaluator.Flag) {
			f.Rules = one(evaluator.Rule{ID: "r", Clauses: clauses(101), Serve: served("on")})
		}, "rules[0].clauses: has 101 clauses; the limit is 100"},
		{"values", func(f *evaluator.Flag) {
			f.Rules = one(evaluator.Rule{ID: "r", Clauses: []evaluator.Clause{{Attribute: "a", Op: evaluator.OpIn, Values: texts(allowlist(evaluator.MaxValues + 1)...)}}, Serve: served("on")})
		}, "rules[0].clauses[0].values: has 50001 values; the limit is 50000"},
		{"target values", func(f *evaluator.Flag) {
			f.Targets = []evaluator.Target{{Variant: "on", Values: allowlist(evaluator.MaxValues + 1)}}
		}, "targets[0].values: has 50001 values; the limit is 50000"},
		{"string", func(f *evaluator.Flag) {
			f.Rules = one(evaluator.Rule{ID: "r", Description: long, Serve: served("on")})
		}, "rules[0].description: has 8193 bytes; the limit is 8192"},
		{"clause value", func(f *evaluator.Flag) {
			f.Rules = one(evaluator.Rule{ID: "r", Clauses: []evaluator.Clause{{Attribute: "a", Op: evaluator.OpIn, Values: texts(long)}}, Serve: served("on")})
		}, "rules[0].clauses[0].values[0]: has 8193 bytes; the limit is 8192"},
		{"variant value", func(f *evaluator.Flag) {
			f.Variants[0].Value = json.RawMessage(`"` + strings.Repeat("x", evaluator.MaxValueBytes) + `"`)
		}, "variants[0].value: has 65538 bytes; the limit is 65536"},
		{"number that JSON allows and doubles cannot hold", func(f *evaluator.Flag) {
			f.Variants = f.Variants[:1]
			f.OffVariant, f.Type, f.Variants[0].Value = "on", evaluator.TypeNumber, json.RawMessage(`1e999`)
		}, "variants[0].value: is 1e999, but the flag is of type number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := onOff(evaluator.Config{On: true, Default: served("on")})
			tt.change(&f)
			if diff := cmp.Diff([]string{tt.want}, problems(t, evaluator.ValidateFlag("f", f, evaluator.Ruleset{}))); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFanOutIsBounded: 20 levels of two prerequisites each are only 41 flags,
// but a million evaluations; such a flag is refused, and evaluating it ends at
// once.
func TestFanOutIsBounded(t *testing.T) {
	rs := evaluator.Ruleset{SpecVersion: 1, Flags: map[string]evaluator.Flag{}}
	for level := range 20 {
		for _, side := range []string{"a", "b"} {
			f := onOff(evaluator.Config{On: true, Default: served("on")})
			for _, below := range []string{"a", "b"} {
				if level > 0 {
					f.Prerequisites = append(f.Prerequisites, evaluator.Prerequisite{Flag: fmt.Sprint(below, level-1), Variants: []string{"on"}})
				}
			}
			rs.Flags[fmt.Sprint(side, level)] = f
		}
	}
	program, err := evaluator.Compile(rs)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Broken()["a9"]; err == nil || !strings.Contains(err.Error(), "prerequisites lead to 1023 evaluations or more; the limit is 1000") {
		t.Errorf("a9: %v", err)
	}
	if r := program.Evaluate("a8", evaluator.Context{}); r.Reason != evaluator.ReasonDefault {
		t.Errorf("a8, at 511 evaluations, should serve: %+v", r)
	}
	if r := program.Evaluate("b19", evaluator.Context{}); r.Error != evaluator.ErrorParse {
		t.Errorf("b19 should be broken: %+v", r)
	}
}
