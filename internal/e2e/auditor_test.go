package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAuditor keeps a key and a checkpoint, exports the ledger over a kill of the
// server, verifies it without one, proves one event, and finds a change in a
// copy.
func TestAuditor(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	file := func(name string) string { return filepath.Join(files, name) }
	s := start(t, dir)
	mustRun(t, s, "flag", "create", "pdf")
	mustRun(t, s, "flag", "on", "pdf", "--env", "production", "--reason", "release")
	key, err := flagledger(t, s.asAdmin(), "ledger", "key")
	if err != nil {
		t.Fatal(err)
	}
	key = strings.TrimSpace(key)
	signed := func(events string) func() bool {
		return func() bool {
			out, _ := flagledger(t, s.asAdmin(), "ledger", "checkpoint", "--json")
			return strings.Contains(out, fmt.Sprintf(`"size": %q`, events))
		}
	}
	waitFor(t, "a checkpoint of 10 events", signed("10"))
	mustRun(t, s, "ledger", "checkpoint", "--key", key, "--save", file("kept"))
	mustRun(t, s, "ledger", "export", file("ledger"))
	s.Kill()
	s = start(t, dir)
	mustRun(t, s, "flag", "off", "pdf", "--env", "production", "--reason", "it fails")
	waitFor(t, "a checkpoint of 12 events", signed("12"))
	if out, err := flagledger(t, s.asAdmin(), "ledger", "export", file("ledger")); err != nil || !strings.Contains(out, "had 10 events and has 12") {
		t.Errorf("%v\n%s", err, out)
	}
	mustRun(t, s, "ledger", "prove", "12", "--key", key, "--out", file("proof"))
	mustRun(t, s, "ledger", "prove", "--consistency", file("kept"), "--key", key)
	mustRun(t, s, "ledger", "export", "--flag", "pdf", file("pdf"))
	s.Stop()

	offline := []string{"FLAGLEDGER_SERVER=http://127.0.0.1:9"}
	for name, want := range map[string]string{"ledger": "verified: 12 events", "proof": "verified: 1 event,", "pdf": "verified: 3 events,"} {
		out, err := flagledger(t, offline, "ledger", "verify", file(name), "--key", key, "--checkpoint", file("kept"))
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	text, err := os.ReadFile(file("ledger"))
	if err != nil {
		t.Fatal(err)
	}
	forged := bytes.Replace(text, []byte(`"reason":"release"`), []byte(`"reason":"mistake"`), 1)
	if err := os.WriteFile(file("forged"), forged, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := flagledger(t, offline, "ledger", "verify", file("forged"), "--key", key)
	if err == nil || !strings.Contains(out, "event 10: its bytes are not those of the hash that it states") {
		t.Errorf("a forged reason: %v\n%s", err, out)
	}
	if out, err := flagledger(t, offline, "ledger", "verify", file("ledger"), "--key", strings.Replace(key, "+A", "+B", 1)); err == nil {
		t.Errorf("another key verifies it:\n%s", out)
	}
}
