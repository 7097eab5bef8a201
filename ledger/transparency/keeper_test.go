package transparency

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/flagledger/flagledger/ledger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// TestLeaf compares the hash of an event with the one that any RFC 6962 tree gives its leaf.
func TestLeaf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		subject, data := rapid.String().Draw(t, "subject"), rapid.SliceOf(rapid.Byte()).Draw(t, "data")
		want := tlog.RecordHash(append([]byte(subject+"\n"), data...))
		if got := ledger.HashOf(subject, data); tlog.Hash(got) != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}

// TestProofs proves and checks at all sizes, and refuses what is altered.
func TestProofs(t *testing.T) {
	tree, err := OpenTree(filepath.Join(t.TempDir(), "tree"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tree.Close() }()
	var acc Accumulator
	roots := []ledger.Hash{acc.Root()}
	for i := range 70 {
		h := ledger.HashOf("s", []byte{byte(i)})
		if err := tree.Append(h); err != nil {
			t.Fatal(err)
		}
		acc.Add(h)
		roots = append(roots, acc.Root())
	}
	for size := uint64(1); size <= 70; size++ {
		root, err := tree.Root(size)
		if err != nil || root != roots[size] {
			t.Fatalf("root of %d: %v", size, err)
		}
		for seq := uint64(1); seq <= size; seq++ {
			leaf, err := tree.Leaf(seq)
			if err != nil {
				t.Fatal(err)
			}
			in, err := tree.Inclusion(seq, size)
			if err != nil || CheckInclusion(in, size, root, seq, leaf) != nil {
				t.Fatalf("event %d of %d: %v", seq, size, err)
			}
			con, err := tree.Consistency(seq, size)
			if err != nil || CheckConsistency(con, size, root, seq, roots[seq]) != nil {
				t.Fatalf("%d in %d: %v", seq, size, err)
			}
			wrong := leaf
			wrong[seq%32] ^= 1
			if CheckInclusion(in, size, root, seq, wrong) == nil || seq < size && CheckConsistency(con, size, root, seq, wrong) == nil {
				t.Fatalf("event %d of %d: an altered hash passes", seq, size)
			}
			if seq < size && CheckInclusion(in, size, root, seq+1, leaf) == nil {
				t.Fatalf("event %d of %d passes as the next one", seq, size)
			}
		}
	}
	if _, err := tree.Inclusion(71, 71); !errors.Is(err, ErrNotThere) {
		t.Errorf("beyond the end: %v", err)
	}
}

// TestTornTree cuts the file of the tree at every byte and goes on.
func TestTornTree(t *testing.T) {
	log := newLog(t)
	history(t, log, ledger.NewState(), rand.New(rand.NewPCG(1, 1)), 13)
	dir := t.TempDir()
	k := newKeeper(t, log, dir)
	catchUp(t, k)
	want, err := k.tree.Root(13)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, treeFile))
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		torn := bytes.Clone(whole[:at])
		if at%3 == 0 { // what a disk may leave behind
			torn = append(torn, make([]byte, len(whole)-at)...)
		}
		if err := os.WriteFile(filepath.Join(dir, treeFile), torn, 0o600); err != nil {
			t.Fatal(err)
		}
		again := newKeeper(t, log, dir)
		if err := again.resume(t.Context()); err != nil {
			t.Fatalf("cut at %d: %v", at, err)
		}
		catchUp(t, again)
		if root, err := again.tree.Root(13); err != nil || root != want {
			t.Fatalf("cut at %d: another root, %v", at, err)
		}
	}
}

// run runs a keeper until it has signed size events.
func run(t *testing.T, k *Keeper, size uint64) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	for ctx.Err() == nil {
		if _, err := k.Checkpoint(size); err == nil {
			break
		}
		select {
		case err := <-done:
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
	cancel()
	return <-done
}

// TestKeeperGoesOn grows and signs over restarts and while it runs.
func TestKeeperGoesOn(t *testing.T) {
	log, dir := newLog(t), t.TempDir()
	st, rng := ledger.NewState(), rand.New(rand.NewPCG(1, 1))
	for n := uint64(500); n <= 1500; n += 500 {
		history(t, log, st, rng, 500)
		k, err := NewKeeper(log, Config{Dir: dir, Interval: time.Millisecond}, quiet)
		if err != nil {
			t.Fatal(err)
		}
		if err := run(t, k, n); err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := k.Export(t.Context(), &file, 1); err != nil {
			t.Fatal(err)
		}
		r, err := Verify(&file, Trust{Key: k.Public()}, nil)
		if err != nil || len(r.Findings) > 0 || r.Events != n {
			t.Errorf("after %d: %+v, %v", n, r, err)
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// signedThen signs 40 events and opens the folder again over another ledger.
func signedThen(t *testing.T, log ledger.Log) error {
	t.Helper()
	first, dir := newLog(t), t.TempDir()
	history(t, first, ledger.NewState(), rand.New(rand.NewPCG(1, 1)), 40)
	catchUp(t, newKeeper(t, first, dir))
	return run(t, newKeeper(t, log, dir), 41)
}

func TestRewrittenLedger(t *testing.T) {
	log := newLog(t)
	history(t, log, ledger.NewState(), rand.New(rand.NewPCG(2, 2)), 45)
	if err := signedThen(t, log); !errors.Is(err, ledger.ErrHole) {
		t.Errorf("a rewritten ledger: %v, want ErrHole", err)
	}
}

func TestShorterLedger(t *testing.T) {
	log := newLog(t)
	history(t, log, ledger.NewState(), rand.New(rand.NewPCG(1, 1)), 30)
	if err := signedThen(t, log); !errors.Is(err, ledger.ErrHole) {
		t.Errorf("a shorter ledger: %v, want ErrHole", err)
	}
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	a, err := OpenKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := OpenKey(dir)
	if err != nil || a.Public() != b.Public() {
		t.Fatalf("another key after a restart: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, secretFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret's mode is %v, %v", info.Mode(), err)
	}
	signed, err := a.Sign(7, ledger.HashOf("x", nil))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(signed, a.Public())
	if err != nil || c.Size != 7 || c.Root != ledger.HashOf("x", nil) || c.Origin != a.Origin() {
		t.Errorf("%+v, %v", c, err)
	}
	other, err := OpenKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(signed, other.Public()); err == nil {
		t.Error("another key verifies it")
	}
	if err := os.WriteFile(filepath.Join(dir, publicFile), []byte(other.Public()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKey(dir); err == nil {
		t.Error("a public key that does not belong to the secret was taken")
	}
}
