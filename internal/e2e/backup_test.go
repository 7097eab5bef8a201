package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// TestBackup brings a whole server back in an empty folder: the same flags, the same
// signed history, the same exposures, and it goes on. A running server's folder is
// not touched.
func TestBackup(t *testing.T) {
	data, file, fresh := t.TempDir(), filepath.Join(t.TempDir(), "backup.tar.gz"), filepath.Join(t.TempDir(), "fresh")
	s := start(t, data, "--flush", "50ms")
	mustRun(t, s, "flag", "create", "pdf")
	key := s.sdkKey("server")
	expose := func(s *server, id string) {
		t.Helper()
		b := analytics.Batch{ID: id, Exposures: []analytics.Exposure{{Flag: "pdf", Variant: "off", Unit: id, Version: 9, At: time.Now()}}}
		if err := send(s, key, b); err != nil {
			t.Fatal(err)
		}
	}
	exposed := func(s *server, want int) func() bool {
		return func() bool {
			var v struct{ Total int }
			s.must("GET", "/api/v1/projects/default/environments/production/audit/exposures", nil, &v)
			return v.Total == want
		}
	}
	expose(s, "u1")
	waitFor(t, "the exposure", exposed(s, 1))
	kept := filepath.Join(t.TempDir(), "kept")
	public, _ := flagledger(t, s.asAdmin(), "ledger", "key")
	waitFor(t, "a checkpoint", func() bool {
		_, err := flagledger(t, s.asAdmin(), "ledger", "checkpoint", "--save", kept)
		return err == nil
	})
	if out, err := flagledger(t, nil, "backup", file, "--data", data); err == nil {
		t.Errorf("a folder in use was backed up:\n%s", out)
	}
	expose(s, "u2") // accepted, and perhaps not counted when the server stops
	s.Stop()
	if out, err := flagledger(t, nil, "backup", file, "--data", data); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := flagledger(t, nil, "backup", "restore", file, "--data", data); err == nil {
		t.Errorf("a folder that is not empty was restored into:\n%s", out)
	}
	if out, err := flagledger(t, nil, "backup", "restore", file, "--data", fresh); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s = start(t, fresh, "--flush", "50ms")
	waitFor(t, "both exposures", exposed(s, 2))
	mustRun(t, s, "ledger", "prove", "--consistency", kept, "--key", strings.TrimSpace(public))
	mustRun(t, s, "flag", "on", "pdf", "--env", "production")
	expose(s, "u3")
	waitFor(t, "what came after", exposed(s, 3))
	export := filepath.Join(t.TempDir(), "export")
	mustRun(t, s, "ledger", "export", export)
	s.Stop()

	alone := filepath.Join(t.TempDir(), "alone") // the ledger alone, from an export
	if out, err := flagledger(t, nil, "ledger", "restore", "--data", alone, "--from", export); err != nil || !strings.Contains(out, "The ledger has 1") {
		t.Fatalf("%v\n%s", err, out)
	}
	s = start(t, alone)
	if out, err := flagledger(t, s.asAdmin(), "flag", "list"); err != nil || !strings.Contains(out, "pdf") {
		t.Errorf("%v\n%s", err, out)
	}
	s.Stop()
}
