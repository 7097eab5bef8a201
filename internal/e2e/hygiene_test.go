package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// TestFlagTurnsStale serves a flag to everybody until the server records that it
// is stale, once, tells of it, and a pipeline fails over its budget.
func TestFlagTurnsStale(t *testing.T) {
	there, config := listen(t, `"name":"team","events":["flag.turned_stale"]`)
	s := start(t, t.TempDir(), "--notifications", config, "--hygiene-every", "200ms", "--stale-after", "1500ms")
	mustRun(t, s, "flag", "create", "checkout")
	mustRun(t, s, "flag", "create", "kill-switch", "--permanent")
	for _, env := range []string{"development", "staging", "production"} {
		mustRun(t, s, "flag", "on", "checkout", "--env", env, "--reason", "done")
	}
	mustRun(t, s, "hygiene", "report", "--max-stale", "0", "--older-than", "24h")
	waitFor(t, "the word that checkout is stale", func() bool { return there.count() == 1 })
	if there.last.Subject != "checkout" || there.last.Title != "checkout is stale" {
		t.Errorf("told of %+v", there.last)
	}
	out, err := flagledger(t, s.asAdmin(), "hygiene", "report", "--max-stale", "0")
	if err == nil || !strings.Contains(err.Error(), "1 flag stale, and the budget is 0") {
		t.Errorf("over the budget: %v: %s", err, out)
	}
	var report hygiene.Inventory
	out, err = flagledger(t, s.asAdmin(), "hygiene", "report", "--json")
	if err != nil || json.Unmarshal([]byte(out), &report) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, f := range report.Flags {
		if stale := f.Lifecycle == hygiene.Stale; stale != (f.Key == "checkout") {
			t.Errorf("%s is %s", f.Key, f.Lifecycle)
		}
	}
	if history, err := flagledger(t, s.asAdmin(), "flag", "history", "checkout"); err != nil || strings.Count(history, "turned stale: serves \"on\" to everybody") != 1 {
		t.Errorf("history:\n%s", history)
	}
	mustRun(t, s, "flag", "edit", "checkout", "--permanent")
	waitFor(t, "the record that checkout is not stale any more", func() bool {
		history, err := flagledger(t, s.asAdmin(), "flag", "history", "checkout")
		return err == nil && strings.Contains(history, "not stale any more")
	})
}
