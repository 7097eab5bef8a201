package evaluator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/evaluator"
)

// explained has one of everything that an explanation can show.
const explained = `{"revision": "42", "flags": {
	"gate": {"version": "3", "type": "boolean", "salt": "gate", "on": true, "variants": [{"name": "on", "value": true}, {"name": "off", "value": false}],
		"offVariant": "off", "rules": [{"id": "pro", "clauses": [{"attribute": "plan", "op": "in", "values": ["pro", "team"]}], "serve": {"variant": "on"}}], "default": {"variant": "off"}},
	"pdf": {"version": "7", "type": "string", "salt": "pdf", "on": true, "variants": [{"name": "old", "value": "v1"}, {"name": "new", "value": "v2"}],
		"offVariant": "old", "prerequisites": [{"flag": "gate", "variants": ["on"]}],
		"targets": [{"variant": "new", "by": "accountId", "values": ["a", "b", "c", "d", "e", "f", "g"]}],
		"rules": [
			{"id": "staff", "description": "our own people", "clauses": [{"op": "inSegment", "values": ["staff"]}], "serve": {"variant": "new"}},
			{"id": "large", "clauses": [{"attribute": "items", "op": "gt", "values": [200]}, {"attribute": "country", "op": "equals", "values": ["DE"], "negate": true}], "serve": {"variant": "old"}}
		],
		"default": {"split": {"by": "accountId", "weights": [{"variant": "new", "weight": 50000}, {"variant": "old", "weight": 50000}],
			"include": {"weight": 99999, "salt": "pdf-share", "otherwise": "old"}}}},
	"off": {"version": "9", "type": "boolean", "salt": "off", "on": false, "variants": [{"name": "on", "value": true}], "offVariant": "on", "default": {"variant": "on"}},
	"needs-off": {"version": "9", "type": "boolean", "salt": "x", "on": true, "variants": [{"name": "on", "value": true}], "offVariant": "on",
		"prerequisites": [{"flag": "off", "variants": ["on"]}], "default": {"variant": "on"}},
	"broken": {"version": "11", "type": "boolean", "salt": "x", "on": true, "variants": [{"name": "on", "value": true}], "offVariant": "on", "default": {"variant": "purple"}}
}, "segments": {
	"staff": {"version": "5", "included": [{"values": ["alice"]}], "excluded": [{"by": "country", "values": ["XX"]}],
		"rules": [{"clauses": [{"attribute": "email", "op": "emailDomain", "values": ["flagledger.example"]}]}]}
}}`

func explain(t *testing.T, flag, context string) evaluator.Explanation {
	t.Helper()
	ctx, err := evaluator.ParseContext([]byte(context))
	if err != nil {
		t.Fatal(err)
	}
	p, err := evaluator.Compile(parseRuleset(t, explained))
	if err != nil {
		t.Fatal(err)
	}
	return p.Explain(flag, ctx)
}

// TestExplainText pins the text for terminals.
func TestExplainText(t *testing.T) {
	tests := []struct{ name, flag, context string }{
		{"the-whole-way-to-a-split", "pdf", `{"targetingKey": "u", "accountId": "acme", "plan": "pro", "items": 250, "country": "DE"}`},
		{"a-prerequisite-fails", "pdf", `{"plan": "free"}`},
		{"a-segment-by-list", "pdf", `{"targetingKey": "alice", "plan": "pro"}`},
		{"no-unit", "pdf", `{"accountId": 1.5, "plan": "pro", "country": "XX"}`},
		{"off", "off", `{}`},
		{"a-prerequisite-is-off", "needs-off", `{}`},
		{"broken", "broken", `{}`},
		{"unknown", "ghost", `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			golden(t, "explain-"+tt.name, explain(t, tt.flag, tt.context).String())
		})
	}
}

// TestExplainJSON pins the wire form: lists are never null, a missing
// attribute has no actual, positions are strings.
func TestExplainJSON(t *testing.T) {
	got, err := json.MarshalIndent(explain(t, "pdf", `{"targetingKey": "u", "accountId": "acme", "plan": "pro", "items": 250, "country": "DE"}`), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "explain-json", string(got)+"\n")
	if strings.Contains(string(got), "null") {
		t.Error("there is a null in it")
	}
}

func TestExplainAbbreviates(t *testing.T) {
	x := explain(t, "gate", fmt.Sprintf(`{"plan": %q}`, strings.Repeat("ü", 5000)))
	if actual := string(x.Steps[0].Rule.Clauses[0].Actual); len(actual) > 100 || !strings.HasSuffix(actual, `... (10002 bytes)"`) {
		t.Errorf("actual is %s", actual)
	}
}

type failingWriter struct{}

var errFull = errors.New("full")

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }

func TestExplainWriteReportsErrors(t *testing.T) {
	if err := explain(t, "off", `{}`).Write(failingWriter{}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want that of the writer", err)
	}
}

// TestExplainIsEvaluate: for random contexts the explained result is the
// evaluated one, and the last step is the one that the reason names.
func TestExplainIsEvaluate(t *testing.T) {
	var programs []*evaluator.Program
	for _, file := range readVectors(t) {
		p, err := evaluator.Compile(file.Ruleset)
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, p)
	}
	last := map[evaluator.Reason][]evaluator.StepKind{
		evaluator.ReasonDisabled: {evaluator.StepOff}, evaluator.ReasonPrerequisiteFailed: {evaluator.StepPrerequisite},
		evaluator.ReasonTargetingMatch: {evaluator.StepTarget, evaluator.StepRule}, evaluator.ReasonStatic: {evaluator.StepDefault},
		evaluator.ReasonDefault: {evaluator.StepDefault}, evaluator.ReasonSplit: {evaluator.StepRule, evaluator.StepDefault},
		evaluator.ReasonError: {evaluator.StepError, evaluator.StepRule, evaluator.StepDefault},
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(programs).Draw(t, "program")
		ctx := randomContext(t)
		for key, want := range p.All(ctx) {
			x := p.Explain(key, ctx)
			if diff := cmp.Diff(want, x.Result); diff != "" {
				t.Fatalf("%s (-evaluated +explained):\n%s", key, diff)
			}
			kind := x.Steps[len(x.Steps)-1].Kind
			if !strings.Contains(fmt.Sprint(last[want.Reason]), string(kind)) {
				t.Fatalf("%s has the reason %s, but its last step is %s", key, want.Reason, kind)
			}
			if _, err := json.Marshal(x); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func randomContext(t *rapid.T) evaluator.Context {
	values := []any{"", "a", "pro", "free", "10.1.2.3", "1.2.3", "2026-11-22T09:29:59Z", "x@example.com", 5.0, 42, -7, 1.5, true, false, []any{"a", 1}, []any{}}
	attrs := map[string]any{"targetingKey": rapid.SampledFrom([]string{"", "u", "alice", "🚀"}).Draw(t, "key")}
	for _, name := range []string{"v", "plan", "country", "accountId", "email", "ip", "seats", "closed"} {
		if rapid.Bool().Draw(t, name+" given") {
			attrs[name] = rapid.SampledFrom(values).Draw(t, name)
		}
	}
	ctx, err := evaluator.ContextFromMap(attrs)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}
