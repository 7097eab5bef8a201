package bench

import (
	"math"
	"testing"
)

// TestAgree: every engine gives the answers that no hash decides, and splits
// near their percentages.
func TestAgree(t *testing.T) {
	users := AllUsers()
	for _, engine := range Engines() {
		for name, flags := range map[string][]Flag{"cases": Cases(), "thousand": Thousand()} {
			t.Run(engine.Name+"/"+name, func(t *testing.T) {
				l, err := engine.Load(flags, users)
				if err != nil {
					t.Fatal(err)
				}
				defer l.Close()
				for _, f := range flags[:len(Kinds())] {
					agree(t, l, f, users)
				}
				on := 0
				for _, f := range flags {
					if f.On {
						on++
					}
				}
				if n := l.All(0); n != len(flags) && n != on {
					t.Errorf("%d of %d flags for one user", n, len(flags))
				}
			})
		}
	}
}

func agree(t *testing.T, l *Loaded, f Flag, users []User) {
	t.Helper()
	counts := map[string]int{}
	for i, u := range users {
		if f.IsText() {
			counts[l.Text(f.Key, i)]++
			continue
		}
		got := l.On(f.Key, i)
		if want, known := f.Expected(u); known && got != want {
			t.Fatalf("%s is %v for %+v, want %v", f.Key, got, u, want)
		}
		counts[nameOf(Part{On: got})]++
	}
	if f.Split == nil {
		return
	}
	for _, p := range f.Split.Parts {
		share := 100 * float64(counts[nameOf(p)]) / float64(len(users))
		percent := float64(p.Percent)
		if math.Abs(share-percent) > 5*math.Sqrt(percent*(100-percent)/float64(len(users))) {
			t.Errorf("%s serves %s to %.1f%%, want %d%%", f.Key, nameOf(p), share, p.Percent)
		}
	}
}

var (
	onSink   bool
	textSink string
	allSink  int
)

// BenchmarkEvaluate names its benchmarks case/engine, for the table of report.
func BenchmarkEvaluate(b *testing.B) {
	users, cases := AllUsers(), Cases()
	for _, engine := range Engines() {
		l, err := engine.Load(cases, users)
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range cases {
			b.Run(f.Key+"/"+engine.Name, func(b *testing.B) { l.benchmark(b, f) })
		}
		b.Run("context/"+engine.Name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				l.Context(users[i%Users])
			}
		})
		l.Close()
		benchmarkAll(b, engine, users)
	}
}

// benchmark asks for one flag, for one user after the other. What an engine
// remembers of them it remembers before the clock runs.
func (l *Loaded) benchmark(b *testing.B, f Flag) {
	b.Helper()
	key, on, text := f.Key, l.On, l.Text
	b.ReportAllocs()
	if f.IsText() {
		for i := range Users {
			textSink = text(key, i)
		}
		for i := 0; b.Loop(); i++ {
			textSink = text(key, i%Users)
		}
		return
	}
	for i := range Users {
		onSink = on(key, i)
	}
	for i := 0; b.Loop(); i++ {
		onSink = on(key, i%Users)
	}
}

func benchmarkAll(b *testing.B, engine Engine, users []User) {
	b.Helper()
	l, err := engine.Load(Thousand(), users)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	for i := range 64 {
		allSink = l.All(i)
	}
	b.Run("h_all1000/"+engine.Name, func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			allSink = l.All(i % 64)
		}
	})
}
