package httpapi

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// TestIfMatch reads each thing that can be replaced, lets somebody else change
// it, and then replaces it with what was read.
func TestIfMatch(t *testing.T) {
	const project = "/api/v1/projects/shop"
	config := func(on string) object { return object{"config": object{"default": object{"variant": on}}} }
	plan := func(p float64) object { return object{"plan": object{"stages": []object{{"percentage": p}}}} }
	metric := func(event string) object { return object{"metric": object{"kind": "conversion", "event": event}} }
	segment := func(unit string) object {
		return object{"segment": object{"included": []object{{"values": []string{unit}}}}}
	}
	variants := func(on string) object {
		return object{"variants": []object{{"name": "on", "value": true}, {"name": "off", "value": false}, {"name": on, "value": true}}}
	}
	for _, tc := range []struct {
		name, method, read, write string
		theirs, ours              object
	}{
		{"details", "PATCH", flagPDF, flagPDF, object{"details": object{"owner": "a"}}, object{"details": object{"owner": "b"}}},
		{"variants", "PUT", flagPDF, flagPDF + "/variants", variants("x"), variants("y")},
		{"config", "PUT", flagPDF, flagPDF + "/environments/staging", config("off"), config("on")},
		{"segment", "PUT", project + "/segments/eu", project + "/segments/eu", segment("a"), segment("b")},
		{"metric", "PUT", project + "/metrics/sales", project + "/metrics/sales", metric("sale"), metric("buy")},
		{"plan", "PUT", project + "/plans/slow", project + "/plans/slow", plan(1), plan(2)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t, Config{})
			w.call("editor", tc.method, tc.write, tc.ours).wants(200)
			read := w.call("viewer", "GET", tc.read, nil).wants(200)
			etag := read.Header().Get("ETag")
			if etag != fmt.Sprintf("%q", read.at("seq")) {
				t.Errorf("ETag %s, seq %v", etag, read.at("seq"))
			}
			theirs := w.call("editor", tc.method, tc.write, tc.theirs, "If-Match", etag).wants(200)
			end := w.end()
			refused := w.call("editor", tc.method, tc.write, tc.ours, "If-Match", etag)
			refused.problem(codeChanged, "header.If-Match")
			refused.is(fmt.Sprintf("%q", theirs.at("seq")), "errors", 0, "value")
			if w.end() != end {
				t.Error("something was written")
			}
			now := w.call("viewer", "GET", tc.read, nil).Header().Get("ETag")
			w.call("editor", tc.method, tc.write, tc.ours, "If-Match", "W/"+now).wants(200)
			w.call("editor", tc.method, tc.write, tc.theirs).wants(200)
		})
	}
}

func TestIfMatchOfNothing(t *testing.T) {
	w := newWorld(t, Config{})
	body := object{"segment": object{}}
	const path = "/api/v1/projects/shop/segments/new"
	w.call("editor", "PUT", path, body, "If-Match", `"3"`).problem(codeChanged, "header.If-Match")
	w.call("editor", "PATCH", "/api/v1/projects/shop/flags/nope", object{"details": object{}}, "If-Match", `"3"`).problem(codeNotFound, "")
	for _, header := range []string{"3", "*", `""`, `"0"`, `"x"`, `"1", "2"`, `"-1"`, `"99999999999999999999"`, `"3`} {
		w.call("editor", "PUT", path, body, "If-Match", header).problem(codeInvalid, "header.If-Match")
	}
	w.call("viewer", "GET", path, nil).problem(codeNotFound, "")
}

// TestIfMatchRace has many send what they made of the same state.
func TestIfMatchRace(t *testing.T) {
	w := newWorld(t, Config{})
	etag := w.call("viewer", "GET", flagPDF, nil).Header().Get("ETag")
	codes := make([]int, 8)
	var wg sync.WaitGroup
	for i := range codes {
		wg.Go(func() {
			codes[i] = w.call("editor", "PATCH", flagPDF, object{"details": object{"owner": fmt.Sprint(i)}}, "If-Match", etag).Code
		})
	}
	wg.Wait()
	count := map[int]int{}
	for _, c := range codes {
		count[c]++
	}
	if count[http.StatusOK] != 1 || count[http.StatusPreconditionFailed] != len(codes)-1 {
		t.Errorf("statuses %v, want one 200", codes)
	}
}
