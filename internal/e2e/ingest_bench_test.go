package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

// BenchmarkIngest reports 200,000 events of 5,000 accounts over HTTP, four
// batches at a time, and stops the clock when the store has all of them.
// Accepted stops it when the server has answered for all: what the way to the
// store adds is the difference.
func BenchmarkIngest(b *testing.B) {
	const events = 200_000
	engines := []struct {
		name string
		args func() []string
	}{
		{"DuckDB", func() []string { return nil }},
		{"ClickHouse", func() []string { return []string{"--analytics", chdbtest.Start(b).DSN()} }},
	}
	for _, engine := range engines {
		for _, size := range []int{100, 1000} {
			b.Run(fmt.Sprintf("%s/batch=%d", engine.name, size), func(b *testing.B) {
				s := start(b, b.TempDir(), engine.args()...)
				key, stored := s.sdkKey("server"), 0
				var accepted time.Duration
				for b.Loop() {
					begin := time.Now()
					report(b, s, key, stored, events, size)
					accepted += time.Since(begin)
					stored += events
					s.waitStored(b, stored)
				}
				b.ReportMetric(float64(events)*float64(b.N)/accepted.Seconds(), "accepted/s")
				b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
				s.Stop()
			})
		}
	}
}

// report sends events in batches of a size.
func report(b *testing.B, s *server, key string, from, events, size int) {
	b.Helper()
	var sending sync.WaitGroup
	for worker := range 4 {
		sending.Go(func() {
			for n := from + worker*size; n < from+events; n += 4 * size {
				if err := send(s, key, ingestBatch(n, size)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	sending.Wait()
}

func ingestBatch(from, size int) analytics.Batch {
	batch := analytics.Batch{ID: fmt.Sprint("b", from)}
	for n := from; n < from+size; n++ {
		value := float64(n % 300)
		batch.Events = append(batch.Events, analytics.Event{
			Name: "request", Failed: n%100 == 0, Value: &value, Units: map[string]string{"accountId": fmt.Sprint("account-", n%5000)},
		})
	}
	return batch
}

func send(s *server, key string, batch analytics.Batch) error {
	body, err := json.Marshal(batch)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, s.URL+"/api/v1/events", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if closed := resp.Body.Close(); err == nil {
		err = closed
	}
	if err == nil && resp.StatusCode != http.StatusAccepted {
		err = fmt.Errorf("status %d", resp.StatusCode)
	}
	return err
}

var storedEvents = regexp.MustCompile(`(?m)^flagledger_analytics_events_total (\S+)$`)

// waitStored waits until the store has that many events.
func (s *server) waitStored(b *testing.B, want int) {
	b.Helper()
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		var text []byte
		if _, err := s.call(b.Context(), http.MethodGet, "/metrics", nil, &text); err != nil {
			b.Fatal(err)
		}
		if m := storedEvents.FindSubmatch(text); m != nil {
			if n, err := strconv.ParseFloat(string(m[1]), 64); err == nil && int(n) >= want {
				return
			}
		}
	}
	b.Fatalf("the store has not got %d events\n%s", want, s.log)
}
