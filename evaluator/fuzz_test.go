package evaluator_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
)

// FuzzCompile: no document makes Compile or an evaluation panic or hang, a
// flag is either broken or serves one of its variants, and Validate knows
// which. The seeds are the flags of the vectors, one by one, and testdata/fuzz.
func FuzzCompile(f *testing.F) {
	for _, file := range readVectors(f) {
		for key, flag := range file.Ruleset.Flags { // small seeds are mutated faster
			rs := evaluator.Ruleset{SpecVersion: evaluator.SpecVersion, Flags: map[string]evaluator.Flag{key: flag}}
			raw, err := json.Marshal(rs)
			if err != nil {
				f.Fatal(err)
			}
			if len(raw) < 4<<10 {
				f.Add(raw)
			}
		}
	}
	ctx := evaluator.NewContext("user-1", evaluator.String("plan", "pro"), evaluator.Int("accountId", 7),
		evaluator.String("v", "1.2.3"), evaluator.String("email", "a@example.com"), evaluator.Strings("ip", []string{"10.0.0.1", "::1"}))
	f.Fuzz(func(t *testing.T, document []byte) {
		var rs evaluator.Ruleset
		if json.Unmarshal(document, &rs) != nil {
			return
		}
		p, err := evaluator.Compile(rs)
		if err != nil {
			return
		}
		broken := p.Broken()
		if rs.Validate() == nil && len(broken) > 0 {
			t.Errorf("the ruleset is valid, but flags are broken: %v", broken)
		}
		for key, r := range p.All(ctx) {
			checkResult(t, rs.Flags[key], broken[key], r)
			if diff := cmp.Diff(r, p.Explain(key, ctx).Result); diff != "" {
				t.Errorf("%s (-evaluated +explained):\n%s", key, diff)
			}
		}
	})
}

// checkResult checks what holds for every result.
func checkResult(t *testing.T, flag evaluator.Flag, broken error, r evaluator.Result) {
	t.Helper()
	if (r.Error == evaluator.ErrorParse) != (broken != nil) {
		t.Errorf("error %q, but the flag is broken: %v", r.Error, broken)
	}
	if (r.Reason == evaluator.ReasonError) != (r.Error != "") || r.Value.IsZero() != (r.Error != "") || (r.Variant == "") != (r.Error != "") {
		t.Errorf("result %+v is both an answer and an error, or neither", r)
	}
	if (r.Bucket != evaluator.NoBucket) != (r.Reason == evaluator.ReasonSplit) || r.Bucket < -1 || r.Bucket >= evaluator.TotalWeight {
		t.Errorf("bucket %d with reason %s", r.Bucket, r.Reason)
	}
	if r.Version != flag.Version {
		t.Errorf("version %d, want %d", r.Version, flag.Version)
	}
	if r.Error == "" && r.Value.Kind() != flag.Type {
		t.Errorf("value of kind %q of a flag of type %q", r.Value.Kind(), flag.Type)
	}
}

// FuzzEvaluate: no context makes an evaluation panic, give an impossible
// result or an explanation that is not JSON.
func FuzzEvaluate(f *testing.F) {
	var programs []*evaluator.Program
	var rulesets []evaluator.Ruleset
	for _, file := range readVectors(f) {
		p, err := evaluator.Compile(file.Ruleset)
		if err != nil {
			f.Fatal(err)
		}
		programs, rulesets = append(programs, p), append(rulesets, file.Ruleset)
		for _, c := range file.Cases {
			f.Add([]byte(c.Context))
		}
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		ctx, err := evaluator.ParseContext(document)
		if err != nil {
			return
		}
		for i, p := range programs {
			broken := p.Broken()
			for key, r := range p.All(ctx) {
				checkResult(t, rulesets[i].Flags[key], broken[key], r)
			}
			if raw, err := json.Marshal(p.Explain(p.Keys()[0], ctx)); err != nil {
				t.Errorf("explanation %s: %v", raw, err)
			}
		}
	})
}

// TestSeedsExist: the corpus kept in testdata is found where go test looks.
func TestSeedsExist(t *testing.T) {
	for _, name := range []string{"FuzzCompile", "FuzzEvaluate"} {
		entries, err := os.ReadDir(filepath.Join("testdata", "fuzz", name))
		if err != nil || len(entries) == 0 {
			t.Errorf("%s has no seeds: %v", name, err)
		}
	}
}
