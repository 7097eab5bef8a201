package transparency

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

// million is a folder with a tree of 1,000,000 events and their export, made
// once for all benchmarks.
func million(b *testing.B) (export string, k *Keeper, events []ledger.Stored) {
	b.Helper()
	const n = 1_000_000
	dir := b.TempDir()
	k = newKeeper(b, newLog(b), dir)
	rng := rand.New(rand.NewPCG(1, 1))
	tips := map[string]ledger.Hash{}
	path := filepath.Join(dir, "export")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	file := &sink{w: f}
	file.put(k.header())
	hashes := make([]ledger.Hash, 0, 1000)
	for i := range uint64(n) {
		subject := fmt.Sprint("ledger.shop.flag.flag-", rng.IntN(1000))
		prev := tips[subject]
		data := fmt.Appendf(nil, `{"type":"flag.config_replaced","v":1,"id":"01890000-0000-7000-8000-%012d","at":"2027-01-31T09:00:00Z","actor":{"kind":"token","id":"k123","name":"Ann"},"reason":"a reason","command":"01890000-0000-7000-9000-%012d","prev":%q,"data":{"environment":"production","config":{"on":true,"offVariant":"off","rules":[{"id":"r","clauses":[{"attribute":"country","op":"in","values":["US","GB"]}],"serve":{"variant":"on"}}],"default":{"split":{"weights":[{"variant":"on","weight":5000},{"variant":"off","weight":95000}]}}}}}`, i, i, prev)
		s := ledger.Stored{Seq: i + 1, Subject: subject, Data: data}
		tips[subject] = s.Hash()
		file.event(s)
		if len(events) < 1000 {
			events = append(events, s)
		}
		if hashes = append(hashes, s.Hash()); len(hashes) == cap(hashes) {
			if err := k.tree.Append(hashes...); err != nil {
				b.Fatal(err)
			}
			hashes = hashes[:0]
		}
		if (i+1)%10_000 == 0 {
			if err := k.signNow(); err != nil {
				b.Fatal(err)
			}
			text, err := k.Checkpoint(0)
			if err != nil {
				b.Fatal(err)
			}
			file.put(checkpointIn(i+1, text))
		}
	}
	file.put(ledger.EventFileRecord{Kind: endRecord, Words: []string{fmt.Sprint(n)}})
	if err := file.flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path, k, events
}

// BenchmarkMillion verifies 1,000,000 events offline, proves one of them, and
// opens their tree.
func BenchmarkMillion(b *testing.B) {
	path, k, events := million(b)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("Verify", func(b *testing.B) {
		b.SetBytes(info.Size())
		for b.Loop() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			r, err := Verify(f, Trust{Key: k.Public()}, nil)
			if err != nil || len(r.Findings) > 0 || r.Events != 1_000_000 {
				b.Fatalf("%+v, %v", r, err)
			}
			_ = f.Close()
		}
	})
	b.Run("ProveOne", func(b *testing.B) {
		c, err := k.newest()
		if err != nil {
			b.Fatal(err)
		}
		for i := 0; b.Loop(); i++ {
			s := events[i%len(events)]
			proof, err := k.tree.Inclusion(s.Seq, c.Size)
			if err != nil || CheckInclusion(proof, c.Size, c.Root, s.Seq, s.Hash()) != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("OpenTree", func(b *testing.B) {
		for b.Loop() {
			t, err := OpenTree(filepath.Join(k.cfg.Dir, treeFile))
			if err != nil || t.Size() != 1_000_000 {
				b.Fatal(err)
			}
			_ = t.Close()
		}
	})
}

// BenchmarkAppend adds events to a tree, a thousand at once.
func BenchmarkAppend(b *testing.B) {
	t, err := OpenTree(filepath.Join(b.TempDir(), "tree"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = t.Close() }()
	batch := make([]ledger.Hash, 1000)
	for i := range batch {
		batch[i] = ledger.HashOf("s", bytes.Repeat([]byte{byte(i)}, 10))
	}
	for b.Loop() {
		if err := t.Append(batch...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "events/s")
}
