package client

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/evaluator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second // of a test that waits for something

// fake is a flagledger server that can misbehave.
type fake struct {
	*httptest.Server
	mu       sync.Mutex
	ruleset  evaluator.Ruleset
	status   int                                          // answer everything with it, unless 0
	stream   func(w http.ResponseWriter, r *http.Request) // replaces the stream
	events   func(b batch, attempt int) (int, string)     // answers a batch
	put      []byte                                       // sent in place of the ruleset
	changed  chan struct{}                                // closed on every change
	batches  []batch                                      // every attempt
	acks     []acknowledgement
	fetches  int
	streams  []string // Last-Event-ID of each
	paths    []string
	gzipped  int
	sessions map[net.Conn]bool
}

// newFake starts a server that is well until told otherwise.
func newFake(t testing.TB, rs evaluator.Ruleset) *fake {
	t.Helper()
	f := &fake{ruleset: rs, changed: make(chan struct{}), sessions: make(map[net.Conn]bool)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/ruleset", f.serveRuleset)
	mux.HandleFunc("GET /api/v1/ruleset/stream", f.serveStream)
	mux.HandleFunc("POST /api/v1/ruleset/ack", f.serveAck)
	mux.HandleFunc("POST /api/v1/events", f.serveEvents)
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.paths = append(f.paths, r.URL.Path)
		status := f.status
		f.mu.Unlock()
		if status != 0 {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"title":"no","detail":"told to answer %d"}`, status)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	f.Server.Start()
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

// set changes the server under its lock and wakes the streams.
func (f *fake) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	close(f.changed)
	f.changed = make(chan struct{})
}

// get reads the server under its lock.
func get[T any](f *fake, read func() T) T {
	f.mu.Lock()
	defer f.mu.Unlock()
	return read()
}

func (f *fake) serveRuleset(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fetches++
	etag := strconv.Quote(strconv.FormatUint(f.ruleset.Revision, 10))
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("ETag", etag)
	if f.put != nil {
		_, _ = w.Write(f.put)
		return
	}
	_ = json.NewEncoder(w).Encode(f.ruleset)
}

func (f *fake) serveStream(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.streams = append(f.streams, r.Header.Get("Last-Event-ID"))
	custom := f.stream
	f.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	if custom != nil {
		custom(w, r)
		return
	}
	f.follow(w, r)
}

// follow sends a put or an empty patch, then every later ruleset as a patch of
// all flags.
func (f *fake) follow(w http.ResponseWriter, r *http.Request) {
	last, _ := strconv.ParseUint(r.Header.Get("Last-Event-ID"), 10, 64)
	for first := true; ; first = false {
		f.mu.Lock()
		rs, changed, garbage := f.ruleset, f.changed, f.put
		f.mu.Unlock()
		switch {
		case garbage != nil:
			sendEvent(w, "put", rs.Revision, garbage)
		case first && (last == 0 || last > rs.Revision):
			sendEvent(w, "put", rs.Revision, mustJSON(rs))
		case first || rs.Revision != last:
			sendEvent(w, "patch", rs.Revision, mustJSON(patchTo(last, rs)))
		}
		last = rs.Revision
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

func (f *fake) serveAck(w http.ResponseWriter, r *http.Request) {
	var ack acknowledgement
	if err := json.NewDecoder(r.Body).Decode(&ack); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	f.set(func() { f.acks = append(f.acks, ack) })
	w.WriteHeader(http.StatusNoContent)
}

func (f *fake) serveEvents(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		body = unzipped
		f.set(func() { f.gzipped++ })
	}
	var b batch
	if err := json.NewDecoder(body).Decode(&b); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	status, answer := http.StatusAccepted, fmt.Sprintf(`{"accepted":%d}`, b.len())
	f.set(func() {
		f.batches = append(f.batches, b)
		if f.events != nil {
			status, answer = f.events(b, len(f.batches))
		}
	})
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

// await blocks until the condition holds; it is looked at after each change of
// the server.
func (f *fake) await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	end := time.After(patience)
	for {
		f.mu.Lock()
		done, changed := holds(), f.changed
		f.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-end:
			t.Fatalf("gave up waiting for %s", what)
		}
	}
}

// eventually polls the client, whose state has no signal.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("gave up waiting for %s", what)
		}
	}
}

func sendEvent(w http.ResponseWriter, kind string, id uint64, data []byte) {
	var lines bytes.Buffer
	scanner := bufio.NewScanner(bytes.NewReader(data))
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		fmt.Fprintf(&lines, "data: %s\n", scanner.Text())
	}
	_, _ = fmt.Fprintf(w, "event: %s\nid: %d\n%s\n", kind, id, lines.Bytes())
	_ = http.NewResponseController(w).Flush()
}

func patchTo(from uint64, rs evaluator.Ruleset) evaluator.Patch {
	p := evaluator.Patch{
		SpecVersion: rs.SpecVersion, Project: rs.Project, Environment: rs.Environment,
		From: from, Revision: rs.Revision,
	}
	if from != rs.Revision {
		p.Flags = make(map[string]*evaluator.Flag, len(rs.Flags))
		for key, flag := range rs.Flags {
			p.Flags[key] = &flag
		}
	}
	return p
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// fast is the timing of tests: nobody waits for long.
func fast() timing {
	t := defaultTiming()
	t.unauthorized = 100 * time.Millisecond
	t.closing = 2 * time.Second
	t.stream = pause{2 * time.Millisecond, 20 * time.Millisecond}
	t.post = pause{2 * time.Millisecond, 20 * time.Millisecond}
	return t
}

// openFast opens a client of url, and closes it when the test ends.
func openFast(t testing.TB, url string, adjust func(*Config, *timing)) *Client {
	t.Helper()
	cfg := Config{URL: url, Key: "fl_server_aaaaaaaaaa_secret", FlushInterval: 5 * time.Millisecond}
	times := fast()
	if adjust != nil {
		adjust(&cfg, &times)
	}
	c, err := open(t.Context(), cfg, times)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = c.Close(ctx) // the loss of what a test did not look at
	})
	return c
}
