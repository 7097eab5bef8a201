package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/internal/webhook"
)

// TestApprovedRollout has a rollout ask for approval, over a kill of the server,
// through the channel that its plan names. Its author cannot approve alone, nor
// skip the approval; somebody else can.
func TestApprovedRollout(t *testing.T) {
	const secret = "a secret of twenty-four bytes"
	there := &told{t: t, ids: map[string]string{}}
	var err error
	if there.secret, err = webhook.ParseSecret(secret); err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(there)
	defer receiver.Close()
	dir, files := t.TempDir(), t.TempDir()
	channels, plan := filepath.Join(files, "notifications.json"), filepath.Join(files, "plan.json")
	for path, text := range map[string]string{
		channels: fmt.Sprintf(`[{"name":"release-chat","to":"webhook","onlyPlans":true,"url":%q,"secret":%q}]`, receiver.URL, secret),
		plan: `{"stages":[{"percentage":5,"approveAfter":{"notAuthorAlone":true}},{"percentage":100}],
			"interval":"200ms","watermark":"100ms","notify":["release-chat"]}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := start(t, dir, "--notifications", channels)
	var other struct{ ID, Key string }
	s.must(http.MethodPost, "/api/v1/keys", map[string]string{"kind": "admin", "role": "editor", "name": "ben"}, &other)
	mustRun(t, s, "flag", "create", "untold")
	mustRun(t, s, "flag", "create", "pdf")
	mustRun(t, s, "flag", "on", "untold", "--env", "production")
	mustRun(t, s, "rollout", "start", "pdf", "--env", "production", "--plan-file", plan)
	asks := func() bool {
		return slices.ContainsFunc(there.titles(), func(title string) bool { return strings.Contains(title, "asks for approval") })
	}
	waitFor(t, "the question", asks)
	if out, err := flagledger(t, s.asAdmin(), "rollout", "advance", "pdf", "--env", "production"); err == nil {
		t.Errorf("the author has skipped the approval:\n%s", out)
	}
	mustRun(t, s, "rollout", "approve", "pdf", "--env", "production")
	s.Kill()
	s = start(t, dir, "--notifications", channels)
	as := []string{"FLAGLEDGER_SERVER=" + s.URL, "FLAGLEDGER_TOKEN=" + other.Key}
	if out, err := flagledger(t, as, "rollout", "approve", "pdf", "--env", "production"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{
		"flag.created", "flag.turned_on", "rollout.started", "rollout.held", "rollout.approved", "rollout.approved",
		"rollout.advanced", "rollout.completed",
	}
	waitFor(t, "the end of the rollout", func() bool { return len(history(t, s, "pdf")) >= len(want) })
	if got := history(t, s, "pdf"); !slices.Equal(got, want) {
		t.Errorf("the flag's history is %v, want %v", got, want)
	}
	waitFor(t, "all messages", func() bool { return there.count() >= 5 })
	s.Stop()
	titles := there.titles()
	n := 0
	for _, title := range titles {
		if strings.Contains(title, "asks for approval") {
			n++
		}
		if strings.Contains(title, "untold") {
			t.Errorf("the channel was told of a flag without a plan: %s", title)
		}
	}
	if n != 1 {
		t.Errorf("approval was asked for %d times: %q", n, titles)
	}
}

func (r *told) titles() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	titles := make([]string, 0, len(r.ids))
	for _, title := range r.ids {
		titles = append(titles, title)
	}
	slices.Sort(titles)
	return titles
}
