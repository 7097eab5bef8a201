package e2e

import (
	"compress/gzip"
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

	"github.com/flagledger/flagledger/client"
)

// TestExport sends what an SDK reports to Mixpanel, which is slow, throttles and
// is killed on from our side: in the end it has each assignment and each event
// once, and the file beside it too.
func TestExport(t *testing.T) {
	tool := &mixpanel{ids: map[string]string{}}
	there := httptest.NewServer(tool)
	defer there.Close()
	dir, folder := t.TempDir(), t.TempDir()
	config := filepath.Join(t.TempDir(), "exports.json")
	text := fmt.Sprintf(`[
		{"name":"mixpanel","to":"mixpanel","project":"default","environments":["production"],"assignments":true,"events":["paid"],
			"user":"userId","url":%q,"secret":"token"},
		{"name":"lake","to":"file","project":"default","assignments":true,"events":["*"],"user":"userId","url":%q}]`, there.URL, folder)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const users, lives = 300, 3
	s := start(t, dir, "--exports", config)
	mustRun(t, s, "flag", "create", "dashboard")
	mustRun(t, s, "flag", "set", "dashboard", "--env", "production", "--on", "--split", "on=50,off=50", "--by", "userId")
	key := s.sdkKey("server")
	for life := range lives {
		if life > 0 {
			s.Kill()
			s = start(t, dir, "--exports", config)
		}
		sdk, err := client.Open(t.Context(), client.Config{URL: s.URL, Key: key, FlushInterval: 10 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		for u := range users {
			unit := client.NewContext("", client.String("userId", fmt.Sprint("u", u)))
			sdk.IsEnabled("dashboard", unit) // reported in each life: the SDK is new
			sdk.Track("paid", unit, client.Event{})
		}
		if err := sdk.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	waitFor(t, "everything at Mixpanel", func() bool {
		assigned, paid := tool.counts()
		return assigned == users && paid == users*lives
	})
	waitFor(t, "everything in the file", func() bool {
		ids := map[any]bool{}
		for _, l := range fileLines(t, folder) {
			ids[l["id"]] = true
		}
		return len(ids) == users+users*lives
	})
	s.Stop()
	assigned, paid := tool.counts()
	t.Logf("%d assignments and %d events at Mixpanel after %d requests, %d of them refused", assigned, paid, tool.requests, tool.throttled)
}

// mixpanel is as much of POST /import as an export sees. Every third request is
// throttled after half of it was stored, as a broken connection would leave it.
type mixpanel struct {
	mu                  sync.Mutex
	ids                 map[string]string // event by insert id
	requests, throttled int
}

func (m *mixpanel) counts() (assigned, paid int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, event := range m.ids {
		if event == "$experiment_started" {
			assigned++
		} else {
			paid++
		}
	}
	return assigned, paid
}

func (m *mixpanel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests++
	var events []struct {
		Event      string `json:"event"`
		Properties struct {
			InsertID string `json:"$insert_id"`
		} `json:"properties"`
	}
	if err := json.NewDecoder(unzipped(r)).Decode(&events); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	stored := len(events)
	if m.requests%3 == 1 {
		stored /= 2
	}
	for _, e := range events[:stored] {
		m.ids[e.Properties.InsertID] = e.Event
	}
	if stored < len(events) {
		m.throttled++
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

func fileLines(t *testing.T, folder string) []map[string]any {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := string(text[:strings.LastIndexByte(string(text), '\n')+1])
		for line := range strings.Lines(whole) {
			var m map[string]any
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatalf("line %q: %v", line, err)
			}
			all = append(all, m)
		}
	}
	return all
}

// unzipped is a request's body.
func unzipped(r *http.Request) io.Reader {
	if zip, err := gzip.NewReader(r.Body); err == nil {
		return zip
	}
	return strings.NewReader("")
}
