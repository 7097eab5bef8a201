package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// TestLiveTellsOfEvents reads the stream with a key of one project while two
// projects change, and until the key is revoked.
func TestLiveTellsOfEvents(t *testing.T) {
	w := newWorld(t, Config{Heartbeat: 20 * time.Millisecond})
	server := httptest.NewServer(w.handler)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/api/v1/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.keys["local"].Text)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	next := func(prefix string) string {
		t.Helper()
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), prefix) {
				return lines.Text()
			}
		}
		t.Fatalf("no %q: %v", prefix, lines.Err())
		return ""
	}
	next("event: at")
	next(": ping")
	w.do(ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "bank", Flag: "secret"}})
	w.do(ledger.TurnOn{PlaceRef: ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "staging"}})
	for data := ""; !strings.Contains(data, "flag.turned_on"); {
		if data = next("data: "); strings.Contains(data, "secret") {
			t.Errorf("a key of shop hears of bank: %s", data)
		}
		if strings.Contains(data, "turned_on") && !strings.Contains(data, `"key":"pdf","environment":"staging"`) {
			t.Errorf("data: %s", data)
		}
	}
	w.do(ledger.RevokeAccessKey{ID: w.keys["local"].ID})
	for lines.Scan() {
		if strings.Contains(lines.Text(), "access_key.revoked") {
			t.Error("who is not admitted any more still hears")
		}
	}
	if ctx.Err() != nil {
		t.Error("the stream went on after its key was revoked")
	}
	w.call("server", "GET", "/api/v1/live", nil).wants(403)
	w.call("", "GET", "/api/v1/live", nil).wants(401)
}

// TestHistoryGoesBackwards reads pages from the newest event to the first.
func TestHistoryGoesBackwards(t *testing.T) {
	w := newWorld(t, Config{})
	place := ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "staging"}
	for i := range 3000 { // more than one step of a scan
		if i%2 == 0 {
			w.do(ledger.TurnOn{PlaceRef: place})
		} else {
			w.do(ledger.TurnOff{PlaceRef: place})
		}
	}
	end := w.end()
	before, seen := end+1, uint64(0)
	for before > 0 {
		r := w.call("admin", "GET", "/api/v1/events?limit=700&before="+strconv.FormatUint(before, 10), nil).wants(200)
		for i := len(list(r.at("events"))) - 1; i >= 0; i-- {
			if got := r.at("events", i, "seq"); got != strconv.FormatUint(end-seen, 10) {
				t.Fatalf("event %v, want %d", got, end-seen)
			}
			seen++
		}
		previous, _ := r.tree()["previous"].(string)
		before, _ = strconv.ParseUint(previous, 10, 64)
	}
	if seen != end {
		t.Errorf("%d of %d events", seen, end)
	}
	for query, want := range map[string]int{
		"type=flag.turned_on": 1000, "type=flag.created": 1, "type=project": 2, "kind=key": 7, "kind=flag&key=other": 0, "environment=production": 18,
		"actor=TEST": 1000, "actor=nobody": 0, "until=" + epoch.Format(time.RFC3339): 0, "since=" + epoch.Format(time.RFC3339): 1000, "project=bank": 7,
	} {
		r := w.call("admin", "GET", "/api/v1/events?limit=1000&before=999999&"+query, nil).wants(200)
		if got := len(list(r.at("events"))); got != want {
			t.Errorf("%s: %d events, want %d", query, got, want)
		}
	}
	w.call("admin", "GET", "/api/v1/events?since=yesterday", nil).wants(422)
	w.call("local", "GET", "/api/v1/events?before=100&project=bank", nil).wants(403)
}

// TestUsageIsCountedOnceAMinute asks often.
func TestUsageIsCountedOnceAMinute(t *testing.T) {
	w := newWorld(t, Config{})
	err := w.ingest.Publish(t.Context(), analytics.Batch{Project: "shop", Environment: "production", Exposures: []analytics.Exposure{
		{Flag: "pdf", Variant: "on", Unit: "a", At: epoch}, {Flag: "pdf", Variant: "on", Unit: "b", At: epoch},
	}})
	if err != nil {
		t.Fatal(err)
	}
	const path = "/api/v1/projects/shop/environments/production/usage"
	for range 5 {
		if got := w.call("viewer", "GET", path, nil).wants(200).at("flags", "pdf", "units"); got != 2.0 {
			t.Errorf("%v units", got)
		}
	}
	if w.counted != 1 {
		t.Errorf("counted %d times", w.counted)
	}
	w.pass(2 * time.Minute)
	w.call("viewer", "GET", path, nil).wants(200)
	if w.counted != 2 {
		t.Errorf("counted %d times after two minutes", w.counted)
	}
	w.call("viewer", "GET", "/api/v1/projects/shop/environments/nowhere/usage", nil).wants(404)
}

// TestLooksOfARollout starts one.
func TestLooksOfARollout(t *testing.T) {
	w := newWorld(t, Config{})
	const path = "/api/v1/projects/shop/flags/pdf/environments/production/rollout"
	w.call("viewer", "GET", path+"/looks", nil).wants(404)
	started := w.call("editor", "POST", path, object{}).wants(201)
	want := fmt.Sprint("began at ", started.at("rollout", "spans", 0, "first"))
	if got := w.call("viewer", "GET", path+"/looks", nil).wants(200).at("looks", 0, "reason"); got != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// list is v, if that is one.
func list(v any) []any {
	out, _ := v.([]any)
	return out
}
