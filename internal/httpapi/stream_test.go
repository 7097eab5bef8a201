package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// patience is how long a test waits for what must happen. It only passes when
// something is broken.
const patience = 10 * time.Second

// event is one server-sent event, or a comment in Data of an event named ":".
type event struct {
	Name, ID, Data string
}

// reader reads a stream.
type reader struct {
	t      testing.TB
	resp   *http.Response
	events chan event
}

// serve runs a Server on loopback.
func (w *world) serve(adjust ...func(*http.Server)) (base string, stop func() error) {
	w.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	server := NewServer(w.api, listener)
	for _, f := range adjust {
		f(server.http)
	}
	go func() { ended <- server.Run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	w.t.Cleanup(func() {
		if err := stop(); err != nil {
			w.t.Errorf("server: %v", err)
		}
	})
	return "http://" + listener.Addr().String(), stop
}

// open opens a stream and reads it until the test ends.
func (w *world) open(key, url string, headers ...string) *reader {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+w.keys[key].Text)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	transport := &http.Transport{}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		cancel()
		w.t.Fatal(err)
	}
	r := &reader{t: w.t, resp: resp, events: make(chan event, 1000)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(r.events)
		readEvents(resp.Body, r.events)
	}()
	w.t.Cleanup(func() {
		cancel()
		_ = resp.Body.Close()
		<-ended
		transport.CloseIdleConnections()
	})
	return r
}

func readEvents(from io.Reader, to chan<- event) {
	lines := bufio.NewReader(from)
	var e event
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "":
			if value != "" { // a comment
				to <- event{Name: ":", Data: value}
			} else if e != (event{}) {
				to <- e
				e = event{}
			}
		case "event":
			e.Name = value
		case "id":
			e.ID = value
		case "data":
			e.Data = value
		}
	}
}

// next returns the next event, comments left out.
func (r *reader) next() event {
	r.t.Helper()
	for {
		select {
		case e, ok := <-r.events:
			if !ok {
				r.t.Fatal("the stream has ended")
			}
			if e.Name != ":" {
				return e
			}
		case <-time.After(patience):
			r.t.Fatal("no event")
		}
	}
}

// ends waits for the end of the stream.
func (r *reader) ends() {
	r.t.Helper()
	for {
		select {
		case _, ok := <-r.events:
			if !ok {
				return
			}
		case <-time.After(patience):
			r.t.Fatal("the stream goes on")
		}
	}
}

func decodeAs[T any](t *testing.T, data string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return v
}

func pdfIn(env string) ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: env}
}

// A stream, resumed or not, leads to what the server holds.
func TestStreamFollowsTheRuleset(t *testing.T) {
	w := newWorld(t, Config{})
	base, _ := w.serve()
	live := w.open("server", base+"/api/v1/ruleset/stream")
	if kind := live.resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("Content-Type %q", kind)
	}
	first := live.next()
	if first.Name != "put" {
		t.Fatalf("first event %+v", first)
	}
	rs := decodeAs[evaluator.Ruleset](t, first.Data)
	if fmt.Sprint(rs.Revision) != first.ID || rs.Project != "shop" || rs.Environment != "production" {
		t.Fatalf("put %s of %s/%s at %d", first.ID, rs.Project, rs.Environment, rs.Revision)
	}
	old := first.ID

	apply := func(r *reader, rs evaluator.Ruleset) evaluator.Ruleset {
		e := r.next()
		if e.Name != "patch" {
			t.Fatalf("got %+v, want a patch", e)
		}
		p := decodeAs[evaluator.Patch](t, e.Data)
		next, err := rs.Apply(p)
		if err != nil || fmt.Sprint(next.Revision) != e.ID {
			t.Fatalf("apply %s: %v, revision %d", e.Data, err, next.Revision)
		}
		return next
	}
	before := rs
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	rs = apply(live, rs)
	w.do(ledger.TurnOn{PlaceRef: pdfIn("staging")}) // of no interest here
	w.do(ledger.SaveSegment{Project: "shop", Key: "s"})
	rs = apply(live, rs)
	w.do(ledger.ArchiveFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}})
	rs = apply(live, rs)
	if _, there := rs.Flags["pdf"]; there {
		t.Error("the archived flag is still there")
	}
	want := w.api.projector.Snapshot("shop", "production").Ruleset
	if diff := cmp.Diff(want, rs); diff != "" {
		t.Errorf("after the patches (-server +client):\n%s", diff)
	}

	for name, at := range map[string][2]string{
		"Last-Event-ID": {"", old}, "since": {"?since=" + old, ""},
	} {
		resumed := w.open("server", base+"/api/v1/ruleset/stream"+at[0], "Last-Event-ID", at[1])
		if diff := cmp.Diff(want, apply(resumed, before)); diff != "" {
			t.Errorf("%s (-server +client):\n%s", name, diff)
		}
	}
	current := w.open("server", base+"/api/v1/ruleset/stream", "Last-Event-ID", fmt.Sprint(want.Revision))
	if e := current.next(); e.Name != "patch" || e.ID != fmt.Sprint(want.Revision) {
		t.Errorf("a reader that is up to date got %+v, want an empty patch", e)
	}
	ahead := w.open("server", base+"/api/v1/ruleset/stream", "Last-Event-ID", "999999")
	if e := ahead.next(); e.Name != "put" {
		t.Errorf("a reader from another ledger got %+v, want everything", e)
	}
}

func TestChangeIsEncodedOnce(t *testing.T) {
	w := newWorld(t, Config{})
	base, _ := w.serve()
	readers := make([]*reader, 50)
	for i := range readers {
		readers[i] = w.open("server", base+"/api/v1/ruleset/stream")
		readers[i].next()
	}
	encodings := func() uint64 {
		w.api.patches.mu.Lock()
		defer w.api.patches.mu.Unlock()
		return w.api.patches.encoded
	}
	if n := encodings(); n != 1 {
		t.Errorf("the ruleset was encoded %d times for 50 readers", n)
	}
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	for _, r := range readers {
		r.next()
	}
	if n := encodings(); n != 2 {
		t.Errorf("the change was encoded %d times for 50 readers", n-1)
	}
}

func TestHeartbeat(t *testing.T) {
	w := newWorld(t, Config{Heartbeat: time.Millisecond})
	base, _ := w.serve()
	r := w.open("server", base+"/api/v1/ruleset/stream")
	r.next()
	select {
	case e := <-r.events:
		if e != (event{Name: ":", Data: "ping"}) {
			t.Errorf("got %+v", e)
		}
	case <-time.After(patience):
		t.Fatal("no sign of life")
	}
	w.do(ledger.RevokeAccessKey{ID: w.keys["server"].ID})
	r.ends() // at the next beat
}

// A key that was revoked or has expired opens no change, long before the beat.
func TestChangeAfterRevocation(t *testing.T) {
	for name, lose := range map[string]func(*world){
		"revoked": func(w *world) { w.do(ledger.RevokeAccessKey{ID: w.keys["brief"].ID}) },
		"expired": func(w *world) { w.pass(2 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Config{Heartbeat: time.Hour})
			soon := epoch.Add(time.Hour)
			w.addKey("brief", ledger.AccessKey{
				Kind: ledger.AccessServer, Project: "shop", Environment: "production", ExpiresAt: &soon,
			})
			base, _ := w.serve()
			r := w.open("brief", base+"/api/v1/ruleset/stream")
			r.next()
			lose(w)
			w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
			if e, more := <-r.events; more {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// grow makes the ruleset far larger than what sockets buffer.
func (w *world) grow() {
	value := json.RawMessage(`"` + strings.Repeat("x", 60<<10) + `"`)
	for i := range 100 {
		w.do(ledger.CreateFlag{
			FlagRef: ledger.FlagRef{Project: "shop", Flag: fmt.Sprintf("big-%d", i)},
			Type:    evaluator.TypeString, Variants: []evaluator.Variant{{Name: "v", Value: value}},
		})
	}
}

func TestSlowReaderIsDropped(t *testing.T) {
	w := newWorld(t, Config{StreamWrite: 200 * time.Millisecond})
	w.grow()
	base, _ := w.serve()
	slow, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	if err := as[*net.TCPConn](slow).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(slow, "GET /api/v1/ruleset/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", w.keys["server"].Text)
	// It reads nothing. Others are served meanwhile.
	quick := w.open("server", base+"/api/v1/ruleset/stream")
	quick.next()
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	if e := quick.next(); e.Name != "patch" {
		t.Errorf("got %s", e.Name)
	}
	deadline := time.Now().Add(patience)
	for w.call("viewer", "GET", "/metrics", nil).value(`flagledger_stream_clients_dropped_total{kind="ruleset"}`) != "1" {
		if time.Now().After(deadline) {
			t.Fatal("the slow reader was not dropped")
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.do(ledger.TurnOff{PlaceRef: pdfIn("production")})
	if e := quick.next(); e.Name != "patch" {
		t.Errorf("got %s", e.Name)
	}
}

// value returns the value of a series of /metrics, "" if it is not there.
func (r reply) value(series string) string {
	for line := range strings.SplitSeq(r.Body.String(), "\n") {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			return value
		}
	}
	return ""
}

// The read deadline is for requests, not for what follows them.
func TestStreamOutlivesReadTimeout(t *testing.T) {
	w := newWorld(t, Config{Heartbeat: 20 * time.Millisecond})
	base, _ := w.serve(func(s *http.Server) { s.ReadTimeout = 60 * time.Millisecond })
	r := w.open("server", base+"/api/v1/ruleset/stream")
	r.next()
	for beats := 0; beats < 10; beats++ {
		select {
		case _, ok := <-r.events:
			if !ok {
				t.Fatalf("the stream ended after %d beats", beats)
			}
		case <-time.After(patience):
			t.Fatal("no sign of life")
		}
	}
}

func TestShutdownEndsStreams(t *testing.T) {
	w := newWorld(t, Config{})
	base, stop := w.serve()
	a := w.open("server", base+"/api/v1/ruleset/stream")
	b := w.open("client", base+"/ofrep/v1/stream")
	a.next()
	start := time.Now()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	a.ends()
	b.ends()
	if took := time.Since(start); took > shutdownTime/2 {
		t.Errorf("it took %s", took)
	}
}

func TestRulesetETag(t *testing.T) {
	w := newWorld(t, Config{})
	r := w.call("server", "GET", "/api/v1/ruleset", nil).wants(200)
	rs := decodeAs[evaluator.Ruleset](t, r.Body.String())
	etag := r.Header().Get("ETag")
	if etag != fmt.Sprintf(`"%d"`, rs.Revision) || r.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("headers %v at revision %d", r.Header(), rs.Revision)
	}
	for _, match := range []string{etag, `"1", ` + etag, "W/" + etag, "*"} {
		if again := w.call("server", "GET", "/api/v1/ruleset", nil, "If-None-Match", match).wants(304); again.Body.Len() > 0 {
			t.Errorf("%s: a 304 with a body", match)
		}
	}
	seq := w.do(ledger.TurnOn{PlaceRef: pdfIn("production")}).Last
	w.call("server", "GET", fmt.Sprintf("/api/v1/ruleset?minSeq=%d", seq), nil, "If-None-Match", etag).wants(200).is(fmt.Sprint(seq), "revision")
	w.call("staging", "GET", "/api/v1/ruleset", nil).wants(200).is("staging", "environment")
	w.call("viewer", "GET", "/api/v1/projects/shop/environments/production/ruleset", nil).wants(200).is(fmt.Sprint(seq), "revision")
	w.call("server", "GET", "/api/v1/ruleset?minSeq=x", nil).problem(codeInvalid, "query.minSeq")
}

// The kill switch says how many evaluators have acknowledged it.
func TestKillWaitsForAcknowledgement(t *testing.T) {
	w := newWorld(t, Config{})
	base, _ := w.serve()
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	one := w.open("server", base+"/api/v1/ruleset/stream", "Flagledger-Instance", "i-1", "Flagledger-SDK", "go/0.1.0")
	two := w.open("server", base+"/api/v1/ruleset/stream", "Flagledger-Instance", "i-2")
	one.next()
	two.next()
	acked := make(chan string, 1)
	go func() {
		for _, r := range []struct {
			*reader
			instance string
		}{{one, "i-1"}, {two, "i-2"}} {
			e := r.next()
			w.call("server", "POST", "/api/v1/ruleset/ack", object{"instance": r.instance, "revision": e.ID, "sdk": "go/0.1.0"}).wants(204)
		}
		acked <- "both"
	}()
	killed := w.call("editor", "POST", flagPDF+"/environments/production/off?wait=5s", object{"reason": "errors"}).wants(200)
	<-acked
	killed.is(float64(2), "evaluators", "connected").is(float64(2), "evaluators", "acknowledged").is(killed.at("seq"), "revision")

	list := w.call("viewer", "GET", "/api/v1/projects/shop/environments/production/evaluators", nil).wants(200)
	list.is("i-1", "evaluators", 0, "instance").is("go/0.1.0", "evaluators", 0, "sdk").is(true, "evaluators", 1, "current").
		is(killed.at("revision"), "evaluators", 1, "revision")
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	w.call("viewer", "GET", "/api/v1/projects/shop/environments/production/evaluators", nil).is(false, "evaluators", 1, "current")
	w.call("editor", "POST", flagPDF+"/environments/production/off?wait=10ms", nil).wants(200).is(float64(0), "evaluators", "acknowledged")
	w.call("server", "POST", "/api/v1/ruleset/ack", object{"instance": "stranger", "revision": "1"}).wants(204)
	w.call("server", "POST", "/api/v1/ruleset/ack", object{"instance": "", "revision": "1"}).problem(codeInvalid, "body.instance")
	w.call("server", "POST", "/api/v1/ruleset/ack", object{"instance": "i", "revision": 1}).problem(codeInvalid, "body.revision")
	w.call("client", "POST", "/api/v1/ruleset/ack", object{"instance": "i", "revision": "1"}).problem(codeForbidden, "")
}
