package evaluator_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/evaluator"
)

// flat is a context as JSON would give it back.
func flat(t testing.TB, c evaluator.Context) map[string]any {
	t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNewContext(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 30, 0, 125_000_000, time.FixedZone("", 3600))
	tests := []struct {
		name string
		got  evaluator.Context
		want map[string]any
	}{
		{"zero", evaluator.Context{}, map[string]any{}},
		{"no key", evaluator.NewContext(""), map[string]any{}},
		{"key", evaluator.NewContext("u"), map[string]any{"targetingKey": "u"}},
		{
			"every type",
			evaluator.NewContext("u", evaluator.String("s", "x"), evaluator.Number("n", 1.5), evaluator.Int("i", 7), evaluator.Bool("b", true),
				evaluator.Time("t", at), evaluator.Strings("l", []string{"a", "b"})),
			map[string]any{"targetingKey": "u", "s": "x", "n": 1.5, "i": 7.0, "b": true, "t": "2026-11-22T09:30:00.125Z", "l": []any{"a", "b"}},
		},
		{"later wins", evaluator.NewContext("u", evaluator.String("a", "1"), evaluator.String("a", "2")), map[string]any{"targetingKey": "u", "a": "2"}},
		{"numbers JSON cannot hold are missing", evaluator.NewContext("u", evaluator.Number("nan", math.NaN()), evaluator.Number("inf", math.Inf(1))), map[string]any{"targetingKey": "u"}},
		{"nameless and zero attributes are dropped", evaluator.NewContext("u", evaluator.String("", "x"), evaluator.Attribute{}), map[string]any{"targetingKey": "u"}},
		{"an attribute may be the key", evaluator.NewContext("u", evaluator.String("targetingKey", "v")), map[string]any{"targetingKey": "v"}},
		{"a number may not be the key", evaluator.NewContext("u", evaluator.Int("targetingKey", 1)), map[string]any{"targetingKey": "u"}},
		{"With on zero", evaluator.Context{}.With(evaluator.String("a", "1")), map[string]any{"a": "1"}},
		{"With replaces", evaluator.NewContext("u", evaluator.String("a", "1")).With(evaluator.String("a", "2"), evaluator.String("b", "3")), map[string]any{"targetingKey": "u", "a": "2", "b": "3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, flat(t, tt.got)); diff != "" {
				t.Errorf("context (-want +got):\n%s", diff)
			}
		})
	}
}

func TestContextIsImmutable(t *testing.T) {
	attrs := []evaluator.Attribute{evaluator.String("a", "1")}
	values := []string{"x"}
	c := evaluator.NewContext("u", append(attrs, evaluator.Strings("l", values))...)
	first, second := c.With(evaluator.String("b", "2")), c.With(evaluator.String("b", "3"))
	attrs[0], values[0] = evaluator.String("a", "changed"), "changed"
	for want, got := range map[string]evaluator.Context{
		"map[a:1 l:[x] targetingKey:u]": c, "map[a:1 b:2 l:[x] targetingKey:u]": first, "map[a:1 b:3 l:[x] targetingKey:u]": second,
	} {
		if text := fmt.Sprint(flat(t, got)); text != want {
			t.Errorf("context is %s, want %s", text, want)
		}
	}
}

// TestLookup: small and large contexts give the same answers as a map.
func TestLookup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "attributes")
		want := map[string]float64{}
		var attrs []evaluator.Attribute
		for range n {
			name, value := rapid.StringMatching(`[a-e]{1,2}`).Draw(t, "name"), float64(rapid.IntRange(0, 9).Draw(t, "value"))
			attrs, want[name] = append(attrs, evaluator.Number(name, value)), value
		}
		c := evaluator.NewContext("key", attrs[:n/2]...).With(attrs[n/2:]...)
		for _, name := range []string{"", "a", "b", "c", "d", "e", "aa", "bc", "ed", "zz", "targetingKey"} {
			a, ok := c.Lookup(name)
			value, present := want[name]
			if name == "targetingKey" {
				if !ok || a.Value() != "key" || a.Name() != name {
					t.Fatalf("Lookup(targetingKey) = %v, %v", a.Value(), ok)
				}
			} else if ok != present || ok && a.Value() != value {
				t.Fatalf("Lookup(%q) = %v, %v, want %v, %v", name, a.Value(), ok, value, present)
			}
		}
	})
}

func TestContextFromMap(t *testing.T) {
	c, err := evaluator.ContextFromMap(map[string]any{
		"targetingKey": "u", "int": 7, "uint8": uint8(8), "float32": float32(0.5), "json": json.Number("9"), "nothing": nil,
		"time":    time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC),
		"company": map[string]any{"plan": "pro", "address": map[string]any{"country": "DE"}, "nothing": nil},
		"list":    []any{"a", 1, true}, "strings": []string{"x"}, "ints": []int{1}, "int64s": []int64{2}, "floats": []float64{0.5}, "empty": []any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"targetingKey": "u", "int": 7.0, "uint8": 8.0, "float32": 0.5, "json": 9.0, "time": "2026-11-22T09:30:00Z",
		"company.plan": "pro", "company.address.country": "DE",
		"list": []any{"a", 1.0, true}, "strings": []any{"x"}, "ints": []any{1.0}, "int64s": []any{2.0}, "floats": []any{0.5}, "empty": []any{},
	}
	if diff := cmp.Diff(want, flat(t, c)); diff != "" {
		t.Errorf("context (-want +got):\n%s", diff)
	}
}

func TestContextErrors(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 17) + "1" + strings.Repeat("}", 17)
	wide := map[string]int{}
	for i := range evaluator.MaxContextAttributes + 1 {
		wide[fmt.Sprintf("k%04d", i)] = i
	}
	wideJSON, _ := json.Marshal(wide)
	tests := []struct{ name, json, path, message string }{
		{"not JSON", `{`, "", "is not a JSON object"},
		{"a list", `[]`, "", "is not a JSON object"},
		{"two documents", `{} {}`, "", "something after"},
		{"numeric key", `{"targetingKey": 5}`, "targetingKey", "is the number 5; it must be a string"},
		{"list in a list", `{"a": {"b": ["x", ["y"]]}}`, "a.b[1]", "is a list"},
		{"object in a list", `{"a": [{"b": 1}]}`, "a[0]", "is an object"},
		{"null in a list", `{"a": [null]}`, "a[0]", "is null"},
		{"infinite number", `{"a": {"b": 1e999}}`, "a.b", "is the number 1e999"},
		{"nameless", `{"": 1}`, "", "without a name"},
		{"twice", `{"a": {"b": 1}, "a.b": 2}`, "a.b", "is given twice"},
		{"too deep", deep, "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "nested deeper than 16"},
		{"too wide", string(wideJSON), "k1000", "the limit is 1000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := evaluator.ParseContext([]byte(tt.json))
			var problem *evaluator.ContextError
			if !errors.As(err, &problem) || problem.Path != tt.path || !strings.Contains(problem.Message, tt.message) {
				t.Errorf("error %v, want path %q and %q", err, tt.path, tt.message)
			}
		})
	}
	if _, err := evaluator.ContextFromMap(map[string]any{"a": struct{}{}}); err == nil || !strings.Contains(err.Error(), "context: a: is of the Go type struct {}") {
		t.Errorf("error %v should name the path and the type", err)
	}
}

// TestContextRoundTrip: a context reads back from its own JSON.
func TestContextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var attrs []evaluator.Attribute
		for range rapid.IntRange(0, 30).Draw(t, "attributes") {
			name := rapid.StringMatching(`[a-z.]{1,6}`).Draw(t, "name")
			attrs = append(attrs, rapid.SampledFrom([]evaluator.Attribute{
				evaluator.String(name, "ü"), evaluator.Number(name, -1.25), evaluator.Int(name, 1<<53-1), evaluator.Bool(name, false), evaluator.Strings(name, []string{"x", ""}),
			}).Draw(t, "attribute"))
		}
		c := evaluator.NewContext(rapid.SampledFrom([]string{"", "key"}).Draw(t, "key"), attrs...)
		raw, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := evaluator.ParseContext(raw)
		if err != nil {
			t.Fatal(err)
		}
		second, _ := json.Marshal(again)
		if string(raw) != string(second) {
			t.Fatalf("%s became %s", raw, second)
		}
	})
}
