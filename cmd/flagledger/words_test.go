package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// TestEveryEventHasWords decodes an empty event of every type there is.
func TestEveryEventHasWords(t *testing.T) {
	types := ledger.Types()
	if len(types) == 0 {
		t.Fatal("the ledger knows no events")
	}
	for _, at := range types {
		name, v, _ := strings.Cut(at, "@")
		t.Run(at, func(t *testing.T) {
			rec := ledger.Decode(ledger.Stored{
				Seq: 1, Subject: "ledger.p.flag.f", Data: fmt.Appendf(nil, `{"type":%q,"v":%s,"data":{}}`, name, v),
			})
			if _, unknown := rec.Event.(ledger.Unknown); unknown {
				t.Fatalf("%s cannot be decoded: %v", at, rec.Event)
			}
			words := eventWords(rec.Event)
			if words == "" {
				t.Fatalf("%s has no words: add it to eventWords", at)
			}
			if env := reflect.ValueOf(rec.Event).FieldByName("Environment"); env.IsValid() && !strings.Contains(words, "environment") && !strings.Contains(words, " in ") {
				t.Errorf("%s concerns an environment, but its words do not say so: %s", at, words)
			}
		})
	}
	if words := eventWords(ledger.Unknown{}); words == "" {
		t.Error("an unknown event has no words")
	}
}

// TestHoldsHaveWords keeps the words of closed sets complete.
func TestHoldsHaveWords(t *testing.T) {
	for _, h := range []ledger.HoldReason{
		ledger.HoldNoSource, ledger.HoldNoTraffic, ledger.HoldNoMetric, ledger.HoldUnhealthy,
		ledger.HoldSoak, ledger.HoldMinSample, ledger.HoldCollecting,
	} {
		if words := holdWords(h); words == string(h) || words == "" {
			t.Errorf("hold reason %s has no words", h)
		}
	}
}

func TestNumbers(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 2: "2", 1.8281: "1.828", 0.000123456: "0.0001235", 12345.6: "12345.6", 1.5e-9: "0.0000000015", 3e20: "3e+20",
	} {
		if got := number(f); got != want {
			t.Errorf("number(%v) = %s, want %s", f, got, want)
		}
	}
	for f, want := range map[float64]string{0: "0.00", -1.1e-16: "0.00", 2.9957: "3.00", -3.2: "-3.20"} {
		if got := hundredths(f); got != want {
			t.Errorf("hundredths(%v) = %s, want %s", f, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567", -123: "-123"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "24h", 90 * time.Second: "1m30s", time.Minute: "1m", 0: "0s",
		time.Hour + time.Second: "1h0m1s", 10 * time.Hour: "10h", 20 * time.Minute: "20m", 1500 * time.Microsecond: "2ms",
	} {
		if got := spanWords(d); got != want {
			t.Errorf("spanWords(%s) = %s, want %s", d, got, want)
		}
	}
}

// TestChangedLines proves that taking the lines with - out of before and
// putting those with + in leaves after, and that nothing common is named.
func TestChangedLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 6)
		before, after := lines.Draw(t, "before"), lines.Draw(t, "after")
		var kept, added []string
		rest := slices.Clone(before)
		for _, line := range changedLines(before, after) {
			plain := newPaper(nil, false).render(line)
			text := plain[2:]
			if plain[0] == '+' {
				added = append(added, text)
				continue
			}
			at := slices.Index(rest, text)
			if at < 0 {
				t.Fatalf("%q was taken out of %v, which lacks it", text, rest)
			}
			rest = slices.Delete(rest, at, at+1)
		}
		kept = append(rest, added...)
		slices.Sort(kept)
		want := slices.Sorted(slices.Values(after))
		if !slices.Equal(kept, want) {
			t.Fatalf("from %v to %v gives %v", before, after, kept)
		}
		if len(before)-len(rest)+len(added) > 0 && slices.Equal(before, after) {
			t.Fatalf("equal lines %v are named as changed", before)
		}
	})
}

// TestShare proves the promise of --percentage: raising it keeps attribute and
// salt, so nobody is moved out.
func TestShare(t *testing.T) {
	flag := flagView{
		Key: "f", OffVariant: "c", OnVariant: "a",
		Variants: []evaluator.Variant{{Name: "a"}, {Name: "b"}, {Name: "c"}},
	}
	old := evaluator.Config{OffVariant: "c", Default: evaluator.Serve{Split: &evaluator.Split{
		By: "accountId", Salt: "s", Weights: []evaluator.Weight{{Variant: "a", Weight: 5000}, {Variant: "c", Weight: 95000}},
	}}}
	for name, row := range map[string]struct {
		given targeting
		want  evaluator.Split
	}{
		"raised": {
			targeting{percentage: "a=7.5"},
			evaluator.Split{By: "accountId", Salt: "s", Weights: []evaluator.Weight{{Variant: "a", Weight: 7500}, {Variant: "c", Weight: 92500}}},
		},
		"by another attribute": {
			targeting{percentage: "a=7.5", by: "userId"},
			evaluator.Split{By: "userId", Salt: "s", Weights: []evaluator.Weight{{Variant: "a", Weight: 7500}, {Variant: "c", Weight: 92500}}},
		},
		"another variant": {
			targeting{percentage: "b=100"},
			evaluator.Split{Weights: []evaluator.Weight{{Variant: "b", Weight: 100000}, {Variant: "c", Weight: 0}}},
		},
		"of the off variant": {
			targeting{percentage: "c=1"},
			evaluator.Split{Weights: []evaluator.Weight{{Variant: "c", Weight: 1000}, {Variant: "a", Weight: 99000}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := row.given.apply(flag, old)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&row.want, got.Default.Split); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestApplyLeavesTheOriginal proves that what was read stays as it was, since
// it is compared with the result.
func TestApplyLeavesTheOriginal(t *testing.T) {
	before := evaluator.Config{
		OffVariant: "off", Default: evaluator.Serve{Variant: "off"},
		Targets: []evaluator.Target{{Variant: "on", Values: []string{"u-1"}}, {Variant: "off", Values: []string{"u-2"}}},
		Rules:   []evaluator.Rule{{ID: "r", Clauses: []evaluator.Clause{}, Serve: evaluator.Serve{Variant: "on"}}},
	}
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	change := targeting{targets: []string{"on=u-9", "off="}, rules: []string{"r: a exists => off", "b exists => on"}, serve: "on"}
	if _, err := change.apply(flagView{}, before); err != nil {
		t.Fatal(err)
	}
	if after, _ := json.Marshal(before); string(after) != string(text) {
		t.Errorf("the original became %s, was %s", after, text)
	}
}

// TestLongListsAreCut keeps a page readable whatever a flag holds.
func TestLongListsAreCut(t *testing.T) {
	var c evaluator.Config
	target := evaluator.Target{Variant: "on"}
	clause := evaluator.Clause{Attribute: "plan", Op: evaluator.OpIn}
	for i := range 20 {
		target.Values = append(target.Values, fmt.Sprintf("u-%d", i))
		clause.Values = append(clause.Values, json.RawMessage(fmt.Sprintf("%d", i)))
	}
	c.Targets = []evaluator.Target{target}
	c.Rules = []evaluator.Rule{{ID: "r", Clauses: []evaluator.Clause{clause}, Serve: evaluator.Serve{Split: &evaluator.Split{
		Salt: "s", Include: &evaluator.Include{Weight: 12_500, Otherwise: "off"}, Weights: []evaluator.Weight{{Variant: "on", Weight: 100_000}},
	}}}}
	c.Default.Variant = "off"
	want := []string{
		"target: targetingKey in u-0, u-1, u-2 … and 17 more => on",
		"rule r: plan in 0, 1, 2 … and 17 more => on=100 (salt s) (for 12.5% of units, the others get off)",
		"otherwise: off",
	}
	if diff := cmp.Diff(want, configWords(c, 3)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
