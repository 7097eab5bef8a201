package e2e

import (
	"bufio"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/client"
)

const pdf = flags + "/pdf/environments/production/"

// evaluators are readers of the ruleset stream, each of which says when it has
// seen a revision.
type evaluators struct {
	seen chan sighting
	stop func()
}

// sighting is one evaluator at one revision.
type sighting struct {
	revision uint64
	at       time.Time
}

// openEvaluators connects plain SSE clients and one Go SDK.
func openEvaluators(tb testing.TB, s *server, sse int) *evaluators {
	tb.Helper()
	key := s.sdkKey("server")
	e := &evaluators{seen: make(chan sighting, 100*(sse+1))}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	transport := &http.Transport{MaxIdleConnsPerHost: sse}
	for range sse {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/ruleset/stream", nil)
		if err != nil {
			tb.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := transport.RoundTrip(req)
		if err != nil || resp.StatusCode != http.StatusOK {
			tb.Fatalf("stream: %v, %v", resp, err)
		}
		wg.Go(func() {
			defer func() { _ = resp.Body.Close() }()
			lines := bufio.NewScanner(resp.Body)
			for lines.Scan() {
				if id, ok := strings.CutPrefix(lines.Text(), "id:"); ok {
					if revision, err := strconv.ParseUint(strings.TrimSpace(id), 10, 64); err == nil {
						e.seen <- sighting{revision, time.Now()}
					}
				}
			}
		})
	}
	sdk, err := client.Open(ctx, client.Config{URL: s.URL, Key: key, OnChange: func(c client.Change) {
		e.seen <- sighting{c.Revision, time.Now()}
	}})
	if err != nil {
		tb.Fatal(err)
	}
	e.stop = sync.OnceFunc(func() {
		_ = sdk.Close(context.Background()) // it has nothing to report
		cancel()
		wg.Wait()
		transport.CloseIdleConnections()
	})
	tb.Cleanup(e.stop)
	return e
}

// wait returns when each of n evaluators saw the revision, sorted.
func (e *evaluators) wait(tb testing.TB, revision uint64, n int) []time.Time {
	tb.Helper()
	var at []time.Time
	deadline := time.After(10 * time.Second)
	for len(at) < n {
		select {
		case s := <-e.seen:
			if s.revision >= revision {
				at = append(at, s.at)
			}
		case <-deadline:
			tb.Fatalf("%d of %d evaluators have revision %d after 10 s", len(at), n, revision)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}

// turn switches the flag and returns the revision it led to.
func (s *server) turn(state string) uint64 {
	s.tb.Helper()
	var answer struct {
		Revision uint64 `json:"revision,string"`
	}
	s.must(http.MethodPost, pdf+state, map[string]string{"reason": "propagation"}, &answer)
	return answer.Revision
}

// TestKillReachesEvaluators kills a flag under ten streams and an SDK.
func TestKillReachesEvaluators(t *testing.T) {
	s := start(t, t.TempDir())
	s.must(http.MethodPost, flags, map[string]string{"key": "pdf", "reason": "test"}, nil)
	on := s.turn("on")
	e := openEvaluators(t, s, 10)
	e.wait(t, on, 11)
	e.wait(t, s.turn("off"), 11)
}

// BenchmarkKillToLastEvaluator measures the time from sending the kill to the
// last of 100 SSE clients and one Go SDK having it. The server is a process of
// its own; client and evaluators share this one.
func BenchmarkKillToLastEvaluator(b *testing.B) {
	s := start(b, b.TempDir())
	s.must(http.MethodPost, flags, map[string]string{"key": "pdf", "reason": "benchmark"}, nil)
	on := s.turn("on")
	const n = 101
	e := openEvaluators(b, s, n-1)
	e.wait(b, on, n)
	var last []float64
	for b.Loop() {
		begin := time.Now()
		at := e.wait(b, s.turn("off"), n)
		last = append(last, float64(at[n-1].Sub(begin).Microseconds())/1000)
		b.StopTimer()
		e.wait(b, s.turn("on"), n)
		b.StartTimer()
	}
	slices.Sort(last)
	b.ReportMetric(last[len(last)/2], "p50-ms")
	b.ReportMetric(last[len(last)*99/100], "p99-ms")
	b.ReportMetric(0, "ns/op")
}
