package evaluator_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
)

// TestConcurrentUse shares a Program and a Context between goroutines, with a
// new Program put in place meanwhile, as an SDK does. It proves something
// under -race only, and that an answer is always of one revision.
func TestConcurrentUse(t *testing.T) {
	rs := readVectors(t)["order.json"].Ruleset
	programs := make([]*evaluator.Program, 3)
	for i := range programs {
		rs.Revision = uint64(i + 1)
		programs[i] = mustCompile(t, rs)
	}
	var current atomic.Pointer[evaluator.Program]
	current.Store(programs[0])
	ctx := evaluator.NewContext("u", evaluator.String("plan", "pro"), evaluator.Strings("roles", []string{"admin"}))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 500 {
				p := current.Load()
				for _, r := range p.All(ctx.With(evaluator.Int("n", int64(i)))) {
					if r.Revision != p.Revision() {
						t.Errorf("revision %d of a program at %d", r.Revision, p.Revision())
					}
				}
				if r := p.Explain("all", ctx).Result; r.Variant != "second" {
					t.Errorf("serves %q, want second", r.Variant)
				}
			}
		})
	}
	for i := range 300 {
		current.Store(programs[i%len(programs)])
	}
	group.Wait()
}
