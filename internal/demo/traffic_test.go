package demo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/evaluator"
)

// fakeServer gives one ruleset after another and keeps the events it is sent.
type fakeServer struct {
	*httptest.Server
	mu        sync.Mutex
	ruleset   evaluator.Ruleset
	changed   chan struct{}
	failed    map[bool]int // rendering events by outcome
	exposures map[string]int
	units     map[string]string // of the last event
}

func newFakeServer(t *testing.T) *fakeServer {
	f := &fakeServer{
		ruleset: demoRuleset(1, 50_000), changed: make(chan struct{}),
		failed: make(map[bool]int), exposures: make(map[string]int),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/ruleset/stream", f.stream)
	mux.HandleFunc("POST /api/v1/ruleset/ack", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("POST /api/v1/events", f.events)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(func() {
		f.CloseClientConnections()
		f.Close()
	})
	return f
}

// demoRuleset sends a share of the accounts to the new engine, in buckets of
// 0.001%.
func demoRuleset(revision uint64, weight int) evaluator.Ruleset {
	flag := func(on bool, serve evaluator.Serve) evaluator.Flag {
		return evaluator.Flag{
			Version: revision, Type: evaluator.TypeBoolean, Salt: "s",
			Variants: []evaluator.Variant{{Name: "on", Value: []byte("true")}, {Name: "off", Value: []byte("false")}},
			Config:   evaluator.Config{On: on, OffVariant: "off", Default: serve},
		}
	}
	split := evaluator.Serve{Split: &evaluator.Split{By: "accountId", Weights: []evaluator.Weight{
		{Variant: "on", Weight: weight}, {Variant: "off", Weight: evaluator.TotalWeight - weight},
	}}}
	return evaluator.Ruleset{
		SpecVersion: evaluator.SpecVersion, Project: "invoicing", Environment: "production", Revision: revision,
		Flags: map[string]evaluator.Flag{
			FlagEngine:      flag(true, split),
			FlagMaintenance: flag(false, evaluator.Serve{Variant: "on"}),
		},
	}
}

func (f *fakeServer) set(rs evaluator.Ruleset) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ruleset = rs
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fakeServer) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		f.mu.Lock()
		rs, changed := f.ruleset, f.changed
		f.mu.Unlock()
		data, _ := json.Marshal(rs)
		_, _ = fmt.Fprintf(w, "event: put\nid: %d\ndata: %s\n\n", rs.Revision, data)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

func (f *fakeServer) events(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		body, _ = gzip.NewReader(body)
	}
	var batch struct {
		Exposures []struct{ Flag string }
		Events    []struct {
			Name   string
			Value  *float64
			Failed bool
			Units  map[string]string
		}
	}
	if err := json.NewDecoder(body).Decode(&batch); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range batch.Exposures {
		f.exposures[e.Flag]++
	}
	for _, e := range batch.Events {
		if e.Name == RenderEvent && e.Value != nil && *e.Value > 0 {
			f.failed[e.Failed]++
			f.units = e.Units
		}
	}
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{}`)
}

// lines runs traffic and gives its lines one by one.
func lines(ctx context.Context, t *testing.T, cfg Config) (<-chan Progress, <-chan error) {
	t.Helper()
	in, out := io.Pipe()
	got, end := make(chan Progress, 10_000), make(chan error, 1)
	go func() {
		defer close(got)
		scanner := bufio.NewScanner(in)
		for scanner.Scan() {
			var p Progress
			if err := json.Unmarshal(scanner.Bytes(), &p); err != nil {
				t.Errorf("line %q: %v", scanner.Text(), err)
			}
			got <- p
		}
	}()
	go func() {
		err := RunTraffic(ctx, cfg, out)
		_ = out.Close()
		end <- err
	}()
	return got, end
}

// until returns the first line for which holds, and fails at the end of lines.
func until(t *testing.T, in <-chan Progress, what string, holds func(Progress) bool) Progress {
	t.Helper()
	for p := range in {
		if holds(p) {
			return p
		}
	}
	t.Fatalf("the lines ended without %s", what)
	return Progress{}
}

func ofKind(k Kind) func(Progress) bool { return func(p Progress) bool { return p.Kind == k } }

// TestTraffic runs the story: half of the accounts get the bad engine, then
// nobody does.
func TestTraffic(t *testing.T) {
	f := newFakeServer(t)
	stdin, parent := io.Pipe()
	const watchers = 8
	got, end := lines(t.Context(), t, Config{
		URL: f.URL, Key: "fl_server_x", Seed: 1, Rate: 2000, Watchers: watchers, Interval: 20 * time.Millisecond, Until: stdin,
	})
	until(t, got, "the start", ofKind(KindStarted))
	until(t, got, "harm", func(p Progress) bool {
		return p.Kind == KindProgress && p.Actual.Failures >= 3 && p.NewShare > 0
	})
	decided := time.Now()
	f.set(demoRuleset(2, 0))
	arrivals := until(t, got, "the arrival at all watchers", func(p Progress) bool { return p.Kind == KindArrivals && p.Revision == 2 })
	if len(arrivals.Arrivals) != watchers || arrivals.Watchers != watchers || !slices.IsSorted(arrivals.Arrivals) ||
		arrivals.Arrivals[0] < decided.UnixNano() || arrivals.Arrivals[watchers-1] > time.Now().UnixNano() {
		t.Errorf("arrivals = %+v", arrivals)
	}
	until(t, got, "traffic without the new engine", func(p Progress) bool {
		return p.Kind == KindProgress && p.Revision == 2 && p.NewShare == 0 && p.PerSecond > 0
	})
	_ = parent.Close() // the process that started it is gone
	done := until(t, got, "the end", ofKind(KindDone))
	if err := <-end; err != nil {
		t.Fatalf("RunTraffic = %v", err)
	}
	checkDone(t, f, done)
}

func checkDone(t *testing.T, f *fakeServer, p Progress) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.Invoices != p.Old.Invoices+p.New.Invoices || p.Invoices != f.failed[true]+f.failed[false] {
		t.Errorf("invoices = %d, old %d, new %d, delivered %v", p.Invoices, p.Old.Invoices, p.New.Invoices, f.failed)
	}
	if failures := p.Old.Failures + p.New.Failures; failures != f.failed[true] || p.New.Failures < p.Actual.Failures {
		t.Errorf("failures = %d, delivered %d; harm %d of %d", failures, f.failed[true], p.Actual.Failures, p.New.Failures)
	}
	if p.AllAtOnce.Failures <= p.Actual.Failures || p.AllAtOnce.Accounts < p.Actual.Accounts || p.Actual.Accounts < 1 {
		t.Errorf("actual harm %+v, all at once %+v", p.Actual, p.AllAtOnce)
	}
	if p.AccountsTreated < 1 || p.AccountsTreated >= p.Accounts {
		t.Errorf("%d of %d accounts treated", p.AccountsTreated, p.Accounts)
	}
	if p.Client.Dropped+p.Client.Lost+p.Client.Rejected+p.Client.Refused > 0 || p.Error != "" {
		t.Errorf("not everything was delivered: %+v %s", p.Client, p.Error)
	}
	if f.exposures[FlagEngine] < p.Accounts || len(f.exposures) != 1 {
		t.Errorf("exposures = %v, accounts %d", f.exposures, p.Accounts)
	}
	if f.units["accountId"] == "" || f.units["targetingKey"] == "" || f.units["plan"] != "" {
		t.Errorf("units = %v, want the account and the user", f.units)
	}
}

func TestHealthyTraffic(t *testing.T) {
	f := newFakeServer(t)
	got, end := lines(t.Context(), t, Config{URL: f.URL, Key: "fl_server_x", Healthy: true, Workers: 2, Limit: 300})
	done := until(t, got, "the end", ofKind(KindDone))
	if err := <-end; err != nil || done.Invoices < 300 || done.Actual != (Harm{}) || done.AllAtOnce != (Harm{}) || done.New.Invoices == 0 {
		t.Errorf("RunTraffic = %v, %+v", err, done)
	}
}

// TestMaintenance has a run in which every invoice is refused.
func TestMaintenance(t *testing.T) {
	f := newFakeServer(t)
	rs := demoRuleset(1, 0)
	flag := rs.Flags[FlagMaintenance]
	flag.On = true
	rs.Flags[FlagMaintenance] = flag
	f.set(rs)
	got, end := lines(t.Context(), t, Config{URL: f.URL, Key: "fl_server_x", Limit: 20})
	done := until(t, got, "the end", ofKind(KindDone))
	if err := <-end; err != nil || done.Paused < 20 || done.Invoices != 0 {
		t.Errorf("RunTraffic = %v, %+v", err, done)
	}
}

// TestTrafficWithoutRuleset has a server that refuses the key: the application
// goes on with its defaults, and says why.
func TestTrafficWithoutRuleset(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer srv.Close()
	got, end := lines(ctx, t, Config{URL: srv.URL, Key: "fl_server_x", Rate: 100, Interval: 10 * time.Millisecond})
	started := until(t, got, "the start", ofKind(KindStarted))
	until(t, got, "invoices", func(p Progress) bool { return p.Old.Invoices > 3 })
	cancel()
	if err := <-end; err != nil || !strings.Contains(started.Error, "401") || !started.Stale {
		t.Errorf("RunTraffic = %v, %+v", err, started)
	}
}

func TestTrafficErrors(t *testing.T) {
	gone := errors.New("nobody reads")
	f := newFakeServer(t)
	tests := map[string]struct {
		cfg Config
		out io.Writer
	}{
		"negative rate": {Config{URL: f.URL, Key: "fl_server_x", Rate: -1}, io.Discard},
		"no key":        {Config{URL: f.URL}, io.Discard},
		"no file":       {Config{URL: f.URL, Key: "fl_server_x", Invoices: "no-such-file.csv"}, io.Discard},
		"broken output": {Config{URL: f.URL, Key: "fl_server_x"}, brokenWriter{gone}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if err := RunTraffic(t.Context(), tc.cfg, tc.out); err == nil {
				t.Error("no error")
			} else if name == "broken output" && !errors.Is(err, gone) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// TestWatchersThatSkip has watchers that see other revisions than each other.
func TestWatchersThatSkip(t *testing.T) {
	var out bytes.Buffer
	var mu sync.Mutex
	w := &watching{
		clients: nil, latest: make([]sighting, 2), transport: &http.Transport{}, pending: make(map[uint64]*sights),
		write: func(p Progress) {
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintln(&out, p.Revision, p.Arrivals)
		},
	}
	w.clients = append(w.clients, nil, nil)
	at := func(ns int64) time.Time { return time.Unix(0, ns) }
	w.saw(0, change(5, at(1)))
	w.saw(1, change(5, at(2)))
	w.ready = true
	w.saw(0, change(7, at(10))) // has gone past 6
	w.saw(1, change(6, at(20)))
	w.saw(1, change(7, at(30)))
	w.saw(1, change(8, at(40)))
	w.close()
	if want := "6 [10 20]\n7 [10 30]\n8 [40]\n"; out.String() != want {
		t.Errorf("arrivals:\n%swant:\n%s", out.String(), want)
	}
}

func change(revision uint64, at time.Time) client.Change {
	return client.Change{Revision: revision, At: at, Source: client.SourceServer}
}
