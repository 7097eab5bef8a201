package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/client"
)

// TestAuditExposures has the Go SDK evaluate over changes of a flag, of a segment
// and of a prerequisite, and through a rollout; then plants two exposures that
// never were. The audit reproduces all others, and finds these.
func TestAuditExposures(t *testing.T) {
	s := start(t, t.TempDir(), "--flush", "50ms")
	segment := filepath.Join(t.TempDir(), "segment.json")
	save := func(plan string) {
		text := fmt.Sprintf(`{"rules":[{"clauses":[{"attribute":"plan","op":"equals","values":[%q]}]}]}`, plan)
		if err := os.WriteFile(segment, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		mustRun(t, s, "segment", "save", "beta", "--file", segment)
	}
	save("beta")
	mustRun(t, s, "flag", "create", "gate")
	mustRun(t, s, "flag", "on", "gate", "--env", "production")
	mustRun(t, s, "flag", "create", "pdf")
	mustRun(t, s, "flag", "set", "pdf", "--env", "production", "--on", "--rule", "beta: inSegment beta => on", "--split", "on=30,off=70", "--by", "accountId")
	sdk, err := client.Open(t.Context(), client.Config{URL: s.URL, Key: s.sdkKey("server"), FlushInterval: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	n, last := 0, uint64(0)
	evaluate := func() {
		t.Helper()
		waitFor(t, "the change", func() bool {
			v := sdk.Peek("pdf", client.NewContext("", client.String("accountId", "x"))).Version
			ok := v > last
			last = max(last, v)
			return ok
		})
		for range 300 {
			n++
			sdk.IsEnabled("pdf", client.NewContext("", client.String("accountId", fmt.Sprint("acc-", n))))
		}
	}
	evaluate()
	mustRun(t, s, "flag", "set", "pdf", "--env", "production", "--split", "on=60,off=40", "--by", "accountId")
	evaluate()
	save("gold") // nobody of these is in it, so nothing changes for them
	mustRun(t, s, "flag", "off", "pdf", "--env", "production")
	exposed := n
	evaluate() // a flag that is off exposes nobody
	unexposed := n - exposed
	mustRun(t, s, "flag", "set", "pdf", "--env", "production", "--on", "--clear-rules", "--serve", "off")
	mustRun(t, s, "rollout", "start", "pdf", "--env", "production", "--by", "accountId", "--reason", "try")
	evaluate()
	if err := sdk.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	forged := analytics.Batch{ID: "forged", Exposures: []analytics.Exposure{
		{Flag: "pdf", Variant: "never", By: "accountId", Unit: "acc-7", Version: last, At: time.Now()},
		{Flag: "pdf", Variant: "on", By: "accountId", Unit: "acc-8", Version: last + 1, At: time.Now()},
	}}
	if err := send(s, s.sdkKey("server"), forged); err != nil {
		t.Fatal(err)
	}
	var v struct {
		Total, Sampled int
		Verdicts       map[string]int
		Findings       []struct{ Unit, Verdict string }
	}
	waitFor(t, "all exposures", func() bool {
		v.Findings = nil
		s.must("GET", "/api/v1/projects/default/environments/production/audit/exposures?sample=5000", nil, &v)
		return v.Total == n-unexposed+2
	})
	found := map[string]string{}
	for _, f := range v.Findings {
		found[f.Unit] = f.Verdict
	}
	if len(found) != 2 || found["acc-7"] != "differs" || found["acc-8"] != "unknownVersion" || v.Verdicts["reproduced"] != n-unexposed {
		t.Errorf("of %d exposures: verdicts %v, findings %v", v.Total, v.Verdicts, found)
	}
	if _, err := flagledger(t, s.asAdmin(), "audit", "exposures", "--sample", "5000"); err == nil {
		t.Error("the command does not fail")
	}
	t.Logf("%d exposures reproduced over changes of the flag, its segment and a rollout; 2 forged ones found", v.Verdicts["reproduced"])
	s.Stop()
}
