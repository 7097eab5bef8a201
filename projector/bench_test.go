package projector_test

import (
	"fmt"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// BenchmarkBuild makes the ruleset of an environment with 10,000 flags, as the
// first reader after a change does.
func BenchmarkBuild(b *testing.B) {
	env := ledger.Environment{Key: "prod", Since: 1}
	p := &ledger.Project{Key: "shop", Environments: []ledger.Environment{env}, Flags: map[string]*ledger.Flag{}}
	for i := range 10_000 {
		key := fmt.Sprint("flag-", i)
		p.Flags[key] = &ledger.Flag{
			Key: key, Base: uint64(i), Type: evaluator.TypeBoolean, Salt: key, OnVariant: "on", OffVariant: "off",
			Variants: []evaluator.Variant{{Name: "on", Value: []byte("true")}, {Name: "off", Value: []byte("false")}},
		}
	}
	for b.Loop() {
		if rs := projector.Build(p, env); len(rs.Flags) != 10_000 {
			b.Fatal(len(rs.Flags))
		}
	}
}
