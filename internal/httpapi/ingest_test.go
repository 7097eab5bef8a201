package httpapi

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

const eventsPath = "/api/v1/events"

func TestIngest(t *testing.T) {
	w := newWorld(t, Config{})
	batch := object{
		"id": "b-1", "sdk": "go/0.1.0", "project": "bank", // the key knows better
		"exposures": []object{
			{"flag": "pdf", "variant": "on", "unit": "a1", "version": "7"},
			{"flag": "", "variant": "on", "unit": "a1", "version": "7"},
		},
		"events": []object{
			{"name": "request", "value": 41.5, "units": object{"accountId": "a1"}, "flags": []string{"pdf"}},
			{"name": "request", "units": object{}},
		},
	}
	r := w.call("client", "POST", eventsPath, batch).wants(202)
	r.is(float64(2), "accepted").
		is("exposure", "rejected", 0, "kind").is(float64(1), "rejected", 0, "index").is("exposures[1].flag", "rejected", 0, "path").
		is("event", "rejected", 1, "kind").is("events[1].units", "rejected", 1, "path")
	value := 41.5
	want := []analytics.Batch{{
		ID: "b-1", Project: "shop", Environment: "production", SDK: "go/0.1.0", ReceivedAt: epoch,
		Exposures: []analytics.Exposure{{Flag: "pdf", Variant: "on", By: "targetingKey", Unit: "a1", Version: 7, At: epoch}},
		Events:    []analytics.Event{{Name: "request", Value: &value, Units: map[string]string{"accountId": "a1"}, Flags: []string{"pdf"}, At: epoch}},
	}}
	if diff := cmp.Diff(want, w.ingest.all()); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	zip := `{"id":"b-2","events":[{"name":"e","units":{"u":"1"}}]}`
	w.call("server", "POST", eventsPath, zipped(zip), "Content-Encoding", "gzip").wants(202).is(float64(1), "accepted")

	metrics := w.call("viewer", "GET", "/metrics", nil)
	for series, want := range map[string]string{
		`flagledger_ingest_items_total{kind="event",outcome="accepted"}`:    "2",
		`flagledger_ingest_items_total{kind="exposure",outcome="accepted"}`: "1",
		`flagledger_ingest_items_total{kind="exposure",outcome="rejected"}`: "1",
	} {
		if got := metrics.value(series); got != want {
			t.Errorf("%s = %q, want %s", series, got, want)
		}
	}
}

// An event may name the flags that the ledger may have, and no others.
func TestIngestFlagKeys(t *testing.T) {
	w := newWorld(t, Config{})
	for i, key := range []string{
		"pdf", "0", "a.b-c_D", ".a", "-a", "_a", "", "a b", "a:b", "a/b", "é", "a\x00",
		strings.Repeat("k", ledger.MaxKeyLength), strings.Repeat("k", ledger.MaxKeyLength+1),
	} {
		r := w.call("server", "POST", eventsPath, object{
			"id":     fmt.Sprint("b-", i),
			"events": []object{{"name": "e", "units": object{"u": "1"}, "flags": []string{"pdf", key}}},
		}).wants(202)
		if ledger.CheckKey(key) == nil {
			r.is(float64(1), "accepted")
			continue
		}
		r.is(float64(0), "accepted").is("events[0].flags[1]", "rejected", 0, "path")
	}
}

// A batch with far too many items costs about as much as its body, however
// often it names its lists.
func TestIngestManyItemsTakeNoMemory(t *testing.T) {
	w := newWorld(t, Config{})
	many := strings.Repeat("{},", 50_000) + "{}"
	for name, body := range map[string]string{
		"empty items":        `{"id":"b","exposures":[` + many + `]}`,
		"items of no form":   `{"id":"b","events":[` + strings.Repeat("1,", 50_000) + `1]}`,
		"a list named twice": `{"id":"b","exposures":[` + many + `],"exposures":[],"Exposures":[{"flag":"f"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := w.call("client", "POST", eventsPath, body)
			runtime.ReadMemStats(&after)
			r.problem(codeInvalid, "body")
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 8<<20 {
				t.Errorf("a body of %d kB took %d kB", len(body)>>10, taken>>10)
			}
		})
	}
}

// An item that does not even have the form of one loses no other.
func TestIngestOddItems(t *testing.T) {
	w := newWorld(t, Config{})
	body := `{"id":"b","events":[
		{"name":"good","units":{"u":"1"}},
		{"name":"value is text","value":"7","units":{"u":"1"}},
		{"name":"extra","units":{"u":"1"},"colour":"red"},
		"text", null, {"name":"at","units":{"u":"1"},"at":"yesterday"},
		{"name":"also good","units":{"u":"1"}}],
		"exposures":[{"flag":"f","variant":"v","unit":"u","version":7},{"flag":"f","variant":"v","unit":"u","version":"7"}]}`
	r := w.call("server", "POST", eventsPath, body).wants(202).is(float64(3), "accepted")
	var got []string
	for _, item := range as[[]any](r.at("rejected")) {
		got = append(got, as[string](as[object](item)["path"]))
	}
	want := []string{"exposures[0]", "events[1]", "events[2]", "events[3]", "events[4]", "events[5]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rejected (-want +got):\n%s\n%s", diff, r.Body)
	}
	if message := as[string](r.at("rejected", 2, "message")); !strings.Contains(message, "colour") {
		t.Errorf("the unknown field is not named: %q", message)
	}
	if message := r.at("rejected", 1, "message"); message != "value is a string, which does not fit" {
		t.Errorf("the wrong type is described as %q", message)
	}
	if b := w.ingest.all(); len(b) != 1 || len(b[0].Events) != 2 || b[0].Events[1].Name != "also good" {
		t.Errorf("published %+v", b)
	}
	w.call("server", "POST", eventsPath, `{"id":"b3","events":[7]}`).wants(202).is(float64(0), "accepted")
	if n := len(w.ingest.all()); n != 1 {
		t.Errorf("a batch without a good item was published")
	}
}

// fakeLetters keeps rejected items, and fails with err while that is set.
type fakeLetters struct {
	kept []analytics.Rejected
	of   analytics.Batch
	err  error
}

func (f *fakeLetters) Reject(_ context.Context, b analytics.Batch, rejected []analytics.Rejected, _ time.Time) error {
	f.of, f.kept = b, rejected
	return f.err
}

func TestRejectedItemsBecomeDeadLetters(t *testing.T) {
	w := newWorld(t, Config{})
	letters := &fakeLetters{err: errors.New("disk full")} // which is no reason to refuse the good ones
	w.api.letters = letters
	body := `{"id":"b","events":[{"name":"e","units":{"u":"1"}},"text"` + strings.Repeat(`,{"name":""}`, 50) + `]}`
	w.call("client", "POST", eventsPath, body).wants(202).is(float64(1), "accepted").is("events[1]", "rejected", 0, "path")
	if len(letters.kept) != maxLetters || letters.of.ID != "b" || letters.of.Project != "shop" {
		t.Errorf("%d letters of batch %q in %q", len(letters.kept), letters.of.ID, letters.of.Project)
	}
	if p := letters.kept[0].Problems; len(p) != 1 || !strings.Contains(p[0].Message, "string") {
		t.Errorf("the first letter says %+v", p)
	}
	if !strings.Contains(w.logged.String(), "disk full") {
		t.Error("the loss is not logged")
	}
}

func TestIngestRefuses(t *testing.T) {
	w := newWorld(t, Config{})
	good := `{"id":"b","events":[{"name":"e","units":{"u":"1"}}]}`
	for _, tc := range []struct {
		name, key string
		body      any
		code      code
		field     string
		headers   []string
	}{
		{"no body", "server", nil, codeMalformed, "", nil},
		{"malformed", "server", "{", codeMalformed, "body", nil},
		{"unknown field", "server", `{"id":"b","evnets":[]}`, codeInvalid, "body.evnets", nil},
		{"id is a number", "server", `{"id":7}`, codeInvalid, "body.id", nil},
		{"events are no list", "server", `{"id":"b","events":{}}`, codeInvalid, "body.events", nil},
		{"no id", "server", `{"events":[{"name":"e","units":{"u":"1"}}]}`, codeInvalid, "body.id", nil},
		{"nothing in it", "server", `{"id":"b"}`, codeInvalid, "body", nil},
		{"too many", "server", `{"id":"b","events":[` + strings.Repeat("{},", analytics.MaxItems) + `{}]}`, codeInvalid, "body", nil},
		{"too large", "server", `"` + strings.Repeat("x", maxEventBody) + `"`, codeTooLarge, "", nil},
		{"bomb", "server", zipped(strings.Repeat(" ", 6<<20)), codeTooLarge, "", []string{"Content-Encoding", "gzip"}},
		{"cut off gzip", "server", zipped(good)[:30], codeMalformed, "", []string{"Content-Encoding", "gzip"}},
		{"wrong type", "server", good, codeUnsupported, "", []string{"Content-Type", "application/x-ndjson"}},
		{"admin token", "admin", good, codeForbidden, "", nil},
		{"no key", "", good, codeUnauthenticated, "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := w.call(tc.key, "POST", eventsPath, tc.body, tc.headers...)
			r.t = t
			r.problem(tc.code, tc.field)
		})
	}
	if n := len(w.ingest.all()); n != 0 {
		t.Errorf("%d batches were published", n)
	}
	for _, err := range []error{ErrOverloaded, errors.New("broken pipe")} {
		w.ingest.fail(err)
		r := w.call("server", "POST", eventsPath, good)
		r.problem(codeUnavailable, "")
		if r.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if !strings.Contains(w.logged.String(), "broken pipe") {
		t.Error("the cause is not logged")
	}
}
