package natsingest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/flagledger/flagledger/analytics/natsingest"
)

// BenchmarkIngest moves batches of 500 events from four publishers through the
// stream into a store in memory. Publish is the part until all is accepted;
// Decode, the floor: what reading the messages' JSON costs.
func BenchmarkIngest(b *testing.B) {
	const batches, events = 200, 500
	b.Run("Decode", func(b *testing.B) {
		raw, err := json.Marshal(batch(1, events))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			var back map[string]any
			if err := json.Unmarshal(raw, &back); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	for _, name := range []string{"Publish", "Stored"} {
		b.Run(name, func(b *testing.B) {
			js := serve(b)
			setup(b, js, natsingest.StreamConfig{})
			store := newStore()
			publisher := natsingest.NewPublisher(js)
			if name == "Stored" {
				w, err := natsingest.NewWriter(js, store, publisher, slog.New(slog.DiscardHandler), natsingest.WriterConfig{})
				if err != nil {
					b.Fatal(err)
				}
				ctx, cancel := context.WithCancel(context.Background())
				var running sync.WaitGroup
				running.Go(func() { _ = w.Run(ctx) }) // ends with ctx, without an error
				defer running.Wait()
				defer cancel()
			}
			round := 0
			for b.Loop() {
				publishAll(b, publisher, round, batches, events)
				round++
				if name == "Stored" {
					store.reach(b, uint64(round*batches))
				}
			}
			b.ReportMetric(float64(batches*events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func publishAll(b *testing.B, p *natsingest.Publisher, round, batches, events int) {
	b.Helper()
	var publishing sync.WaitGroup
	for k := range 4 {
		publishing.Go(func() {
			for n := k; n < batches; n += 4 {
				one := batch(n, events)
				one.ID = fmt.Sprint("r", round, "-", n)
				if err := p.Publish(context.Background(), one); err != nil {
					b.Error(err)
				}
			}
		})
	}
	publishing.Wait()
}
