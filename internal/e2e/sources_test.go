package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/internal/webhook"
)

// TestSources lets a rollout depend on a Prometheus. While that says that the
// treatment is well the rollout advances; while it is away the rollout holds;
// when it says that the treatment fails three times as often, the rollout rolls
// back, and the ledger says on what. A webhook that only runs dry says fail all
// the time, signed, and nothing comes of it.
func TestSources(t *testing.T) {
	const secret = "a secret of twenty-four bytes"
	key, err := webhook.ParseSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	var unsigned, judged atomic.Int32
	desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || key.Verify(r.Header, body, time.Now()) != nil {
			unsigned.Add(1)
		}
		judged.Add(1)
		_, _ = io.WriteString(w, `{"verdict":"fail","reason":"never content"}`)
	}))
	defer desk.Close()
	prom := &promServer{}
	prom.treatment.Store("0.01")
	there := httptest.NewServer(prom)
	defer there.Close()
	config := filepath.Join(t.TempDir(), "sources.json")
	text := fmt.Sprintf(`[
		{"name":"prom","kind":"prometheus","url":%q,"token":"t0ken","timeout":"2s"},
		{"name":"desk","kind":"webhook","url":%q,"secret":%q}]`, there.URL, desk.URL, secret)
	plan := filepath.Join(t.TempDir(), "plan.json")
	for path, text := range map[string]string{config: text, plan: `{
		"stages": [{"percentage": 20}, {"percentage": 50, "minSoak": "1h"}, {"percentage": 100}],
		"interval": "500ms", "watermark": "500ms", "noDataGrace": "1h",
		"gates": [
			{"check": {"name": "job-failures", "source": "prom", "query": "rate(failed{flag=\"$flag\",variant=\"$variant\"}[1m])", "maxRatio": 2, "for": "2s"}},
			{"check": {"name": "support", "source": "desk", "for": "1s"}, "dryRun": true}]}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := start(t, t.TempDir(), "--sources", config)
	mustRun(t, s, "flag", "create", "pdf")
	mustRun(t, s, "rollout", "start", "pdf", "--env", "production", "--plan-file", plan, "--by", "accountId", "--reason", "try")
	sdk, err := client.Open(t.Context(), client.Config{URL: s.URL, Key: s.sdkKey("server"), FlushInterval: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sdk.Close(t.Context()) }()
	now := func() sourcesRollout { // with traffic, whatever the stage
		for u := range 300 {
			sdk.IsEnabled("pdf", client.NewContext("", client.String("accountId", fmt.Sprint("a", u))))
		}
		return s.rollout(t)
	}
	waitFor(t, "the second stage", func() bool { return now().Stage == 1 })

	prom.away.Store(true)
	waitFor(t, "a hold for want of data", func() bool { return now().Hold.Hold == "noMetric" })
	if r := s.rollout(t); r.Status != "running" || !strings.Contains(r.Evidence.Gates[0].Reason, "status 503") {
		t.Errorf("without the source: %+v", r)
	}

	prom.treatment.Store("0.03")
	prom.away.Store(false)
	waitFor(t, "the roll-back", func() bool { return now().Status == "rolledBack" })
	r := s.rollout(t)
	if len(r.Evidence.Gates) != 2 {
		t.Fatalf("evidence %+v", r.Evidence)
	}
	g, dry := r.Evidence.Gates[0], r.Evidence.Gates[1]
	if g.Verdict != "fail" || g.Check.Source != "prom" || g.Check.Query != `rate(failed{flag="pdf",variant="on"}[1m])` || g.Check.Ratio.Min < 2.99 {
		t.Errorf("evidence %+v", g)
	}
	if dry.Verdict != "fail" || !dry.DryRun || dry.Check.Said != "never content" {
		t.Errorf("evidence of the dry gate %+v", dry)
	}
	if judged.Load() == 0 || unsigned.Load() != 0 || prom.strangers.Load() != 0 {
		t.Errorf("%d verdicts, %d requests unsigned, %d without the token", judged.Load(), unsigned.Load(), prom.strangers.Load())
	}
	out, err := flagledger(t, s.asAdmin(), "rollout", "status", "pdf", "--env", "production")
	if err != nil || !strings.Contains(out, "gate job-failures of prom") || !strings.Contains(out, "not below 2 times the control for 2s") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Log("\n" + out)
	s.Stop()
}

// sourcesRollout is as much of a rollout as the test looks at.
type sourcesRollout struct {
	Status   string
	Stage    int
	Hold     struct{ Hold string }
	Evidence struct {
		Gates []struct {
			Verdict, Reason string
			DryRun          bool
			Check           struct {
				Source, Query, Said string
				Ratio               struct{ Min float64 }
			}
		}
	}
}

func (s *server) rollout(t *testing.T) sourcesRollout {
	t.Helper()
	var r sourcesRollout
	s.must(http.MethodGet, flags+"/pdf/environments/production/rollout", nil, &r)
	return r
}

// promServer is as much of a Prometheus as a range query sees: the control has
// a hundredth all the time.
type promServer struct {
	treatment atomic.Value // text of the number
	away      atomic.Bool
	strangers atomic.Int32
}

func (p *promServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer t0ken" {
		p.strangers.Add(1)
	}
	if p.away.Load() || r.URL.Path != "/api/v1/query_range" {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	value := "0.01"
	if strings.Contains(r.FormValue("query"), `variant="on"`) {
		value, _ = p.treatment.Load().(string)
	}
	var at [3]float64 // start, end, step
	for i, name := range []string{"start", "end", "step"} {
		var err error
		if at[i], err = strconv.ParseFloat(r.FormValue(name), 64); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
	}
	var values []any
	for t := at[0]; t <= at[1]+at[2]/100; t += at[2] {
		values = append(values, []any{t, value})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{
		"resultType": "matrix", "result": []any{map[string]any{"metric": map[string]string{}, "values": values}},
	}})
}
