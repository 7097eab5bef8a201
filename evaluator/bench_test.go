package evaluator_test

import (
	"encoding/json"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
)

// world is what the benchmarks share: 1,000 flags of the mix a to e, and one
// flag of each case a to g beside them.
type world struct {
	program  atomic.Pointer[evaluator.Program]
	floor    *floor
	cases    []string
	contexts []evaluator.Context
	maps     []map[string]string
	users    []benchUser
}

func newWorld(b *testing.B) *world {
	b.Helper()
	w := &world{users: users()}
	rs, f := benchRuleset(1_000)
	w.floor = f
	flags := *f.flags.Load()
	for _, c := range benchCases("salt") {
		w.cases = append(w.cases, c.name)
		rs.Flags[c.name] = c.flag
		flags[c.name] = &c.floor
	}
	w.program.Store(mustCompile(b, rs))
	for i := range w.users {
		w.contexts = append(w.contexts, w.users[i].context())
		w.maps = append(w.maps, w.users[i].floorContext())
	}
	return w
}

// TestFloorAgrees keeps the comparison honest: the floor must give the answers
// of the evaluator for every case and user.
func TestFloorAgrees(t *testing.T) {
	rs, _ := benchRuleset(5)
	f := &floor{}
	flags := map[string]*floorFlag{}
	cases := benchCases("salt")
	for _, c := range cases {
		rs.Flags[c.name] = c.flag
		flags[c.name] = &c.floor
	}
	f.flags.Store(&flags)
	p := mustCompile(t, rs)
	for _, u := range users() {
		for _, c := range cases {
			want := f.evaluate(c.name, u.floorContext()).variant
			if got := p.Evaluate(c.name, u.context()).Variant; got != want {
				t.Fatalf("%s for %+v: evaluator serves %q, floor %q", c.name, u, got, want)
			}
		}
	}
}

var (
	resultSink  evaluator.Result
	floorSink   floorResult
	contextSink evaluator.Context
	mapSink     map[string]string
)

func BenchmarkEvaluate(b *testing.B) {
	w := newWorld(b)
	for _, name := range w.cases {
		b.Run(name+"/flagledger", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				resultSink = w.program.Load().Evaluate(name, w.contexts[i%benchUsers])
			}
		})
		b.Run(name+"/floor", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				floorSink = w.floor.evaluate(name, w.maps[i%benchUsers])
			}
		})
	}
	w.benchmarkAll(b)
}

// benchmarkAll is case h: all of 1,000 flags for one user.
func (w *world) benchmarkAll(b *testing.B) {
	rs, _ := benchRuleset(1_000)
	p := mustCompile(b, rs)
	b.Run("h_all1000/flagledger", func(b *testing.B) {
		b.ReportAllocs()
		results := make([]evaluator.Result, 0, 1_000)
		for i := 0; b.Loop(); i++ {
			results = results[:0]
			for _, r := range p.All(w.contexts[i%benchUsers]) {
				results = append(results, r)
			}
		}
	})
	b.Run("h_all1000/floor", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			floorSink = w.floor.all(w.maps[i%benchUsers])[7]
		}
	})
}

// BenchmarkEvaluateParallel shows what a lock on the way would cost: with
// -cpu 1,2 two cores must do nearly twice the work of one.
func BenchmarkEvaluateParallel(b *testing.B) {
	w := newWorld(b)
	for _, name := range w.cases {
		b.Run(name+"/flagledger", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				var r evaluator.Result
				for i := 0; pb.Next(); i++ {
					r = w.program.Load().Evaluate(name, w.contexts[i%benchUsers])
				}
				runtime.KeepAlive(r)
			})
		})
		b.Run(name+"/floor", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				var r floorResult
				for i := 0; pb.Next(); i++ {
					r = w.floor.evaluate(name, w.maps[i%benchUsers])
				}
				runtime.KeepAlive(r)
			})
		})
	}
}

// BenchmarkContext builds the caller's context from a struct of six values. It
// keeps a world in memory, as a process that evaluates does: in a heap of
// nearly nothing the collector would run all the time.
func BenchmarkContext(b *testing.B) {
	w := newWorld(b)
	all := w.users
	defer runtime.KeepAlive(w)
	b.Run("flagledger", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			contextSink = all[i%benchUsers].context()
		}
	})
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			mapSink = all[i%benchUsers].floorContext()
		}
	})
}

// BenchmarkCompile compiles 10,000 flags, as an SDK does for each revision, and
// one flag with a list of 10,000 values.
func BenchmarkCompile(b *testing.B) {
	rs, _ := benchRuleset(10_000)
	list := evaluator.Ruleset{SpecVersion: evaluator.SpecVersion, Flags: map[string]evaluator.Flag{"f": listCase("f", allowlist(10_000)).flag}}
	for name, rs := range map[string]evaluator.Ruleset{"10kflags": rs, "10kvalues": list} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				mustCompile(b, rs)
			}
		})
	}
}

// BenchmarkMemory reports what a Program of 10,000 flags keeps in memory, the
// source document excluded, and times reading and compiling it.
func BenchmarkMemory(b *testing.B) {
	const flags = 10_000
	rs, _ := benchRuleset(flags)
	document, err := json.Marshal(rs)
	if err != nil {
		b.Fatal(err)
	}
	var kept float64
	for b.Loop() {
		var p *evaluator.Program
		before := heap()
		p = load(b, document)
		kept = float64(heap() - before)
		runtime.KeepAlive(p)
	}
	b.ReportMetric(kept/flags, "B/flag")
}

func load(b *testing.B, document []byte) *evaluator.Program {
	b.Helper()
	var rs evaluator.Ruleset
	if err := json.Unmarshal(document, &rs); err != nil {
		b.Fatal(err)
	}
	return mustCompile(b, rs)
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
