package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/evaluator/schema"
)

const base = "https://github.com/flagledger/flagledger/evaluator/schema/"

// compile compiles the schema at a location of either document.
func compile(t *testing.T, location string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	for name, data := range map[string][]byte{"ruleset.schema.json": schema.Ruleset(), "patch.schema.json": schema.Patch()} {
		if err := c.AddResource(base+name, parse(t, data)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(base + location)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parse(t *testing.T, data []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func vectorRulesets(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	paths, err := filepath.Glob("../testdata/vectors/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	out := map[string]json.RawMessage{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Ruleset json.RawMessage `json:"ruleset"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out[filepath.Base(path)] = file.Ruleset
	}
	return out
}

// TestVectorsConform: the rulesets of all vectors conform, but for those that
// are malformed on purpose. The same holds after a round trip through Go.
func TestVectorsConform(t *testing.T) {
	s := compile(t, "ruleset.schema.json")
	for name, raw := range vectorRulesets(t) {
		if name == "malformed.json" {
			continue
		}
		if err := s.Validate(parse(t, raw)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var rs evaluator.Ruleset
		if err := json.Unmarshal(raw, &rs); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(rs)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(parse(t, again)); err != nil {
			t.Errorf("%s, written by Go: %v", name, err)
		}
	}
}

// TestSchemaIsNotStricter: a flag that the schema refuses is one that Validate
// refuses, so a front end that checks with the schema alone never refuses
// what the server would take.
func TestSchemaIsNotStricter(t *testing.T) {
	s := compile(t, "ruleset.schema.json#/$defs/Flag")
	var rs evaluator.Ruleset
	if err := json.Unmarshal(vectorRulesets(t)["malformed.json"], &rs); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for key, flag := range rs.Flags {
		raw, err := json.Marshal(flag)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(parse(t, raw)); err == nil {
			continue
		}
		refused++
		if evaluator.ValidateFlag(key, flag, rs) == nil {
			t.Errorf("flag %s: the schema refuses what Validate accepts: %s", key, raw)
		}
	}
	if refused < 20 {
		t.Errorf("the schema refuses %d malformed flags; it should find at least the 20 that are about shape", refused)
	}
}

func TestPatchConforms(t *testing.T) {
	s := compile(t, "patch.schema.json")
	var rs evaluator.Ruleset
	if err := json.Unmarshal(vectorRulesets(t)["segments.json"], &rs); err != nil {
		t.Fatal(err)
	}
	flag, segment := rs.Flags["beta"], rs.Segments["beta"]
	raw, err := json.Marshal(evaluator.Patch{
		SpecVersion: 1, Project: "p", Environment: "e", From: 7, Revision: 9,
		Flags:    map[string]*evaluator.Flag{"beta": &flag, "gone": nil},
		Segments: map[string]*evaluator.Segment{"beta": &segment, "gone": nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(parse(t, raw)); err != nil {
		t.Error(err)
	}
	if err := s.Validate(parse(t, []byte(`{"specVersion":1,"project":"p","environment":"e","from":7,"revision":"9"}`))); err == nil {
		t.Error("a position that is a number conforms; it must be a string")
	}
}

// TestFieldsAgree compares the properties of each schema with the JSON fields
// of its Go type, and the enumerations with the Go constants.
func TestFieldsAgree(t *testing.T) {
	types := map[string]reflect.Type{
		"Flag": reflect.TypeFor[evaluator.Flag](), "Variant": reflect.TypeFor[evaluator.Variant](),
		"Prerequisite": reflect.TypeFor[evaluator.Prerequisite](), "Target": reflect.TypeFor[evaluator.Target](),
		"Rule": reflect.TypeFor[evaluator.Rule](), "Clause": reflect.TypeFor[evaluator.Clause](),
		"Serve": reflect.TypeFor[evaluator.Serve](), "Split": reflect.TypeFor[evaluator.Split](),
		"Weight": reflect.TypeFor[evaluator.Weight](), "Include": reflect.TypeFor[evaluator.Include](),
		"Segment": reflect.TypeFor[evaluator.Segment](), "SegmentList": reflect.TypeFor[evaluator.SegmentList](),
		"SegmentRule": reflect.TypeFor[evaluator.SegmentRule](),
	}
	root := document(t, schema.Ruleset())
	agree(t, "Ruleset", root, reflect.TypeFor[evaluator.Ruleset]())
	agree(t, "Patch", document(t, schema.Patch()), reflect.TypeFor[evaluator.Patch]())
	defs := object(t, root["$defs"])
	for name := range defs {
		def := object(t, defs[name])
		if _, ok := def["properties"]; !ok {
			continue
		}
		if types[name] == nil {
			t.Errorf("$defs/%s has no Go type", name)
			continue
		}
		agree(t, name, def, types[name])
	}
	var operators []any
	for _, op := range evaluator.Operators() {
		operators = append(operators, string(op))
	}
	if diff := cmp.Diff(operators, object(t, defs["Operator"])["enum"]); diff != "" {
		t.Errorf("operators (-go +schema):\n%s", diff)
	}
}

func document(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func object(t *testing.T, v any) map[string]any {
	t.Helper()
	out, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("%v is no object", v)
	}
	return out
}

func agree(t *testing.T, name string, def map[string]any, of reflect.Type) {
	t.Helper()
	var properties []string
	for property := range object(t, def["properties"]) {
		properties = append(properties, property)
	}
	all, required := fields(of)
	slices.Sort(properties)
	if diff := cmp.Diff(all, properties); diff != "" {
		t.Errorf("%s properties (-go +schema):\n%s", name, diff)
	}
	var demanded []string
	list, _ := def["required"].([]any)
	for _, r := range list {
		name, ok := r.(string)
		if !ok {
			t.Fatalf("required: %v is no string", r)
		}
		demanded = append(demanded, name)
	}
	slices.Sort(demanded)
	if diff := cmp.Diff(required, demanded); diff != "" {
		t.Errorf("%s required (-go without omitempty +schema):\n%s", name, diff)
	}
}

// fields lists the JSON names of a struct, and those that are always written.
func fields(of reflect.Type) (all, required []string) {
	for i := range of.NumField() {
		f := of.Field(i)
		if f.Anonymous {
			a, r := fields(f.Type)
			all, required = append(all, a...), append(required, r...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, name)
		if !strings.Contains(options, "omitempty") {
			required = append(required, name)
		}
	}
	slices.Sort(all)
	slices.Sort(required)
	return all, required
}
