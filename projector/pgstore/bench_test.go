package pgstore

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/flagledger/flagledger/internal/pgtest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/storetest"
)

// BenchmarkProject brings an empty store up to a ledger of 100,000 events.
func BenchmarkProject(b *testing.B) {
	const events = 100_000
	log := writeEvents(b, filepath.Join(b.TempDir(), "events"), events)
	server := pgtest.Start(b)
	for b.Loop() {
		b.StopTimer()
		store := openStore(b, server.Database(b))
		b.StartTimer()
		if err := storetest.Follow(b, log, store); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*events/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkVisible appends one event and waits until a query sees its row.
func BenchmarkVisible(b *testing.B) {
	log := writeEvents(b, filepath.Join(b.TempDir(), "events"), 1000)
	store := openStore(b, pgtest.Start(b).Database(b))
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	models := projector.NewReadModels(log, store, quiet)
	go func() { ended <- models.Run(ctx) }()
	subject := ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "flag-1"}
	seen := func(seq uint64) bool {
		var newest uint64
		err := store.pool.QueryRow(ctx, "SELECT COALESCE(max(seq), 0) FROM flag_history").Scan(&newest)
		return err == nil && newest >= seq
	}
	for deadline := time.Now().Add(time.Minute); !seen(1000) && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	for i := 0; b.Loop(); i++ {
		data := fmt.Appendf(nil, `{"type":"flag.turned_on","v":1,"id":"x%d","at":"2027-01-31T09:00:00Z","actor":{"kind":"token","id":"k"},"command":"x%d","data":{"environment":"prod"}}`, i, i)
		seq, err := log.Append(ctx, ledger.Batch{ID: fmt.Sprint("x", i), Entries: []ledger.Entry{{Subject: subject.String(), Data: data}}})
		if err != nil {
			b.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); !seen(seq) && time.Now().Before(deadline); {
		}
	}
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
