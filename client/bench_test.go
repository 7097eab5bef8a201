package client

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
)

// users is how many contexts a benchmark rotates through.
const users = 1024

func benchContexts() []Context {
	out := make([]Context, users)
	for i := range out {
		out[i] = NewContext(fmt.Sprintf("user-%024d", i),
			String("accountId", fmt.Sprintf("account-%06d", i%300)), String("plan", "pro"), String("country", "GB"))
	}
	return out
}

// BenchmarkBool compares the client with the evaluator it is built on, in the
// same run: the difference is what state, typing and exposures cost.
func BenchmarkBool(b *testing.B) {
	rs := pdfRuleset(1)
	program, err := evaluator.Compile(rs)
	if err != nil {
		b.Fatal(err)
	}
	c := benchClient(b, rs)
	contexts := benchContexts()
	for _, ctx := range contexts { // every exposure becomes known
		c.Bool("new-pdf-engine", ctx, false)
	}
	raw := func(i int) bool {
		v, _ := program.Evaluate("new-pdf-engine", contexts[i%users]).Value.Bool()
		return v
	}
	exposed := func(i int) bool { return c.Bool("new-pdf-engine", contexts[i%users], false) }
	plain := func(i int) bool { return c.Bool("maintenance-mode", contexts[i%users], false) }
	for name, f := range map[string]func(int) bool{"evaluator": raw, "client": exposed, "client-off": plain} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				f(i)
				i++
			}
		})
		b.Run(name+"-parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					f(i)
				}
			})
		})
	}
}

// BenchmarkFirstExposure is the price of an exposure that is not known yet,
// the queue included.
func BenchmarkFirstExposure(b *testing.B) {
	c := benchClient(b, pdfRuleset(1))
	ctx := NewContext("user-1", String("accountId", "account-1"))
	b.ReportAllocs()
	for b.Loop() {
		c.Bool("new-pdf-engine", ctx, false)
		c.memory.forget(&exposure{Flag: "new-pdf-engine", Variant: "off", Unit: "account-1", Version: 1})
		c.memory.forget(&exposure{Flag: "new-pdf-engine", Variant: "on", Unit: "account-1", Version: 1})
		c.queue.take(false)
	}
}

// BenchmarkObserve is the price of one event up to the queue.
func BenchmarkObserve(b *testing.B) {
	c := benchClient(b, pdfRuleset(1))
	ctx := NewContext("user-1", String("accountId", "account-1"))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		c.Observe("invoice.render", ctx, 1234, nil)
		if n++; n%MaxBatch == 0 {
			c.queue.take(true)
		}
	}
}

// BenchmarkMemory reports the heap that one remembered exposure takes.
func BenchmarkMemory(b *testing.B) {
	const exposures = 50_000
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for b.Loop() {
		c := benchClient(b, pdfRuleset(1))
		before := heap()
		for i := range exposures {
			c.Bool("new-pdf-engine", NewContext("u", String("accountId", fmt.Sprintf("account-%022d", i))), false)
			if i%MaxBatch == MaxBatch-1 {
				for c.queue.take(false) != nil {
				}
			}
		}
		b.ReportMetric(float64(heap()-before)/exposures, "heapB/exposure")
		runtime.KeepAlive(c)
	}
}

// benchClient is a client that reports into a queue nobody empties.
func benchClient(tb testing.TB, rs evaluator.Ruleset) *Client {
	tb.Helper()
	c, err := New(Config{URL: "http://localhost", Key: "fl_server_bench", Bootstrap: &rs, QueueSize: 100_000})
	if err != nil {
		tb.Fatal(err)
	}
	c.queue.setOpen(true)
	return c
}
