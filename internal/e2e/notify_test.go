package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/internal/webhook"
)

// TestNotifications kills flags and the server by turns. The receiver verifies
// what it gets, and is away now and then: in the end it has been told of every
// change once, or more often under the same id, in the ledger's order.
func TestNotifications(t *testing.T) {
	there, config := listen(t, `"name":"on-call","project":"default","environments":["production"]`)
	dir := t.TempDir()
	s := start(t, dir, "--notifications", config, "--metrics-open")
	const flags, lives = 4, 3
	for f := range flags {
		name := fmt.Sprint("flag-", f)
		mustRun(t, s, "flag", "create", name)
		mustRun(t, s, "flag", "on", name, "--env", "production", "--reason", "start")
		mustRun(t, s, "flag", "on", name, "--env", "staging", "--reason", "not of this channel")
	}
	want := flags
	waitFor(t, "the flags that were turned on", func() bool { return there.count() == want })
	for life := range lives {
		there.refuse(true)
		for f := range flags {
			verb := []string{"kill", "on"}[life%2]
			mustRun(t, s, "flag", verb, fmt.Sprint("flag-", f), "--env", "production", "--reason", fmt.Sprint("life ", life))
			want++
		}
		s.Kill()
		there.refuse(false)
		s = start(t, dir, "--notifications", config, "--metrics-open")
		waitFor(t, fmt.Sprintf("all of life %d", life), func() bool { return there.count() == want })
	}
	metrics := metricsOf(t, s)
	if !strings.Contains(metrics, `flagledger_notifications_failed_total{channel="on-call"} 0`) ||
		!strings.Contains(metrics, `flagledger_notifications_lag_events{channel="on-call"} 0`) {
		t.Errorf("metrics:\n%s", metrics)
	}
	s.Stop()
	there.check(want)
}

// listen starts a receiver of notifications, and writes the server's file with the
// channel to it, whose further settings are given as JSON.
func listen(t *testing.T, settings string) (there *told, config string) {
	t.Helper()
	const secret = "a secret of twenty-four bytes"
	there = &told{t: t, ids: map[string]string{}}
	var err error
	if there.secret, err = webhook.ParseSecret(secret); err != nil {
		t.Fatal(err)
	}
	receiver := httptest.NewServer(there)
	t.Cleanup(receiver.Close)
	config = filepath.Join(t.TempDir(), "notifications.json")
	text := fmt.Sprintf(`[{%s,"to":"webhook","url":%q,"secret":%q}]`, settings, receiver.URL, secret)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return there, config
}

func metricsOf(t *testing.T, s *server) string {
	t.Helper()
	resp, err := http.Get(s.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// told is a receiver of notifications.
type told struct {
	t      *testing.T
	secret webhook.Secret

	mu        sync.Mutex
	away      bool
	ids       map[string]string // title by webhook id
	seqs      []uint64          // of what was new, as it came
	unsigned  int
	last      notification
	different int // came again with another body
}

type notification struct {
	Seq         uint64 `json:"seq,string"`
	Kind        string `json:"kind"`
	Environment string `json:"environment"`
	Subject     string `json:"subject"`
	Title       string `json:"title"`
	Reason      string `json:"reason"`
}

func (r *told) refuse(away bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = away
}

func (r *told) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ids)
}

func (r *told) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the server was killed
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.secret.Verify(req.Header, body, time.Now()); err != nil {
		r.unsigned++
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.away {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var n notification
	if err := json.Unmarshal(body, &n); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	id := req.Header.Get("Webhook-Id")
	before, known := r.ids[id]
	switch {
	case !known:
		r.seqs = append(r.seqs, n.Seq)
	case before != n.Title:
		r.different++
	}
	r.ids[id], r.last = n.Title, n
}

// check looks at what came, when nothing comes any more.
func (r *told) check(want int) {
	r.t.Helper()
	if len(r.seqs) != want || r.unsigned > 0 || r.different > 0 {
		r.t.Errorf("%d notifications, want %d; %d without a valid signature, %d changed", len(r.seqs), want, r.unsigned, r.different)
	}
	for i := 1; i < len(r.seqs); i++ {
		if r.seqs[i] <= r.seqs[i-1] {
			r.t.Errorf("event %d was told after %d", r.seqs[i], r.seqs[i-1])
		}
	}
	if r.last.Kind != "flag.turned_off" || r.last.Environment != "production" || r.last.Subject != "flag-3" ||
		r.last.Title != "flag-3 turned off in production" || r.last.Reason != "life 2" {
		r.t.Errorf("the last is %+v", r.last)
	}
}
