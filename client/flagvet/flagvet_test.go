package flagvet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/flagledger/flagledger/client/flagvet"
)

func named(t testing.TB, name string) *analysis.Analyzer {
	t.Helper()
	for _, a := range flagvet.Analyzers() {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("there is no analyzer %s", name)
	return nil
}

// TestStaleFlag compares what the fixes leave with a.go.golden. analysistest fails
// if a fix does not leave valid Go.
func TestStaleFlag(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), named(t, "staleflag"), "a")
}

// TestGoldenCompiles type-checks what the fixes leave.
func TestGoldenCompiles(t *testing.T) {
	golden, err := os.ReadFile("testdata/src/a/a.go.golden")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "src/a/a.go"), golden, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "vet", "-unreachable", "a") // any check: it loads and compiles
	build.Env = append(os.Environ(), "GOPATH="+dir, "GO111MODULE=off", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestOtherFlags runs the two other analyzers on one package.
func TestOtherFlags(t *testing.T) {
	both := &analysis.Analyzer{Name: "both", Doc: "archivedflag and unknownflag", Requires: named(t, "archivedflag").Requires}
	both.Run = func(pass *analysis.Pass) (any, error) {
		for _, name := range []string{"archivedflag", "unknownflag"} {
			if _, err := named(t, name).Run(pass); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
	analysistest.Run(t, analysistest.TestData(), both, "b")
}

// TestCommand runs the command by itself and under go vet, on the demo of this
// repository with redesigned-dashboard decided, and compiles what it leaves.
func TestCommand(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "flagledger-vet")
	run := func(dir, name string, args ...string) (string, error) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run(".", "go", "build", "-o", tool, "../../cmd/flagledger-vet"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dir, err := os.MkdirTemp("testdata", "demo-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	sources, err := filepath.Glob("../../internal/demo/*.go")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	for _, path := range sources {
		text, err := os.ReadFile(path) //nolint:gosec // found above
		if err == nil && !strings.HasSuffix(path, "_test.go") {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if out, err := run(dir, tool, "."); err == nil || !strings.Contains(out, `make it with "flagledger hygiene report --json > flagledger.flags.json"`) {
		t.Errorf("without a state: %v: %s", err, out)
	}
	state := `{"flags":[{"key":"redesigned-dashboard","lifecycle":"stale","decided":{"variant":"on","value":true}},
		{"key":"maintenance-mode","lifecycle":"live"},{"key":"ai-chatbot","lifecycle":"live"},{"key":"bulk-invoice-api","lifecycle":"archived"}]}`
	if err := os.WriteFile(filepath.Join(dir, flagvet.StateFile), []byte(state), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, way := range [][]string{{tool, "."}, {"go", "vet", "-vettool=" + tool, "."}} {
		out, err := run(dir, way[0], way[1:]...)
		if err == nil || !strings.Contains(out, `worker.go:74`) || strings.Count(out, `flag "redesigned-dashboard" is stale`) != 1 ||
			!strings.Contains(out, `flag "bulk-invoice-api" is archived`) || strings.Contains(out, "maintenance-mode") {
			t.Errorf("%v: %v: %s", way, err, out)
		}
	}
	_, _ = run(dir, tool, "-staleflag", "-fix", ".") // it fails when it finds something, even what it mends
	if out, err := run(dir, tool, "-staleflag", "."); err != nil {
		t.Errorf("after the fix: %v: %s", err, out)
	}
	if out, err := run(dir, "go", "vet", "."); err != nil {
		t.Errorf("what the fix leaves: %v: %s", err, out)
	}
}
