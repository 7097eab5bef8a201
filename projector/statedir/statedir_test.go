package statedir_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/statedir"
)

var _ projector.States = (*statedir.Dir)(nil)

func open(t *testing.T, dir string, cfg statedir.Config) *statedir.Dir {
	t.Helper()
	cfg.Dir = dir
	d, err := statedir.Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// at gives a state with n projects, folded from n events.
func at(t *testing.T, n int) *ledger.State {
	t.Helper()
	st := ledger.NewState()
	for i := range n {
		key := fmt.Sprint("p", i+1)
		rec := ledger.Recorded{
			Seq: uint64(i + 1), At: time.Unix(int64(i), 0).UTC(), Command: key,
			Subject: ledger.Subject{Project: key, Kind: ledger.KindProject, Key: key}, Event: ledger.ProjectCreated{Name: key},
		}
		if err := st.Apply(rec); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

func keep(t *testing.T, d *statedir.Dir, seqs ...int) {
	t.Helper()
	for _, seq := range seqs {
		if err := d.Keep(t.Context(), at(t, seq)); err != nil {
			t.Fatal(err)
		}
	}
}

// wantNewest asks for the newest state up to seq.
func wantNewest(t *testing.T, d *statedir.Dir, seq, want uint64) {
	t.Helper()
	st, err := d.Newest(t.Context(), seq)
	if err != nil {
		t.Fatal(err)
	}
	var got uint64
	if st != nil {
		got = st.Seq
		if len(st.Projects) != int(got) {
			t.Errorf("state %d has %d projects", got, len(st.Projects))
		}
	}
	if got != want {
		t.Errorf("Newest(%d) is state %d, want %d", seq, got, want)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func TestNewest(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, statedir.Config{})
	wantNewest(t, d, 100, 0)
	keep(t, d, 3, 7, 12)
	for seq, want := range map[uint64]uint64{2: 0, 3: 3, 6: 3, 7: 7, 11: 7, 12: 12, 1 << 40: 12} {
		wantNewest(t, d, seq, want)
	}
	wantNewest(t, open(t, dir, statedir.Config{}), 11, 7)
}

func TestOtherVersion(t *testing.T) {
	dir := t.TempDir()
	keep(t, open(t, dir, statedir.Config{Version: "1"}), 3)
	d := open(t, dir, statedir.Config{Version: "2"})
	wantNewest(t, d, 100, 0)
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}

// TestDamagedFile flips each byte of a file and cuts it at each length.
func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, statedir.Config{})
	keep(t, d, 2, 3)
	newest := files(t, dir)[1]
	whole, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	wantNewest(t, d, 9, 3)
	for i := range whole {
		flipped := slices.Clone(whole)
		flipped[i] ^= 1
		for _, damaged := range [][]byte{flipped, whole[:i]} {
			if err := os.WriteFile(newest, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			wantNewest(t, d, 9, 2)
			if n := len(files(t, dir)); n != 1 {
				t.Fatalf("%d files are left, want the one that is whole", n)
			}
		}
	}
}

// TestTornFile finds a file whose writer died.
func TestTornFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "1.partial"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, dir, statedir.Config{})
	keep(t, d, 2)
	if n := len(files(t, dir)); n != 1 {
		t.Errorf("%d files, want 1", n)
	}
	wantNewest(t, d, 9, 2)
}

func TestThinning(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, statedir.Config{Max: 4})
	for n := 1; n <= 40; n++ {
		keep(t, d, n)
		if have := len(files(t, dir)); have > 4 {
			t.Fatalf("%d files after %d states", have, n)
		}
		wantNewest(t, d, 100, uint64(n))
	}
	var worst uint64
	for seq := uint64(1); seq <= 40; seq++ {
		st, err := d.Newest(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		from := uint64(0)
		if st != nil {
			from = st.Seq
		}
		worst = max(worst, seq-from)
	}
	if worst > 20 {
		t.Errorf("a moment is %d events from a state before it; even spacing gives 10", worst)
	}
}
