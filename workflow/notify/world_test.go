package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/internal/webhook"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// secret is what the receivers of these tests verify with.
const secret = "a secret of twenty-four bytes"

// limit bounds every wait of these tests.
const limit = 30 * time.Second

// memory is a Memory and Letters that may fail. It is used by the test's
// goroutine too.
type memory struct {
	mu      sync.Mutex
	known   bool
	seq     uint64
	saves   int
	fails   func(saves int) error // of Save
	letters []Letter
	written chan struct{} // gets a value for each letter
}

func newMemory() *memory { return &memory{written: make(chan struct{}, 100)} }

func (m *memory) Load(context.Context) (uint64, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seq, m.known, nil
}

func (m *memory) Save(_ context.Context, seq uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saves++
	if m.fails != nil {
		if err := m.fails(m.saves); err != nil {
			return err
		}
	}
	m.seq, m.known = seq, true
	return nil
}

func (m *memory) position() (seq uint64, saves int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seq, m.saves
}

func (m *memory) Undelivered(_ context.Context, l Letter) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.letters = append(m.letters, l)
	m.written <- struct{}{}
	return nil
}

// receiver is a webhook's other side. It verifies what it gets.
type receiver struct {
	*httptest.Server
	got chan string // what was taken: "ID TITLE"
	// interrupt answers requests, counted from 1, until it returns false.
	interrupt func(w http.ResponseWriter, n int) bool
	mu        sync.Mutex
	requests  int
	ids       []string // of every request
}

func newReceiver(t *testing.T, interrupt func(w http.ResponseWriter, n int) bool) *receiver {
	t.Helper()
	r := &receiver{got: make(chan string, 1000), interrupt: interrupt}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the notifier was stopped
	}
	r.requests++
	r.ids = append(r.ids, req.Header.Get("Webhook-Id"))
	key, err := webhook.ParseSecret(secret)
	if err == nil {
		err = key.Verify(req.Header, body, time.Now())
	}
	var m Message
	if err = errors.Join(err, json.Unmarshal(body, &m)); err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	if r.interrupt == nil || !r.interrupt(w, r.requests) {
		r.got <- fmt.Sprint(m.ID, " ", m.Title)
	}
}

func (r *receiver) seen() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.ids...)
}

// world is a ledger and what a channel remembers.
type world struct {
	t      *testing.T
	log    *memlog.Log
	memory *memory
	now    func() time.Time
	logged *lines
}

func newWorld(t *testing.T) *world {
	t.Helper()
	log, err := memlog.New(memlog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, log: log, memory: newMemory(), now: time.Now, logged: &lines{}}
}

// append adds the events of one command, all of one flag.
func (w *world) append(recs ...ledger.Recorded) {
	w.t.Helper()
	b := ledger.Batch{ID: fmt.Sprint("batch ", recs[0].ID)}
	for i, rec := range recs {
		rec.Part, rec.Parts, rec.Command = i+1, len(recs), recs[0].Command
		data, err := ledger.Encode(rec)
		if err != nil {
			w.t.Fatal(err)
		}
		b.Entries = append(b.Entries, ledger.Entry{Subject: rec.Subject.String(), Data: data})
	}
	if _, err := w.log.Append(w.t.Context(), b); err != nil {
		w.t.Fatal(err)
	}
}

// turnOff adds that many kills, named from event-FIRST on.
func (w *world) turnOff(first uint64, n int) {
	w.t.Helper()
	for i := range uint64(n) {
		rec := recorded(first+i, ledger.FlagTurnedOff{Environment: "production"})
		rec.At = w.now()
		w.append(rec)
	}
}

// hooked is a channel to a receiver.
func hooked(t *testing.T, url string, change ...func(*Config)) Config {
	t.Helper()
	c := Config{Name: "hook", To: "webhook", URL: url, Secret: secret}
	for _, f := range change {
		f(&c)
	}
	if err := c.complete(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	return c
}

// running is a notifier at work.
type running struct {
	*Notifier
	t    *testing.T
	stop context.CancelFunc
	done chan error
}

// run starts a notifier whose pauses are short, and waits until it knows where
// it is.
func (w *world) run(c Config) *running {
	w.t.Helper()
	n, err := New(Deps{Log: w.log, Memory: w.memory, Letters: w.memory, Logger: slog.New(slog.NewTextHandler(w.logged, nil)), Now: w.now}, c)
	if err != nil {
		w.t.Fatal(err)
	}
	n.courier.pause = pauses{time.Millisecond, 4 * time.Millisecond}
	ctx, stop := context.WithCancel(context.Background())
	r := &running{Notifier: n, t: w.t, stop: stop, done: make(chan error, 1)}
	go func() { r.done <- n.Run(ctx) }()
	w.t.Cleanup(r.end)
	await(w.t, "the position", n.Ready())
	return r
}

// reaches waits until the notifier is done with an event.
func (r *running) reaches(seq uint64) {
	r.t.Helper()
	for until := time.Now().Add(limit); r.Position() < seq; {
		if time.Now().After(until) {
			r.t.Fatalf("position %d after %s, want %d", r.Position(), limit, seq)
		}
		time.Sleep(time.Millisecond)
	}
}

// end stops the notifier and waits for it. A second call does nothing.
func (r *running) end() {
	r.stop()
	if r.done == nil {
		return
	}
	if err := await(r.t, "the notifier's end", r.done); err != nil {
		r.t.Errorf("run: %v", err)
	}
	r.done = nil
}

// await gets a value from a channel, or what it gives when it is closed.
func await[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(limit):
		t.Fatalf("waited %s for %s", limit, what)
		panic("not reached")
	}
}

// lines is a log that can be searched.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
