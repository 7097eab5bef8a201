package evaluator_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

func TestCompileRefusesOtherSpecVersions(t *testing.T) {
	for _, version := range []int{0, 2, -1} {
		if _, err := evaluator.Compile(evaluator.Ruleset{SpecVersion: version}); !errors.Is(err, evaluator.ErrSpecVersion) {
			t.Errorf("specVersion %d: error %v, want ErrSpecVersion", version, err)
		}
	}
}

func TestProgramDescribesItself(t *testing.T) {
	rs, _ := benchRuleset(10)
	rs.Revision, rs.Project, rs.Environment = math.MaxUint64, "invoicing", "production"
	rs.Flags["broken"] = evaluator.Flag{}
	p, err := evaluator.Compile(rs)
	if err != nil {
		t.Fatal(err)
	}
	if p.Revision() != math.MaxUint64 || p.Project() != "invoicing" || p.Environment() != "production" {
		t.Errorf("program is %s/%s at %d", p.Project(), p.Environment(), p.Revision())
	}
	keys := p.Keys()
	if len(keys) != 11 || !slices.IsSorted(keys) {
		t.Errorf("keys %q are not 11 in order", keys)
	}
	var all []string
	for key, r := range p.All(evaluator.NewContext("u")) {
		all = append(all, key)
		if diff := cmp.Diff(p.Evaluate(key, evaluator.NewContext("u")), r); diff != "" {
			t.Errorf("All and Evaluate differ on %s:\n%s", key, diff)
		}
	}
	if diff := cmp.Diff(keys, all); diff != "" {
		t.Errorf("All yields other keys (-Keys +All):\n%s", diff)
	}
	for range p.All(evaluator.Context{}) {
		break // an early end must not panic
	}
	clear(p.Broken())
	if len(p.Broken()) != 1 {
		t.Errorf("broken %v: a caller's change got through", p.Broken())
	}
}

// TestCompileCopies: changing the ruleset after Compile changes nothing.
func TestCompileCopies(t *testing.T) {
	file := readVectors(t)["segments.json"]
	program := mustCompile(t, file.Ruleset)
	for key, f := range file.Ruleset.Flags {
		for i := range f.Variants {
			clobber(f.Variants[i].Value)
			f.Variants[i].Name = "changed"
		}
		for i := range f.Rules {
			clobberClauses(f.Rules[i].Clauses)
			f.Rules[i].ID = "changed"
		}
		delete(file.Ruleset.Flags, key)
	}
	for _, s := range file.Ruleset.Segments {
		for _, l := range append(s.Included, s.Excluded...) {
			clear(l.Values)
		}
		for _, r := range s.Rules {
			clobberClauses(r.Clauses)
		}
	}
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) { runVector(t, program, c) })
	}
}

func clobber(raw json.RawMessage) {
	for i := range raw {
		raw[i] = 'x'
	}
}

func clobberClauses(clauses []evaluator.Clause) {
	for i := range clauses {
		for _, v := range clauses[i].Values {
			clobber(v)
		}
		clauses[i] = evaluator.Clause{}
	}
}

func TestApply(t *testing.T) {
	old := evaluator.Ruleset{
		SpecVersion: 1, Project: "p", Environment: "e", Revision: 10,
		Flags:    map[string]evaluator.Flag{"keep": {Version: 1}, "change": {Version: 2}, "remove": {Version: 3}},
		Segments: map[string]evaluator.Segment{"gone": {Version: 4}},
	}
	patch := evaluator.Patch{
		SpecVersion: 1, Project: "p", Environment: "e", From: 10, Revision: 12,
		Flags:    map[string]*evaluator.Flag{"change": {Version: 11}, "remove": nil, "add": {Version: 12}, "never": nil},
		Segments: map[string]*evaluator.Segment{"gone": nil},
	}
	want := old
	want.Revision = 12
	want.Flags = map[string]evaluator.Flag{"keep": {Version: 1}, "change": {Version: 11}, "add": {Version: 12}}
	want.Segments = map[string]evaluator.Segment{}
	got, err := old.Apply(patch)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("patched (-want +got):\n%s", diff)
	}
	if len(old.Flags) != 3 || old.Flags["change"].Version != 2 || len(old.Segments) != 1 {
		t.Errorf("Apply changed the old ruleset: %+v", old)
	}
	if again, err := got.Apply(patch); err != nil || cmp.Diff(got, again) != "" {
		t.Errorf("applying twice: %v\n%s", err, cmp.Diff(got, again))
	}
	first, err := evaluator.Ruleset{SpecVersion: 1, Project: "p", Environment: "e"}.Apply(evaluator.Patch{
		SpecVersion: 1, Project: "p", Environment: "e", Revision: 1, Flags: map[string]*evaluator.Flag{"a": {Version: 1}},
	})
	if err != nil || len(first.Flags) != 1 {
		t.Errorf("patching an empty ruleset: %+v, %v", first, err)
	}
}

func TestApplyRefuses(t *testing.T) {
	rs := evaluator.Ruleset{SpecVersion: 1, Project: "p", Environment: "e", Revision: 10}
	good := evaluator.Patch{SpecVersion: 1, Project: "p", Environment: "e", From: 5, Revision: 12}
	tests := []struct {
		name   string
		change func(*evaluator.Patch)
		want   error
	}{
		{"a later start", func(p *evaluator.Patch) { p.From = 11 }, evaluator.ErrPatchGap},
		{"another project", func(p *evaluator.Patch) { p.Project = "q" }, evaluator.ErrPatchForeign},
		{"another environment", func(p *evaluator.Patch) { p.Environment = "f" }, evaluator.ErrPatchForeign},
		{"another project, although old", func(p *evaluator.Patch) { p.Project, p.Revision = "q", 3 }, evaluator.ErrPatchForeign},
		{"another format", func(p *evaluator.Patch) { p.SpecVersion = 2 }, evaluator.ErrSpecVersion},
		{"an overlap", func(*evaluator.Patch) {}, nil},
		{"an old one", func(p *evaluator.Patch) { p.From, p.Revision = 20, 10 }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			patch := good
			tt.change(&patch)
			if _, err := rs.Apply(patch); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestValue(t *testing.T) {
	p := mustCompile(t, readVectors(t)["reasons.json"].Ruleset)
	value := func(flag string) evaluator.Value { return p.Evaluate(flag, evaluator.NewContext("u")).Value }
	if v, ok := value("static").Bool(); !v || !ok {
		t.Errorf("boolean: %v, %v", v, ok)
	}
	if v, ok := value("static-string").String(); v != "#0f0" || !ok {
		t.Errorf("string: %v, %v", v, ok)
	}
	if v, ok := value("static-number").Number(); v != 2.5 || !ok {
		t.Errorf("number: %v, %v", v, ok)
	}
	var object struct {
		Max   int
		Modes []string
	}
	if err := value("static-json").Decode(&object); err != nil || object.Max != 3 || len(object.Modes) != 2 {
		t.Errorf("json: %+v, %v", object, err)
	}
	for _, flag := range []string{"static", "static-string", "static-number", "static-json", "no-such-flag"} {
		v := value(flag)
		_, isBool := v.Bool()
		_, isString := v.String()
		_, isNumber := v.Number()
		got := []bool{isBool, isString, isNumber}
		want := []bool{v.Kind() == evaluator.TypeBoolean, v.Kind() == evaluator.TypeString, v.Kind() == evaluator.TypeNumber}
		if !slices.Equal(got, want) || v.IsZero() != (v.Kind() == "") {
			t.Errorf("%s of kind %q answers as %v", flag, v.Kind(), got)
		}
	}
	if err := (evaluator.Value{}).Decode(&object); err == nil {
		t.Error("the zero value decodes")
	}
	if err := value("static").Decode(&object); err == nil {
		t.Error("a boolean decodes into a struct")
	}
	raw := value("static-json").JSON()
	clobber(raw)
	if again := value("static-json").JSON(); string(again) != `{"max":3,"modes":["a","b"]}` {
		t.Errorf("a caller changed the value to %s", again)
	}
	if !value("static").Equal(value("catch-all")) || value("static").Equal(value("disabled")) || value("static").Equal(evaluator.Value{}) {
		t.Error("Equal does not compare kind and JSON")
	}
}
