package evaluator_test

import (
	"strings"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
)

// TestEvaluateDoesNotAllocate covers the cases a to g of the benchmarks.
func TestEvaluateDoesNotAllocate(t *testing.T) {
	rs, _ := benchRuleset(5)
	cases := benchCases("salt")
	for _, c := range cases {
		rs.Flags[c.name] = c.flag
	}
	p := mustCompile(t, rs)
	var contexts []evaluator.Context
	for _, u := range users()[:16] {
		contexts = append(contexts, u.context())
	}
	for _, c := range cases {
		noAllocs(t, c.name, func(i int) { resultSink = p.Evaluate(c.name, contexts[i%len(contexts)]) })
	}
	noAllocs(t, "All", func(i int) {
		for _, r := range p.All(contexts[i%len(contexts)]) {
			resultSink = r
		}
	})
}

// TestVectorsDoNotAllocate covers every operator, attribute type and reason,
// malformed attributes included: all cases of the vectors but patterns, which
// package regexp may give memory.
func TestVectorsDoNotAllocate(t *testing.T) {
	for name, file := range readVectors(t) {
		p, err := evaluator.Compile(file.Ruleset)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Cases {
			ctx, err := evaluator.ParseContext(c.Context)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(c.Flag, "matches") {
				continue
			}
			noAllocs(t, name+"/"+c.Name, func(int) { resultSink = p.Evaluate(c.Flag, ctx) })
		}
	}
}

func noAllocs(t *testing.T, name string, run func(i int)) {
	t.Helper()
	i := 0
	if n := testing.AllocsPerRun(50, func() { run(i); i++ }); n != 0 {
		t.Errorf("%s: %v allocations", name, n)
	}
}

// TestContextAllocatesOnce: building a context of six values takes one
// allocation.
func TestContextAllocatesOnce(t *testing.T) {
	all := users()
	i := 0
	if n := testing.AllocsPerRun(100, func() { contextSink = all[i].context(); i++ }); n > 1 {
		t.Errorf("%v allocations, want 1", n)
	}
}
