package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/internal/hygiene/hygienetest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/workflow"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an API over a real ledger in memory.
type world struct {
	t       testing.TB
	api     *API
	handler http.Handler
	log     *memlog.Log
	ledger  *ledger.Ledger
	ingest  *fakeIngest
	logged  *lockedBuffer
	// keys by name: admin, editor, viewer (all projects), local (admin of
	// shop), server, client (production), staging (server, staging).
	keys map[string]Key
	// converted is how many of 1,000 units did, by variant; asked is what
	// was asked about them.
	converted map[string]float64
	asked     []analytics.ResultQuery
	counted   int // how often usage was

	mu    sync.Mutex
	clock time.Time
}

// fakeIngest keeps what is published, and fails with err while that is set.
type fakeIngest struct {
	mu      sync.Mutex
	err     error
	discard bool
	batches []analytics.Batch
}

func (f *fakeIngest) Publish(_ context.Context, b analytics.Batch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil && !f.discard {
		f.batches = append(f.batches, b)
	}
	return f.err
}

func (f *fakeIngest) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *fakeIngest) all() []analytics.Batch {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]analytics.Batch(nil), f.batches...)
}

// Results implements experiment.Reader: units convert in the variants as in
// w.converted.
func (w *world) Results(_ context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	w.asked = append(w.asked, q)
	var r analytics.Results
	for v, variant := range q.Variants {
		x, ok := w.converted[variant]
		if !ok {
			continue
		}
		increment := analytics.Increment{Cell: analytics.Cell{Variant: v}, Units: 1000}
		if q.Dimension != "" {
			increment.Value = "=1+1"
		}
		for range q.Metrics {
			increment.Metrics = append(increment.Metrics, stats.PairedRatioSums{N: 1000, PostNum: x, PostNumSquares: x}.OnePerUnit())
		}
		r.Increments = append(r.Increments, increment)
	}
	return r, nil
}

// Sample implements analytics.Sampler over what was published.
func (w *world) Sample(_ context.Context, q analytics.SampleQuery) (analytics.Sample, error) {
	var s analytics.Sample
	for _, b := range w.ingest.all() {
		for _, e := range b.Exposures {
			if q.Flag != "" && e.Flag != q.Flag || e.At.Before(q.Since) {
				continue
			}
			if s.Total++; len(s.Exposures) < q.N {
				s.Exposures = append(s.Exposures, e)
			}
		}
	}
	return s, nil
}

// Usage implements analytics.UsageReader over what was published.
func (w *world) Usage(_ context.Context, q analytics.UsageQuery) (map[string]analytics.Usage, error) {
	w.counted++
	out := map[string]analytics.Usage{}
	for _, b := range w.ingest.all() {
		for _, e := range b.Exposures {
			if u := out[e.Flag]; b.Environment == q.Environment {
				out[e.Flag] = analytics.Usage{Units: u.Units + 1, Last: e.At, Variants: []string{e.Variant}}
			}
		}
	}
	return out, nil
}

// Looks implements Looks: each rollout was looked at once.
func (w *world) Looks(start uint64) []workflow.Looked {
	return []workflow.Looked{{At: epoch, Decision: workflow.KindWait, Reason: fmt.Sprint("began at ", start)}}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

var epoch = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newWorld(t testing.TB, cfg Config) *world {
	t.Helper()
	w := &world{t: t, ingest: &fakeIngest{}, logged: &lockedBuffer{}, keys: map[string]Key{}, clock: epoch}
	var err error
	if w.log, err = memlog.New(memlog.Config{Now: w.now}); err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(w.logged, nil))
	p := projector.New(w.log, logger, projector.Config{Now: w.now})
	w.ledger = ledger.New(w.log, p, w.now)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("projector: %v", err)
		}
	})
	<-p.Ready()
	scans := &hygienetest.Scans{}
	w.api, err = New(Deps{
		Commands: w.ledger, Projector: p, Log: w.log, Ingest: w.ingest, Results: w, Samples: w, Usage: w, Looks: w,
		Hygiene: hygiene.NewInspector(w, scans, hygiene.Limits{}), Scans: scans,
		Metrics: prometheus.NewRegistry(), Logger: logger, Now: w.now,
	}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.handler = w.api.Handler()
	w.seed()
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// seed makes two projects and a key of each sort.
func (w *world) seed() {
	w.do(ledger.CreateProject{Project: "shop", Name: "Shop"})
	w.do(ledger.CreateProject{Project: "bank", Name: "Bank"})
	w.do(ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}})
	w.addKey("admin", ledger.AccessKey{Kind: ledger.AccessAdmin, Role: ledger.RoleAdmin})
	w.addKey("editor", ledger.AccessKey{Kind: ledger.AccessAdmin, Role: ledger.RoleEditor})
	w.addKey("viewer", ledger.AccessKey{Kind: ledger.AccessAdmin, Role: ledger.RoleViewer})
	w.addKey("local", ledger.AccessKey{Kind: ledger.AccessAdmin, Role: ledger.RoleAdmin, Project: "shop"})
	w.addKey("server", ledger.AccessKey{Kind: ledger.AccessServer, Project: "shop", Environment: "production"})
	w.addKey("client", ledger.AccessKey{Kind: ledger.AccessClient, Project: "shop", Environment: "production"})
	w.addKey("staging", ledger.AccessKey{Kind: ledger.AccessServer, Project: "shop", Environment: "staging"})
}

func (w *world) addKey(name string, k ledger.AccessKey) {
	made := NewKey(k.Kind)
	k.Name, k.Hash = name, made.Hash
	w.do(ledger.CreateAccessKey{ID: made.ID, Key: k})
	w.keys[name] = made
}

func (w *world) do(cmd ledger.Command) ledger.Receipt {
	w.t.Helper()
	r, err := w.ledger.Do(context.Background(), cmd, ledger.Meta{
		Actor: ledger.Actor{Kind: ledger.ActorSystem, ID: "test"},
	})
	if err != nil {
		w.t.Fatalf("%T: %v", cmd, err)
	}
	return r
}

func (w *world) end() uint64 {
	end, err := w.log.End(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return end
}

// reply is an answer that has been read.
type reply struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// call sends a request. body is sent as it is when it is a string or bytes,
// and as JSON otherwise; headers come in pairs.
func (w *world) call(key, method, path string, body any, headers ...string) reply {
	w.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	r := httptest.NewRequest(method, path, reader)
	if reader != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if k, ok := w.keys[key]; ok {
		r.Header.Set("Authorization", "Bearer "+k.Text)
	} else if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return reply{rec, w.t}
}

// wants fails the test unless the status is as given.
func (r reply) wants(status int) reply {
	r.t.Helper()
	if r.Code != status {
		r.t.Fatalf("got %d, want %d: %s", r.Code, status, r.Body)
	}
	return r
}

// into decodes the body into v.
func (r reply) into(v any) {
	r.t.Helper()
	if err := json.Unmarshal(r.Body.Bytes(), v); err != nil {
		r.t.Fatalf("body is not a %T: %v: %s", v, err, r.Body)
	}
}

// tree reads the body as an object.
func (r reply) tree() map[string]any {
	r.t.Helper()
	var out map[string]any
	if err := json.Unmarshal(r.Body.Bytes(), &out); err != nil {
		r.t.Fatalf("body is not an object: %v: %s", err, r.Body)
	}
	return out
}

// at digs into the body: keys of objects, indexes of arrays.
func (r reply) at(path ...any) any {
	r.t.Helper()
	var v any = r.tree()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			object, ok := v.(map[string]any)
			if !ok {
				r.t.Fatalf("%v: %v is not an object in %s", path, step, r.Body)
			}
			v = object[s]
		case int:
			list, ok := v.([]any)
			if !ok || s >= len(list) {
				r.t.Fatalf("%v: no element %v in %s", path, step, r.Body)
			}
			v = list[s]
		}
	}
	return v
}

// as is v.(T) with a message that says what v is instead.
func as[T any](v any) T {
	out, ok := v.(T)
	if !ok {
		panic(fmt.Sprintf("%v is a %T, not a %T", v, v, out))
	}
	return out
}

// is fails the test unless the body has want at path.
func (r reply) is(want any, path ...any) reply {
	r.t.Helper()
	if got := r.at(path...); got != want {
		r.t.Errorf("%v = %v (%T), want %v (%T) in %s", path, got, got, want, want, r.Body)
	}
	return r
}

// problem fails the test unless the answer is a problem of that code which
// names the field, if one is given.
func (r reply) problem(c code, field string) {
	r.t.Helper()
	r.wants(statusOf(c))
	if kind := r.Header().Get("Content-Type"); kind != "application/problem+json" {
		r.t.Errorf("Content-Type is %q: %s", kind, r.Body)
	}
	r.is(problemType+string(c), "type")
	r.is(float64(statusOf(c)), "status")
	if r.at("title") == nil || r.at("detail") == nil {
		r.t.Errorf("title or detail is missing: %s", r.Body)
	}
	if field == "" {
		return
	}
	errs, _ := r.at("errors").([]any)
	for _, e := range errs {
		if location, _ := e.(map[string]any)["location"].(string); location == field {
			return
		}
	}
	r.t.Errorf("no error names %s: %s", field, r.Body)
}
