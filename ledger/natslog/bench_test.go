package natslog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/natslog"
)

// eventSize is a typical event, in bytes.
const eventSize = 200

// BenchmarkFloor is what the disk itself gives: write an event and sync.
func BenchmarkFloor(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	data := make([]byte, eventSize)
	for b.Loop() {
		if _, err := f.Write(data); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, 1)
}

// BenchmarkAppend appends single events, each on disk before the next of the
// same writer.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			log := open(b, serve(b, ""), natslog.Config{})
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for w := range writers {
				wg.Go(func() {
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						batch := ledger.Batch{ID: strconv.FormatInt(i, 10), Entries: []ledger.Entry{
							{Subject: fmt.Sprintf("ledger.shop.flag.%d", w), Data: make([]byte, eventSize)},
						}}
						if _, err := log.Append(b.Context(), batch); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			perSecond(b, 1)
		})
	}
}

// BenchmarkBatch appends atomic batches.
func BenchmarkBatch(b *testing.B) {
	for _, size := range []int{100, ledger.MaxBatch} {
		b.Run(fmt.Sprintf("entries=%d", size), func(b *testing.B) {
			log := open(b, serve(b, ""), natslog.Config{})
			for i := 0; b.Loop(); i++ {
				if _, err := log.Append(b.Context(), many(i, size)); err != nil {
					b.Fatal(err)
				}
			}
			perSecond(b, size)
		})
	}
}

func many(i, size int) ledger.Batch {
	batch := ledger.Batch{ID: strconv.Itoa(i)}
	for j := range size {
		batch.Entries = append(batch.Entries, ledger.Entry{
			Subject: fmt.Sprintf("ledger.shop.flag.%d", j%500), Data: make([]byte, eventSize),
		})
	}
	return batch
}

// BenchmarkReplay follows a ledger from its beginning until caught up: a
// million events, or a hundred thousand with -short.
func BenchmarkReplay(b *testing.B) {
	events := 1_000_000
	if testing.Short() {
		events = 100_000
	}
	log := open(b, serve(b, ""), natslog.Config{})
	for i := range events / ledger.MaxBatch {
		if _, err := log.Append(b.Context(), many(i, ledger.MaxBatch)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		n := 0
		err := log.Read(b.Context(), 1, ledger.AllSubjects, func(ledger.Stored) error { n++; return nil })
		if err != nil || n != events {
			b.Fatalf("read %d of %d: %v", n, events, err)
		}
	}
	perSecond(b, events)
}

func perSecond(b *testing.B, events int) {
	b.Helper()
	b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(0, "ns/op")
}
