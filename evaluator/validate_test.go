package evaluator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
	document, err := os.ReadFile("testdata/all-mistakes.json")
	if err != nil {
		t.Fatal(err)
	}
	lines := problems(t, parseRuleset(t, string(document)).Validate())
	golden(t, "validate", strings.Join(lines, "\n")+"\n")
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

func TestValidationErrorText(t *testing.T) {
	problem := func(n int) []evaluator.Problem {
		out := make([]evaluator.Problem, n)
		for i := range out {
			out[i] = evaluator.Problem{Path: fmt.Sprintf("a[%d]", i), Message: "is wrong"}
		}
		return out
	}
	for want, got := range map[string][]evaluator.Problem{
		"is wrong":       {{Message: "is wrong"}},
		"a[0]: is wrong": problem(1),
		"2 problems: a[0]: is wrong; a[1]: is wrong": problem(2),
		"a[19]: is wrong; and 80 more":               problem(100),
	} {
		if text := (&evaluator.ValidationError{Problems: got}).Error(); !strings.HasSuffix(text, want) {
			t.Errorf("%s, want %s", text, want)
		}
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
