package natslease

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errCut = errors.New("the link is cut")

// memory is a register without a network.
type memory struct {
	mu sync.Mutex
	e  entry
}

func (m *memory) read(context.Context) (entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.e, nil
}

func (m *memory) swap(_ context.Context, c claim, last uint64) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.e.revision != last {
		return 0, errMoved
	}
	m.e = entry{claim: c, revision: last + 1}
	return m.e.revision, nil
}

// link is one contender's way to the register. fault says for each call how
// long the request and the answer are under way, and whether either is lost.
type link struct {
	*memory

	fault func() fault
}

type fault struct {
	there, back         time.Duration
	lostThere, lostBack bool
}

func (l link) read(ctx context.Context) (entry, error) {
	f := l.fault()
	if err := travel(ctx, f.there, f.lostThere); err != nil {
		return entry{}, err
	}
	e, err := l.memory.read(ctx)
	if err := travel(ctx, f.back, f.lostBack); err != nil {
		return entry{}, err
	}
	return e, err
}

// swap lets a request that is under way arrive even when nobody waits for it.
func (l link) swap(ctx context.Context, c claim, last uint64) (uint64, error) {
	f := l.fault()
	if f.lostThere {
		return 0, travel(ctx, 0, true)
	}
	type answer struct {
		revision uint64
		err      error
	}
	done := make(chan answer, 1)
	go func() {
		time.Sleep(f.there)
		revision, err := l.memory.swap(context.Background(), c, last)
		time.Sleep(f.back)
		if !f.lostBack {
			done <- answer{revision, err}
		}
	}()
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case a := <-done:
		return a.revision, a.err
	}
}

func travel(ctx context.Context, d time.Duration, lost bool) error {
	if lost {
		<-ctx.Done()
		return errCut
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func calm() fault { return fault{} }

// diary notes who holds when, on one clock.
type diary struct {
	t *testing.T

	mu      sync.Mutex
	holder  string
	since   []string
	entered chan string
}

func newDiary(t *testing.T) *diary { return &diary{t: t, entered: make(chan string, 1000)} }

// work holds until its context ends.
func (d *diary) work(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		d.mu.Lock()
		if d.holder != "" {
			d.t.Errorf("%s and %s hold at once", d.holder, name)
		}
		d.holder = name
		d.since = append(d.since, name)
		d.mu.Unlock()
		select {
		case d.entered <- name:
		default: // nobody listens any more
		}
		<-ctx.Done()
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.holder == name {
			d.holder = ""
		}
		return nil
	}
}

func (d *diary) history() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.since...)
}

func (d *diary) now() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.holder
}

// contender holds in the background until the returned function is called.
func contender(t *testing.T, d *diary, name string, r register, cfg Config) (stop func()) {
	t.Helper()
	l := newLease(r, slog.New(slog.DiscardHandler), cfg.withDefaults())
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.Hold(ctx, d.work(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	return func() { cancel(); wg.Wait() }
}

// TestNeverTwo lets three contenders with bad links compete for ten virtual
// minutes, many times: requests and answers are late, lost, or arrive when
// nobody waits for them any more, and contenders stop and come back. Nobody
// holds at the same time as another, and yet there is mostly a holder.
func TestNeverTwo(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 1))
			var mu sync.Mutex
			bad := func() fault {
				mu.Lock()
				defer mu.Unlock()
				f := fault{there: time.Duration(rng.IntN(40)) * time.Millisecond, back: time.Duration(rng.IntN(40)) * time.Millisecond}
				switch rng.IntN(12) {
				case 0:
					f.there = time.Duration(rng.IntN(15_000)) * time.Millisecond
				case 1:
					f.back = time.Duration(rng.IntN(15_000)) * time.Millisecond
				case 2:
					f.lostThere = true
				case 3:
					f.lostBack = true
				}
				return f
			}
			m, d := &memory{}, newDiary(t)
			var wg sync.WaitGroup
			for i := range 3 {
				naps := rand.New(rand.NewPCG(seed, uint64(10+i)))
				wg.Go(func() {
					for range 10 {
						stop := contender(t, d, fmt.Sprint("contender ", i), link{m, bad}, Config{})
						time.Sleep(time.Duration(naps.IntN(120)) * time.Second)
						stop()
					}
				})
			}
			held := 0
			for range 600 {
				time.Sleep(time.Second)
				if d.now() != "" {
					held++
				}
			}
			wg.Wait()
			time.Sleep(time.Minute) // what is under way arrives
			if held < 300 {
				t.Errorf("seed %d: somebody held in %d of 600 seconds", seed, held)
			}
		})
	}
}

// TestTakeover: a holder that is cut off at any moment stops before the next
// begins, which is after a Duration and a fifth at most. Answers that take
// long do not make a term longer.
func TestTakeover(t *testing.T) {
	for _, back := range []time.Duration{0, DefaultDuration / 4, DefaultDuration/3 - time.Millisecond} {
		for moment := range 20 {
			synctest.Test(t, func(t *testing.T) {
				m, d := &memory{e: entry{revision: 1}}, newDiary(t)
				var cut atomic.Bool
				stopA := contender(t, d, "a", link{m, func() fault { return fault{back: back, lostThere: cut.Load()} }}, Config{})
				<-d.entered
				time.Sleep(time.Duration(moment) * 83 * time.Millisecond)
				stopB := contender(t, d, "b", link{m, calm}, Config{})
				time.Sleep(time.Minute)
				cut.Store(true)
				dead := time.Now()
				if who, after := <-d.entered, time.Since(dead); who != "b" || after > DefaultDuration*12/10 {
					t.Errorf("%s took over after %s", who, after)
				}
				cut.Store(false)
				time.Sleep(time.Minute)
				if got := d.history(); !slices.Equal(got, []string{"a", "b"}) {
					t.Errorf("the holders were %q", got)
				}
				stopA()
				stopB()
			})
		}
	}
}

// TestWrongClock: a wall clock that is hours off changes nothing.
func TestWrongClock(t *testing.T) {
	for _, off := range []time.Duration{-100 * time.Hour, 0, 100 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			m, d := &memory{e: entry{revision: 1}}, newDiary(t)
			stopA := contender(t, d, "a", link{m, calm}, Config{})
			<-d.entered
			stopB := contender(t, d, "b", link{m, calm}, Config{Now: func() time.Time { return time.Now().Add(off).Round(0) }})
			time.Sleep(time.Hour)
			stopA()
			if who := <-d.entered; who != "b" {
				t.Errorf("%s holds", who)
			}
			stopA = contender(t, d, "a again", link{m, calm}, Config{})
			time.Sleep(time.Hour)
			if got := d.history(); len(got) != 2 {
				t.Errorf("off by %s the holders were %q", off, got)
			}
			if e, _ := m.read(t.Context()); time.Since(e.RenewedAt.Add(-off)) > DefaultDuration {
				t.Errorf("renewed at %s", e.RenewedAt)
			}
			stopA()
			stopB()
		})
	}
}

// TestLostAnswers: a renewal is stored and its answer is lost. The holder finds
// its own entry and goes on.
func TestLostAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, d, n := &memory{e: entry{revision: 1}}, newDiary(t), 0
		stop := contender(t, d, "a", link{m, func() fault {
			n++
			return fault{lostBack: n%4 == 0}
		}}, Config{})
		time.Sleep(time.Hour)
		if got := d.history(); len(got) != 1 || d.now() != "a" {
			t.Errorf("the holders were %q", got)
		}
		stop()
	})
}

// TestNoEntry: that there is no entry does not prove that there is no holder.
func TestNoEntry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, start := newDiary(t), time.Now()
		stop := contender(t, d, "a", link{&memory{}, calm}, Config{})
		if <-d.entered; time.Since(start) != DefaultDuration {
			t.Errorf("held after %s, want %s", time.Since(start), DefaultDuration)
		}
		stop()
	})
}

// TestSlowStop: work that takes its time to stop holds the lease until it has.
func TestSlowStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, d := &memory{e: entry{revision: 1}}, newDiary(t)
		l := newLease(link{m, calm}, slog.New(slog.DiscardHandler), Config{}.withDefaults())
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = l.Hold(ctx, func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(10 * DefaultDuration)
				return nil
			})
		})
		time.Sleep(time.Second)
		start := time.Now()
		stop := contender(t, d, "b", link{m, calm}, Config{})
		<-d.entered
		if after := time.Since(start); after < time.Minute+10*DefaultDuration-time.Second {
			t.Errorf("b holds after %s, while the other still stops", after)
		}
		wg.Wait()
		stop()
	})
}

// TestWorkEnds: Hold ends with its work, and the lease is free then.
func TestWorkEnds(t *testing.T) {
	for _, want := range []error{nil, errCut} {
		synctest.Test(t, func(t *testing.T) {
			m := &memory{e: entry{revision: 1}}
			l := newLease(link{m, calm}, slog.New(slog.DiscardHandler), Config{}.withDefaults())
			err := l.Hold(t.Context(), func(ctx context.Context) error {
				if err := l.Hold(ctx, nil); err == nil {
					t.Error("held twice")
				}
				return want
			})
			if !errors.Is(err, want) || m.e.Holder != "" {
				t.Errorf("Hold = %v with %+v; want %v", err, m.e, want)
			}
		})
	}
}
