package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/ledger"
)

// TestGatesOnValues rolls a new checkout out on what accounts do with it. At 20%
// as many pay as before and requests are fast, so it advances; at 50% half as
// many of those who get it then pay, so it rolls back, on the numbers of a real
// store. A goal that only runs dry is recorded beside it.
func TestGatesOnValues(t *testing.T) {
	s := start(t, t.TempDir(), "--flush", "50ms")
	dir := t.TempDir()
	metric, plan := filepath.Join(dir, "metric.json"), filepath.Join(dir, "plan.json")
	for path, text := range map[string]string{metric: `{"kind":"conversion","event":"paid"}`, plan: `{
		"stages": [{"percentage": 20}, {"percentage": 50, "minSoak": "1h"}, {"percentage": 100}],
		"interval": "500ms", "watermark": "500ms", "noDataGrace": "1h",
		"gates": [
			{"metric": "paid", "minRatio": 0.7},
			{"metric": "p95-latency", "max": 500},
			{"metric": "paid", "goal": true, "dryRun": true}]}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, s, "metric", "save", "paid", "--file", metric)
	mustRun(t, s, "flag", "create", "checkout")
	mustRun(t, s, "rollout", "start", "checkout", "--env", "production", "--plan-file", plan, "--by", "accountId", "--reason", "try")
	sdk, err := client.Open(t.Context(), client.Config{URL: s.URL, Key: s.sdkKey("server"), FlushInterval: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sdk.Close(t.Context()) }()
	rng := rand.New(rand.NewPCG(4, 2))
	served := func() int { // of a hundred others
		on := 0
		for i := range 1000 {
			if d := sdk.Peek("checkout", client.NewContext("", client.String("accountId", fmt.Sprint("other-", i)))); d.Variant == "on" {
				on++
			}
		}
		return on / 10
	}
	visits := func(from, to int, treated float64) {
		for i := from; i < to; i++ {
			account := client.NewContext("", client.String("accountId", fmt.Sprint("acc-", i)))
			chance := .5
			if sdk.IsEnabled("checkout", account) {
				chance = treated
			}
			sdk.Track("request", account, client.Event{Value: new(120.0)})
			if rng.Float64() < chance {
				sdk.Track("paid", account, client.Event{})
			}
		}
	}
	var r effectRollout
	look := func() effectRollout {
		r = effectRollout{}
		s.must(http.MethodGet, flags+"/checkout/environments/production/rollout", nil, &r)
		return r
	}
	waitFor(t, "the first stage", func() bool { return served() > 10 })
	visits(0, 3000, .5)
	waitFor(t, "the second stage", func() bool { return look().Stage == 1 && served() > 40 })
	if e := gate(t, r, 0); e.Verdict != ledger.VerdictPass || e.Effect.Stage == nil || *e.Effect.Stage.Low < .7 {
		t.Errorf("the advance was made on %+v", e)
	}
	if e := gate(t, r, 1); e.Verdict != ledger.VerdictPass || e.Effect.Stage.Treatment.Mean != 0 || e.Effect.Above != 500 {
		t.Errorf("the latency passed on %+v", e)
	}
	visits(3000, 6000, .25)
	waitFor(t, "the roll-back", func() bool { return look().Status == ledger.RolloutRolledback })
	e := gate(t, r, 0)
	if e.Verdict != ledger.VerdictFail || *e.Effect.Rollout.High >= 1 || *e.Effect.Rollout.Estimate > e.Effect.Alert {
		t.Errorf("rolled back on %+v, %+v", e, e.Effect)
	}
	if dry := gate(t, r, 2); !dry.DryRun || dry.Verdict != ledger.VerdictHold || dry.Effect.Limit.Kind != ledger.LimitGoal {
		t.Errorf("the goal is %+v", dry)
	}
	out, err := flagledger(t, s.asAdmin(), "rollout", "status", "checkout", "--env", "production")
	if err != nil || !strings.Contains(out, "gate paid (stays above 0.7× control)") || !strings.Contains(out, "ratio 0.") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Log("\n" + out)
	s.Stop()
}

// effectRollout is as much of a rollout as the test looks at.
type effectRollout struct {
	Status   ledger.RolloutStatus
	Stage    int
	Evidence struct{ Gates []ledger.GateEvidence }
}

func gate(t *testing.T, r effectRollout, i int) ledger.GateEvidence {
	t.Helper()
	if len(r.Evidence.Gates) <= i || r.Evidence.Gates[i].Effect == nil {
		t.Fatalf("no gate %d on values in %+v", i, r.Evidence)
	}
	return r.Evidence.Gates[i]
}
