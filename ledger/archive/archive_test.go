package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// events makes n events of some subjects, from sequence first on.
func events(first, n int) []ledger.Stored {
	rng := rand.New(rand.NewPCG(uint64(first), 1))
	out := make([]ledger.Stored, n)
	for i := range out {
		seq := first + i
		out[i] = ledger.Stored{
			Seq: uint64(seq), Subject: fmt.Sprint("ledger.shop.flag.flag-", rng.IntN(5)),
			Data: fmt.Appendf(nil, `{"n":%d,"pad":"%s"}`, seq, bytes.Repeat([]byte("x"), rng.IntN(30))),
		}
	}
	return out
}

func open(t testing.TB, dir string) *Archive {
	t.Helper()
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.closeFiles() })
	return a
}

func read(t testing.TB, a *Archive, from uint64, filter string) []ledger.Stored {
	t.Helper()
	var out []ledger.Stored
	err := a.Read(t.Context(), from, filter, func(s ledger.Stored) error {
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRead compares what filters and positions give with all events, over a
// restart with the index, without it and with a damaged one.
func TestRead(t *testing.T) {
	dir, all := t.TempDir(), events(1, 300)
	a := open(t, dir)
	for i := 0; i < len(all); i += 7 {
		if err := a.Append(all[i:min(i+7, len(all))]...); err != nil {
			t.Fatal(err)
		}
	}
	check := func(name string, a *Archive) {
		t.Helper()
		seq, hash := a.Newest()
		if seq != 300 || hash != all[299].Hash() {
			t.Fatalf("%s: newest is %d %s", name, seq, hash)
		}
		for _, from := range []uint64{0, 1, 2, 150, 300, 301} {
			for _, filter := range []string{ledger.AllSubjects, "ledger.shop.>", "ledger.shop.flag.flag-3", "ledger.shop.flag.none", "ledger.bank.>"} {
				var want []ledger.Stored
				for _, e := range all {
					matches := filter == ledger.AllSubjects || filter == "ledger.shop.>" || filter == e.Subject
					if e.Seq >= from && matches {
						want = append(want, e)
					}
				}
				if diff := cmp.Diff(want, read(t, a, from, filter)); diff != "" {
					t.Fatalf("%s: %s from %d (-want +got):\n%s", name, filter, from, diff)
				}
			}
		}
	}
	check("fresh", a)
	check("without an index", open(t, dir))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	check("with an index", open(t, dir))
	path := filepath.Join(dir, indexFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 11 {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 4
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := read(t, open(t, dir), 299, ledger.AllSubjects); len(got) != 2 || got[1].Seq != 300 {
			t.Fatalf("index damaged at %d: %v", i, got)
		}
	}
}

func TestAppendInOrder(t *testing.T) {
	a := open(t, t.TempDir())
	if err := a.Append(events(1, 3)...); err != nil {
		t.Fatal(err)
	}
	for _, first := range []int{1, 3, 5} {
		if err := a.Append(events(first, 1)...); !errors.Is(err, ledger.ErrHole) {
			t.Errorf("event %d after 3: %v, want ErrHole", first, err)
		}
	}
	if err := a.Append(events(4, 1)...); err != nil {
		t.Error(err)
	}
}

// TestTorn cuts the file at every byte of its last records and goes on.
func TestTorn(t *testing.T) {
	dir, all := t.TempDir(), events(1, 12)
	a := open(t, dir)
	if err := a.Append(all...); err != nil {
		t.Fatal(err)
	}
	path := a.path(1)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		torn := bytes.Clone(whole[:at])
		if at%2 == 0 { // blocks that were never written read as zeros
			torn = append(torn, make([]byte, len(whole)-at)...)
		}
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		b := open(t, dir)
		n, _ := b.Newest()
		if err := b.Append(all[n:]...); err != nil {
			t.Fatalf("cut at %d, after event %d: %v", at, n, err)
		}
		if diff := cmp.Diff(all, read(t, b, 1, ledger.AllSubjects)); diff != "" {
			t.Fatalf("cut at %d (-want +got):\n%s", at, diff)
		}
	}
}

// TestDamage flips each byte under an archive that is open: what is read is right
// or an error.
func TestDamage(t *testing.T) {
	dir, all := t.TempDir(), events(1, 8)
	a := open(t, dir)
	if err := a.Append(all...); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(a.path(1))
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		f := a.segments[0].file
		if _, err := f.WriteAt([]byte{whole[i] ^ 1}, int64(i)); err != nil {
			t.Fatal(err)
		}
		var got []ledger.Stored
		err := a.Read(t.Context(), 1, ledger.AllSubjects, func(s ledger.Stored) error { got = append(got, s); return nil })
		if !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d: %v", i, err)
		}
		if diff := cmp.Diff(all[:len(got)], got); len(got) > 0 && diff != "" {
			t.Fatalf("byte %d: wrong events were read:\n%s", i, diff)
		}
		if _, err := f.WriteAt(whole[i:i+1], int64(i)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSegments begins new files, and finds its way among them.
func TestSegments(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	big := bytes.Repeat([]byte("x"), 250<<10)
	for seq := uint64(1); seq <= 600; seq++ {
		if err := a.Append(ledger.Stored{Seq: seq, Subject: fmt.Sprint("ledger.shop.flag.f", seq%3), Data: big}); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.segments) != 3 {
		t.Fatalf("%d segments, want 3", len(a.segments))
	}
	if err := a.saveIndex(); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*Archive{"open": a, "again": open(t, dir)} {
		for _, from := range []uint64{1, 262, 263, 500, 600} {
			if got := read(t, b, from, ledger.AllSubjects); uint64(len(got)) != 601-from || got[0].Seq != from {
				t.Errorf("%s: %d events from %d", name, len(got), from)
			}
		}
		if got := read(t, b, 1, "ledger.shop.flag.f1"); len(got) != 200 {
			t.Errorf("%s: %d events of a subject, want 200", name, len(got))
		}
	}
	if err := os.Remove(a.path(a.segments[1].first)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, indexFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("a missing file: %v, want ErrDamaged", err)
	}
}

// logOf is a log with events.
func logOf(t *testing.T, all []ledger.Stored) *memlog.Log {
	t.Helper()
	log, err := memlog.New(memlog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		b := ledger.Batch{ID: fmt.Sprint("b", e.Seq), Entries: []ledger.Entry{{Subject: e.Subject, Data: e.Data}}}
		if _, err := log.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return log
}

// TestGate compares archives with logs that are as long, longer, shorter, and
// other ones.
func TestGate(t *testing.T) {
	all := events(1, 50)
	changed := slices.Clone(all)
	changed[39].Data = []byte(`{}`)
	for name, tc := range map[string]struct {
		log  []ledger.Stored
		kept int
		hole bool
	}{
		"new":              {all, 0, false},
		"equal":            {all, 50, false},
		"behind":           {all, 30, false},
		"lost its end":     {all[:30], 40, true},
		"lost everything":  {nil, 40, true},
		"changed at end":   {changed, 40, true},
		"sequences reused": {append(slices.Clone(all[:30]), events(31, 20)...), 40, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := open(t, t.TempDir())
			if err := a.Append(all[:tc.kept]...); err != nil {
				t.Fatal(err)
			}
			log := logOf(t, tc.log)
			if err := a.Gate(t.Context(), log); errors.Is(err, ledger.ErrHole) != tc.hole || err != nil && !tc.hole {
				t.Errorf("Gate: %v, want a hole: %t", err, tc.hole)
			}
			if tc.hole {
				return
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- a.Keep(ctx, log) }()
			for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
				if n, _ := a.Newest(); n == 50 || time.Now().After(deadline) {
					break
				}
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(all, read(t, a, 1, ledger.AllSubjects)); diff != "" {
				t.Errorf("-log +archive:\n%s", diff)
			}
		})
	}
}

// TestScrub finds an event that was changed in the middle, and takes a damage of
// the archive for what it is.
func TestScrub(t *testing.T) {
	all := events(1, 50)
	changed := slices.Clone(all)
	changed[20].Data = []byte(`{}`)
	scrub := func(log []ledger.Stored, damage bool) (*Scrubber, error) {
		a := open(t, t.TempDir())
		if err := a.Append(all...); err != nil {
			t.Fatal(err)
		}
		if damage {
			if _, err := a.segments[0].file.WriteAt([]byte("#"), 700); err != nil {
				t.Fatal(err)
			}
		}
		s := NewScrubber(logOf(t, log), a, ScrubConfig{Budget: time.Minute}, quiet)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		select {
		case <-s.Ready():
			cancel()
			return s, <-done
		case err := <-done:
			return s, err
		}
	}
	if s, err := scrub(all, false); err != nil || s.at.Load() != 50 || s.passes.Load() != 1 {
		t.Errorf("equal: %v, up to %d", err, s.at.Load())
	}
	if _, err := scrub(changed, false); !errors.Is(err, ledger.ErrHole) || !bytes.Contains([]byte(err.Error()), []byte("event 21 ")) {
		t.Errorf("event 21 changed: %v", err)
	}
	if _, err := scrub(all, true); err != nil {
		t.Errorf("a damaged archive: %v", err)
	}
}

// BenchmarkMillion appends, opens and reads an archive of 1,000,000 events.
func BenchmarkMillion(b *testing.B) {
	dir := b.TempDir()
	a := open(b, dir)
	const n = 1_000_000
	pad := bytes.Repeat([]byte("x"), 500)
	chunk := make([]ledger.Stored, 1000)
	began := time.Now()
	for seq := uint64(1); seq <= n; {
		for i := range chunk {
			chunk[i] = ledger.Stored{Seq: seq, Subject: fmt.Sprint("ledger.shop.flag.flag-", seq*7919%1000), Data: pad}
			seq++
		}
		if err := a.Append(chunk...); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%.0f events/s appended, a thousand at once", n/time.Since(began).Seconds())
	b.Run("Open", func(b *testing.B) {
		for b.Loop() {
			again, err := Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			_ = again.closeFiles()
		}
	})
	b.Run("Subject", func(b *testing.B) { // a thousand events of one
		for b.Loop() {
			read(b, a, 1, "ledger.shop.flag.flag-7")
		}
	})
	b.Run("All", func(b *testing.B) {
		for b.Loop() {
			if err := a.Read(b.Context(), 1, ledger.AllSubjects, func(ledger.Stored) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "events/s")
	})
}
