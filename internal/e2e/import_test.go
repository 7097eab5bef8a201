package e2e

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/internal/abtest"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
	"github.com/flagledger/flagledger/ledger"
)

const recordedUsers = 90_000

// TestRecordedExperiment imports a test of 90,000 users that another tool has
// run, with the truth known, and reads it: every interval has the truth in it,
// and the conclusion is right.
func TestRecordedExperiment(t *testing.T) {
	t.Run("DuckDB", func(t *testing.T) { recordedExperiment(t) })
	t.Run("ClickHouse", func(t *testing.T) { recordedExperiment(t, "--analytics", chdbtest.Start(t).DSN()) })
}

func recordedExperiment(t *testing.T, args ...string) {
	s, file := start(t, t.TempDir(), append(args, "--flush", "50ms")...), filepath.Join(t.TempDir(), "test.csv")
	mustRun(t, s, "analytics", "sample", file)
	record(t, s, filepath.Dir(file))
	command := []string{
		"analytics", "import", file, "--env", "production", "--flag", "dashboard", "--unit", "user", "--variant", "variant", "--at", "seen_at",
		"--attribute", "plan", "--happened", "sent_invoice", "--happened", "returned_day_7", "--number", "invoiced",
	}
	begin := time.Now()
	mustRun(t, s, command...)
	mustRun(t, s, command...) // counts once
	var r experiment.Report
	waitFor(t, "all users", func() bool {
		text, err := flagledger(t, s.asAdmin(), "experiment", "results", "dashboard", "--env", "production", "--by", "plan", "--json")
		r = experiment.Report{}
		return err == nil && json.Unmarshal([]byte(text), &r) == nil && units(r) == recordedUsers
	})
	t.Logf("imported twice and read after %v", time.Since(begin).Round(time.Millisecond))
	for i, e := range abtest.Truth() {
		got := r.Metrics[i].Results[0]
		if *got.Lift.Low > e.Lift || *got.Lift.High < e.Lift || math.Abs(*got.Control/e.Control-1) > .1 {
			t.Errorf("%s: control %v and lift %+v; the truth is %+v", got.Metric, *got.Control, *got.Lift, e)
		}
	}
	if f := r.Metrics[0].Results[0].Finding; f != ledger.FindingBetter || r.Conclusion.Variant != abtest.Treatment || r.Split.Alarm || len(r.Breakdown.Subgroups) != 3 {
		t.Errorf("conclusion %+v, split %+v", r.Conclusion, r.Split)
	}
	text, err := flagledger(t, s.asAdmin(), "experiment", "results", "dashboard", "--env", "production", "--by", "plan")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("results:\n%s", text)
}

// record makes the flag and the metrics, and describes the experiment.
func record(t *testing.T, s *server, dir string) {
	t.Helper()
	metrics := []string{
		`{"kind":"conversion","event":"sent_invoice"}`, `{"kind":"conversion","event":"returned_day_7"}`,
		`{"kind":"sum","event":"invoiced","unit":"EUR"}`,
	}
	for i, e := range abtest.Truth() {
		path := filepath.Join(dir, "metric.json")
		if err := os.WriteFile(path, []byte(metrics[i]), 0o600); err != nil {
			t.Fatal(err)
		}
		mustRun(t, s, "metric", "save", strings.ReplaceAll(e.Column, "_", "-"), "--file", path)
	}
	mustRun(t, s, "flag", "create", "dashboard", "--type", "string", "--variant", `redesign="r"`, "--variant", `classic="c"`)
	until := time.Now().UTC().Truncate(24 * time.Hour)
	mustRun(t, s, "experiment", "record", "dashboard", "--env", "production", "--split", "redesign=50,classic=50", "--control", abtest.Control,
		"--goal", "sent-invoice", "--goal", "returned-day-7", "--goal", "invoiced", "--tuning", "90000",
		"--from", until.AddDate(0, 0, -abtest.Days).Format(time.DateOnly), "--until", until.Format(time.DateOnly), "--reason", "ran elsewhere")
}
