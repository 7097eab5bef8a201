package evaluator_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

// vectorFile is one file of testdata/vectors: the specification, which every
// language runs from these same files.
type vectorFile struct {
	SpecVersion int               `json:"specVersion"`
	Name        string            `json:"name"`
	Ruleset     evaluator.Ruleset `json:"ruleset"`
	Cases       []vectorCase      `json:"cases"`
}

type vectorCase struct {
	Name    string          `json:"name"`
	Flag    string          `json:"flag"`
	Context json.RawMessage `json:"context"`
	Want    vectorWant      `json:"want"`
}

// vectorWant is the result expected: an absent text is empty, an absent bucket
// is -1, an absent value is not compared.
type vectorWant struct {
	Value   json.RawMessage     `json:"value,omitempty"`
	Variant string              `json:"variant"`
	Reason  evaluator.Reason    `json:"reason"`
	Rule    string              `json:"rule"`
	Bucket  *int32              `json:"bucket"`
	Outside bool                `json:"outside"`
	Error   evaluator.ErrorCode `json:"error"`
}

func readVectors(tb testing.TB) map[string]vectorFile {
	tb.Helper()
	paths, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no vectors found: %v", err)
	}
	files := make(map[string]vectorFile, len(paths))
	for _, path := range paths {
		files[filepath.Base(path)] = readVectorFile(tb, path)
	}
	return files
}

func readVectorFile(tb testing.TB, path string) vectorFile {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var file vectorFile
	if err := decoder.Decode(&file); err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		tb.Fatalf("%s: something follows the document", path)
	}
	if file.SpecVersion != evaluator.SpecVersion || file.Name == "" || len(file.Cases) == 0 {
		tb.Fatalf("%s: specVersion %d, name %q, %d cases: wrong version, nameless or empty", path, file.SpecVersion, file.Name, len(file.Cases))
	}
	return file
}

func TestVectors(t *testing.T) {
	count := 0
	for name, file := range readVectors(t) {
		t.Run(name, func(t *testing.T) {
			program, err := evaluator.Compile(file.Ruleset)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range file.Cases {
				t.Run(c.Name, func(t *testing.T) { runVector(t, program, c) })
			}
		})
		count += len(file.Cases)
	}
	t.Logf("vectors: %d cases", count)
}

func runVector(t *testing.T, program *evaluator.Program, c vectorCase) {
	ctx, err := evaluator.ParseContext(c.Context)
	if err != nil {
		t.Fatal(err)
	}
	got := program.Evaluate(c.Flag, ctx)
	want := evaluator.Result{
		Value: got.Value, Variant: c.Want.Variant, Reason: c.Want.Reason, Rule: c.Want.Rule,
		Bucket: evaluator.NoBucket, Outside: c.Want.Outside, Error: c.Want.Error, Revision: program.Revision(), Version: got.Version,
	}
	if c.Want.Bucket != nil {
		want.Bucket = *c.Want.Bucket
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s\n%s", diff, program.Explain(c.Flag, ctx))
	}
	if got.Value.IsZero() != (c.Want.Error != "") {
		t.Errorf("value %v with error %q: there must be exactly one of them", got.Value, got.Error)
	}
	if c.Want.Value != nil {
		if diff := cmp.Diff(decoded(t, c.Want.Value), decoded(t, got.Value.JSON())); diff != "" {
			t.Errorf("value (-want +got):\n%s", diff)
		}
	}
	// The explanation must be of this very result.
	if diff := cmp.Diff(got, program.Explain(c.Flag, ctx).Result); diff != "" {
		t.Errorf("explained result (-evaluated +explained):\n%s", diff)
	}
}

func decoded(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestVectorsBroken pins which flags the vectors expect to be broken: those
// with PARSE_ERROR cases and no others.
func TestVectorsBroken(t *testing.T) {
	for name, file := range readVectors(t) {
		program, err := evaluator.Compile(file.Ruleset)
		if err != nil {
			t.Fatal(err)
		}
		expected := map[string]bool{}
		for _, c := range file.Cases {
			if c.Want.Error == evaluator.ErrorParse {
				expected[c.Flag] = true
			}
		}
		for key, err := range program.Broken() {
			if !expected[key] {
				t.Errorf("%s: flag %s is broken: %v", name, key, err)
			}
			delete(expected, key)
		}
		for key := range expected {
			t.Errorf("%s: flag %s should be broken", name, key)
		}
	}
}
