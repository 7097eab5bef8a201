package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/client"
)

// A bad event is judged when its bucket, of an interval, is closed, and a
// watermark later: what comes on top of the two is the product's.
const (
	rollbackInterval  = time.Second
	rollbackWatermark = 500 * time.Millisecond
	rollbackTick      = time.Second
)

// rollbackPlan never advances while it is tried.
const rollbackPlan = `{"stages": [{"percentage": 50, "minSoak": "1h"}, {"percentage": 100}],
	"interval": "1s", "watermark": "500ms", "gates": [{"metric": "error-rate", "maxRatio": 2}]}`

// harm is a server and an SDK, for rollouts that go bad at once.
type harm struct {
	*server
	plan string
	key  string
	sdk  *client.Client
}

func newHarm(tb testing.TB) *harm {
	tb.Helper()
	h := &harm{server: start(tb, tb.TempDir()), plan: filepath.Join(tb.TempDir(), "plan.json")}
	if err := os.WriteFile(h.plan, []byte(rollbackPlan), 0o600); err != nil {
		tb.Fatal(err)
	}
	h.key = h.sdkKey("server")
	var err error
	h.sdk, err = client.Open(tb.Context(), client.Config{URL: h.URL, Key: h.key, FlushInterval: 10 * time.Millisecond})
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

func (h *harm) stop() {
	_ = h.sdk.Close(h.tb.Context()) // the server's end is what counts
	h.Stop()
}

// status is that of the rollout, and why it holds.
func (h *harm) status(flag string) (status, hold string) {
	var r struct {
		Status string
		Hold   struct{ Hold string }
	}
	h.must(http.MethodGet, flags+"/"+flag+"/environments/production/rollout", nil, &r)
	return r.Status, r.Hold.Hold
}

// strike starts a rollout, exposes 400 accounts to it and, some time within a
// second later, has every treated one fail and no other. It gives the time from
// when that was accepted to when the roll-back is recorded.
func (h *harm) strike(flag string) time.Duration {
	h.tb.Helper()
	mustRun(h.tb, h.server, "flag", "create", flag)
	mustRun(h.tb, h.server, "rollout", "start", flag, "--env", "production", "--plan-file", h.plan, "--by", "accountId", "--reason", "try")
	batch := analytics.Batch{ID: flag}
	waitFor(h.tb, "a look at the exposed", func() bool {
		batch.Events = nil
		for u := range 400 {
			account := fmt.Sprint(flag, "-", u)
			on := h.sdk.IsEnabled(flag, client.NewContext("", client.String("accountId", account)))
			batch.Events = append(batch.Events, analytics.Event{Name: "request", Failed: on, Units: map[string]string{"accountId": account}})
		}
		_, hold := h.status(flag)
		return hold == "noMetric"
	})
	time.Sleep(time.Duration(rand.Int64N(int64(time.Second)))) // anywhere between two ticks
	if err := send(h.server, h.key, batch); err != nil {
		h.tb.Fatal(err)
	}
	accepted := time.Now()
	waitFor(h.tb, "the roll-back", func() bool { status, _ := h.status(flag); return status == "rolledBack" })
	return time.Since(accepted)
}

// TestRollbackIsSoon allows ten times the target, as a machine may be busy.
func TestRollbackIsSoon(t *testing.T) {
	h := newHarm(t)
	took := h.strike("pdf")
	t.Logf("rolled back %v after the failures were accepted", took)
	if limit := rollbackInterval + rollbackWatermark + 10*(rollbackTick+time.Second); took > limit {
		t.Errorf("rolled back after %v, more than %v", took, limit)
	}
	h.stop()
}

// BenchmarkRollback measures the time from failures accepted over HTTP to the
// roll-back recorded. The target for the worst is interval + watermark + one tick
// + 1 s: beyond-ms is what was taken of the last two.
func BenchmarkRollback(b *testing.B) {
	h := newHarm(b)
	var all []time.Duration
	for b.Loop() {
		all = append(all, h.strike(fmt.Sprint("flag-", len(all))))
	}
	slices.Sort(all)
	ms := func(d time.Duration) float64 { return float64(d.Milliseconds()) }
	worst := all[(len(all)*99-1)/100]
	b.ReportMetric(ms(all[len(all)/2]), "p50-ms")
	b.ReportMetric(ms(worst), "p99-ms")
	b.ReportMetric(ms(worst-rollbackInterval-rollbackWatermark), "beyond-ms")
	h.stop()
}
