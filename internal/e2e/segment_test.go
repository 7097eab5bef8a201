package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/ledger"
)

// TestSegmentStages goes to half of a segment first, and then to a fifth of
// everybody. Whoever is outside of the segment fails three times as often, with the
// treatment or without: the first stage must not take them for a control. In the
// second stage the treatment harms them, and is taken back.
func TestSegmentStages(t *testing.T) {
	s := start(t, t.TempDir(), "--flush", "50ms")
	dir := t.TempDir()
	segment, plan := filepath.Join(dir, "segment.json"), filepath.Join(dir, "plan.json")
	for path, text := range map[string]string{
		segment: `{"rules":[{"clauses":[{"attribute":"plan","op":"equals","values":["beta"]}]}]}`,
		plan: `{"stages": [{"segment": "beta", "percentage": 50}, {"percentage": 20, "minSoak": "1h"}, {"percentage": 100}],
			"interval": "500ms", "watermark": "500ms", "noDataGrace": "1h", "gates": [{"metric": "error-rate", "maxRatio": 2}]}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, s, "segment", "save", "beta", "--file", segment)
	mustRun(t, s, "flag", "create", "pdf")
	mustRun(t, s, "rollout", "start", "pdf", "--env", "production", "--plan-file", plan, "--by", "accountId", "--reason", "try")
	sdk, err := client.Open(t.Context(), client.Config{URL: s.URL, Key: s.sdkKey("server"), FlushInterval: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sdk.Close(t.Context()) }()
	account := func(i int) client.Context {
		return client.NewContext("", client.String("accountId", fmt.Sprint("acc-", i)), client.String("plan", []string{"beta", "free"}[i%2]))
	}
	served := func() (beta, free int) { // of a thousand others each
		for i := range 2000 {
			if sdk.Peek("pdf", account(1_000_000+i)).Variant == "on" {
				if i%2 == 0 {
					beta++
				} else {
					free++
				}
			}
		}
		return beta, free
	}
	rng := rand.New(rand.NewPCG(8, 9))
	work := func(from, to int, harmed float64) {
		for i := from; i < to; i++ {
			chance := []float64{.2, .6}[i%2]
			if sdk.IsEnabled("pdf", account(i)) && i%2 == 1 {
				chance = harmed
			}
			sdk.Track("request", account(i), client.Event{Failed: rng.Float64() < chance})
		}
	}
	var r struct {
		Status   ledger.RolloutStatus
		Stage    int
		Evidence *ledger.Evidence
	}
	look := func() {
		s.must(http.MethodGet, flags+"/pdf/environments/production/rollout", nil, &r)
	}
	waitFor(t, "the first stage", func() bool { beta, free := served(); return beta > 400 && free == 0 })
	work(0, 2400, 1)
	waitFor(t, "the second stage", func() bool { look(); beta, free := served(); return r.Stage == 1 && beta > 400 && free > 120 })
	// How many have come by then depends on the machine; ten failures must be expected of the treated, of whom a fifth fail.
	if e := r.Evidence; e.StageTreatment < 50 || e.StageControl < 30 || e.StageTreatment+e.StageControl > 1200 {
		t.Errorf("advanced on %d treated and %d control units; 1,200 are in the segment", e.StageTreatment, e.StageControl)
	}
	if beta, free := served(); beta > 600 || free > 280 {
		t.Errorf("the second stage serves %d of the segment and %d of others, of 1,000 each", beta, free)
	}
	work(2400, 8000, 1)
	waitFor(t, "the roll-back", func() bool { look(); return r.Status == ledger.RolloutRolledback })
	waitFor(t, "the end of the treatment", func() bool { beta, free := served(); return beta+free == 0 })
	t.Logf("advanced on the segment alone, rolled back on %d treated and %d control units of everybody", r.Evidence.StageTreatment, r.Evidence.StageControl)
	s.Stop()
}
