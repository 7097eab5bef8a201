package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/client"
)

// TestScheduledOverAKill schedules a flag to turn on, kills the server before
// that and starts it again: the change is made once, and an SDK sees it. One
// whose author's token was revoked meanwhile is not made.
func TestScheduledOverAKill(t *testing.T) {
	data := t.TempDir()
	s := start(t, data)
	mustRun(t, s, "flag", "create", "sale")
	key := s.sdkKey("server")
	due := time.Now().Add(10 * time.Second).UTC()
	mustRun(t, s, "flag", "schedule", "sale", "--env", "production", "--at", due.Format(time.RFC3339Nano), "--on", "--id", "launch", "--reason", "the sale begins")
	s.Kill()
	if late := time.Since(due); late > 0 {
		t.Fatalf("the server was killed %s after the change was due: the test has shown nothing", late)
	}

	s = start(t, data)
	changed := make(chan client.Change, 100)
	sdk, err := client.Open(t.Context(), client.Config{URL: s.URL, Key: key, OnChange: func(c client.Change) { changed <- c }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sdk.Close(t.Context()) }() // it has nothing to report
	user := client.NewContext("u1")
	deadline := time.After(30 * time.Second)
	for !sdk.IsEnabled("sale", user) {
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("the SDK does not see the flag on\n%s", s.log)
		}
	}
	if early := time.Until(due); early > 0 {
		t.Errorf("the flag was on %s too early", early)
	}

	var leaver struct{ ID, Key string }
	s.must(http.MethodPost, "/api/v1/keys", map[string]string{"kind": "admin", "role": "editor", "name": "leaver"}, &leaver)
	end := time.Now().Add(2 * time.Second).UTC().Format(time.RFC3339Nano)
	as := []string{"FLAGLEDGER_SERVER=" + s.URL, "FLAGLEDGER_TOKEN=" + leaver.Key}
	if out, err := flagledger(t, as, "flag", "schedule", "sale", "--env", "production", "--at", end, "--off", "--id", "end"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	mustRun(t, s, "token", "revoke", leaver.ID)
	want := []string{
		"flag.created", "flag.change_scheduled", "flag.turned_on", "flag.scheduled_change_executed",
		"flag.change_scheduled", "flag.scheduled_change_refused",
	}
	waitFor(t, "the end of what is scheduled", func() bool { return len(history(t, s, "sale")) >= len(want) })
	s.Kill()
	if log := s.log.String(); !strings.Contains(log, "scheduled change refused") {
		t.Errorf("the refusal was not logged:\n%s", log)
	}
	s = start(t, data)
	if got := history(t, s, "sale"); !slices.Equal(got, want) {
		t.Errorf("after another kill the flag's history is %v, want %v", got, want)
	}
}

// history are the types of a flag's events.
func history(t *testing.T, s *server, flag string) []string {
	t.Helper()
	var page struct{ Events []struct{ Type string } }
	out, err := flagledger(t, s.asAdmin(), "flag", "history", flag, "--json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &page); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	var types []string
	for _, e := range page.Events {
		types = append(types, e.Type)
	}
	return types
}
