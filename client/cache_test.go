package client

import (
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func TestCacheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ruleset.json")
	f := newFake(t, pdfRuleset(5))
	withCache := func(cfg *Config, _ *timing) { cfg.CacheFile = file }
	c := openFast(t, f.URL, withCache)
	f.set(func() { f.ruleset = kill(f.ruleset) })
	eventually(t, "revision 6", func() bool { return c.Status().Revision == 6 })
	closeNow(t, c)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("cache file: %v, %v; want mode 0600", info, err)
	}

	f.set(func() { f.status = http.StatusServiceUnavailable })
	old, later := pdfRuleset(3), pdfRuleset(9)
	tests := map[string]struct {
		bootstrap *Ruleset
		source    Source
		revision  uint64
	}{
		"cache alone":     {nil, SourceCache, 6},
		"older bootstrap": {&old, SourceCache, 6},
		"newer bootstrap": {&later, SourceBootstrap, 9},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.CacheFile, cfg.Bootstrap = file, tc.bootstrap })
			if st := c.Status(); st.Source != tc.source || st.Revision != tc.revision || !st.Stale {
				t.Errorf("status = %+v, want %s at %d, stale", st, tc.source, tc.revision)
			}
		})
	}
	if left, _ := filepath.Glob(file + ".*"); len(left) > 0 {
		t.Errorf("temporary files were left: %q", left)
	}
}

func TestBrokenCacheIsToldAndPassedOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ruleset.json")
	if err := os.WriteFile(file, []byte(`{"specVersion":`), 0o600); err != nil {
		t.Fatal(err)
	}
	f := newFake(t, pdfRuleset(5))
	var log strings.Builder
	c := openFast(t, f.URL, func(cfg *Config, _ *timing) { cfg.CacheFile, cfg.Logger = file, textLogger(&log) })
	if st := c.Status(); st.Source != SourceServer || st.Revision != 5 {
		t.Errorf("status = %+v", st)
	}
	closeNow(t, c)
	if !strings.Contains(log.String(), "cached ruleset cannot be used") {
		t.Errorf("nobody was told:\n%s", log.String())
	}
}
