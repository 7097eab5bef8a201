package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
	"github.com/flagledger/flagledger/ledger"
)

// TestExperiment runs an experiment as a product manager would: from the
// command line, on a real server, with units that an SDK reports, and with a
// split that is changed on the way. The new dashboard makes two of ten accounts
// more pay.
func TestExperiment(t *testing.T) {
	t.Run("DuckDB", func(t *testing.T) { runExperiment(t) })
	t.Run("ClickHouse", func(t *testing.T) { runExperiment(t, "--analytics", chdbtest.Start(t).DSN()) })
}

func runExperiment(t *testing.T, args ...string) {
	s := start(t, t.TempDir(), append(args, "--flush", "50ms")...)
	metric := filepath.Join(t.TempDir(), "metric.json")
	if err := os.WriteFile(metric, []byte(`{"kind":"conversion","event":"paid"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, s, "metric", "save", "paid", "--file", metric)
	mustRun(t, s, "flag", "create", "dashboard")
	mustRun(t, s, "flag", "set", "dashboard", "--env", "production", "--split", "on=20,off=80", "--by", "accountId")
	mustRun(t, s, "experiment", "start", "dashboard", "--env", "production", "--control", "off", "--goal", "paid", "--reason", "try it")

	sdk, err := client.Open(t.Context(), client.Config{
		URL: s.URL, Key: s.sdkKey("server"), FlushInterval: 20 * time.Millisecond, ExposureAttributes: []string{"country"},
	})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	visit(sdk, rng, 0, 1500)
	mustRun(t, s, "flag", "set", "dashboard", "--env", "production", "--split", "on=60,off=40", "--by", "accountId")
	waitFor(t, "the new split", func() bool { return share(sdk) > .5 })
	visit(sdk, rng, 0, 3000)
	if err := sdk.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var r experiment.Report
	waitFor(t, "all units", func() bool {
		r = s.results(t)
		return units(r) >= 4500
	})
	e := r.Metrics[0].Results[0]
	if r.Conclusion.Advice != experiment.AdviceServe || r.Conclusion.Variant != "on" || e.Finding != ledger.FindingBetter {
		t.Errorf("conclusion %+v of %+v", r.Conclusion, e)
	}
	if r.Split.Alarm || len(r.Split.Stretches) != 2 || r.Split.Unexpected != 0 {
		t.Errorf("the change of the split is taken for a fault: %+v", r.Split)
	}
	if *e.Difference.Low > .2 || *e.Difference.High < .2 {
		t.Errorf("the interval %+v misses the true difference of 0.2", e.Difference)
	}
	if n := len(r.Breakdown.Subgroups); n != 2 || r.Breakdown.Subgroups[0].Results[0].Finding != ledger.FindingBetter {
		t.Errorf("%d countries: %+v", n, r.Breakdown)
	}
	text, err := flagledger(t, s.asAdmin(), "experiment", "results", "dashboard", "--env", "production")
	if err != nil || !strings.Contains(text, "on against off is better on paid") {
		t.Errorf("results: %v", err)
	}
	t.Logf("results:\n%s", text)
	mustRun(t, s, "experiment", "decide", "dashboard", "--env", "production", "--variant", "on", "--serve", "--reason", "more pay")
	story, err := flagledger(t, s.asAdmin(), "flag", "history", "dashboard")
	if err != nil || !strings.Contains(story, "experiment decided in production for on") {
		t.Errorf("history: %v\n%s", err, story)
	}
}

// visit has accounts see the dashboard, and some of them pay.
func visit(sdk *client.Client, rng *rand.Rand, from, to int) {
	for i := from; i < to; i++ {
		account := account(i)
		chance := .3
		if sdk.IsEnabled("dashboard", account) {
			chance = .5
		}
		if rng.Float64() < chance {
			sdk.Track("paid", account, client.Event{})
		}
	}
}

func account(i int) client.Context {
	country := "DE"
	if i%3 == 0 {
		country = "GB"
	}
	return client.NewContext("", client.String("accountId", fmt.Sprint("acc-", i)), client.String("country", country))
}

// share is what part of accounts get the dashboard; they are not the
// experiment's.
func share(sdk *client.Client) float64 {
	on := 0
	for i := range 1000 {
		if d := sdk.Peek("dashboard", client.NewContext("", client.String("accountId", fmt.Sprint("other-", i)))); d.Variant == "on" {
			on++
		}
	}
	return float64(on) / 1000
}

func (s *server) results(t *testing.T) (r experiment.Report) {
	t.Helper()
	text, err := flagledger(t, s.asAdmin(), "experiment", "results", "dashboard", "--env", "production", "--by", "country", "--json")
	if err == nil {
		err = json.Unmarshal([]byte(text), &r)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return r
}

func units(r experiment.Report) (n int64) {
	for _, v := range r.Variants {
		n += v.Units
	}
	return n
}
