package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/natslog"
)

// fillLedger writes a ledger of n events into a data folder: a project with 1,000
// flags that change all the time.
func fillLedger(tb testing.TB, data string, n int) {
	tb.Helper()
	nats, err := natsd.New(natsd.Config{StoreDir: filepath.Join(data, "nats")}, slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- nats.Run(ctx) }()
	conn, err := nats.Connect(ctx, natsd.RoleBoot, "fill")
	if err != nil {
		tb.Fatal(err)
	}
	js, err := jetstream.New(conn)
	if err == nil {
		err = natslog.Setup(ctx, js, natslog.Config{})
	}
	if err != nil {
		tb.Fatal(err)
	}
	log, err := natslog.New(js, slog.New(slog.DiscardHandler), natslog.Config{})
	if err != nil {
		tb.Fatal(err)
	}
	rng, tips, seq, b := rand.New(rand.NewPCG(1, 1)), map[string]ledger.Hash{}, 0, ledger.Batch{}
	put := func(kind ledger.Kind, key string, e ledger.Event) {
		seq++
		subject := ledger.Subject{Project: "default", Kind: kind, Key: key}.String()
		data, err := ledger.Encode(ledger.Recorded{
			ID: fmt.Sprint("e", seq), At: time.Unix(1_750_000_000+int64(seq), 0), Actor: ledger.Actor{Kind: ledger.ActorToken, ID: "ann", Name: "Ann"},
			Reason: "a change", Command: fmt.Sprint("c", seq), Prev: tips[subject], Event: e,
		})
		if err != nil {
			tb.Fatal(err)
		}
		tips[subject] = ledger.HashOf(subject, data)
		if b.Entries = append(b.Entries, ledger.Entry{Subject: subject, Data: data}); len(b.Entries) < ledger.MaxBatch && seq < n {
			return
		}
		b.ID = fmt.Sprint("fill-", seq)
		if _, err := log.Append(ctx, b); err != nil {
			tb.Fatal(err)
		}
		b = ledger.Batch{}
	}
	put(ledger.KindProject, "default", ledger.ProjectCreated{Name: "Default"})
	put(ledger.KindProject, "default", ledger.EnvironmentCreated{Environment: "production", Name: "Production"})
	variants := []evaluator.Variant{{Name: "on", Value: []byte("true")}, {Name: "off", Value: []byte("false")}}
	for i := range 1000 {
		put(ledger.KindFlag, fmt.Sprint("flag-", i), ledger.FlagCreated{
			Type: evaluator.TypeBoolean, Salt: fmt.Sprint("s", i), Variants: variants, OffVariant: "off", OnVariant: "on",
		})
	}
	for seq < n {
		key, on := fmt.Sprint("flag-", rng.IntN(1000)), rng.IntN(evaluator.TotalWeight)
		put(ledger.KindFlag, key, []ledger.Event{
			ledger.FlagTurnedOn{Environment: "production"},
			ledger.FlagConfigReplaced{Environment: "production", Config: evaluator.Config{On: true, OffVariant: "off", Default: evaluator.Serve{
				Split: &evaluator.Split{Weights: []evaluator.Weight{{Variant: "on", Weight: on}, {Variant: "off", Weight: evaluator.TotalWeight - on}}},
			}}},
		}[rng.IntN(2)])
	}
	conn.Close()
	cancel()
	if err := <-ended; err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkMillionEvents starts a server on a ledger of 1,000,000 events of 1,000
// flags, and asks it for flags as they were at random moments.
func BenchmarkMillionEvents(b *testing.B) {
	const n = 1_000_000
	data := b.TempDir()
	fillLedger(b, data, n)
	began := time.Now()
	s := start(b, data) // folds everything, and makes archive and tree
	b.Logf("the very first start, with all that is made then: %.1f s", time.Since(began).Seconds())
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		status, err := s.call(b.Context(), http.MethodGet, "/api/v1/ledger/checkpoint?size=1000000", nil, nil)
		if err != nil || status == http.StatusOK { // not JSON, so it is an error when it is there
			break
		}
	}
	s.Stop()
	b.Run("Start", func(b *testing.B) {
		for b.Loop() {
			s = start(b, data)
			b.StopTimer()
			s.Stop()
			b.StartTimer()
		}
	})
	s = start(b, data)
	rng := rand.New(rand.NewPCG(2, 2))
	for name, query := range map[string]string{"Flag": "&flag=flag-%d", "Ruleset": "&x=%d"} {
		b.Run("PointInTime"+name, func(b *testing.B) {
			for b.Loop() {
				var rs evaluator.Ruleset
				s.must(http.MethodGet, fmt.Sprintf("/api/v1/projects/default/environments/production/ruleset?at=%d"+query,
					2000+rng.IntN(n-2000), rng.IntN(1000)), nil, &rs)
			}
		})
	}
	s.Stop()
}
