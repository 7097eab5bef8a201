package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/chstore"
	"github.com/flagledger/flagledger/analytics/duckstore"
	"github.com/flagledger/flagledger/analytics/natsingest"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
	"github.com/flagledger/flagledger/internal/natsd"
)

const (
	ingestLives   = 6
	ingestBatches = 40 // published in each life, a few of them a second time
	ingestEvents  = 5  // of each batch, the last of which failed
	ingestWait    = time.Minute
)

var errWriterDied = errors.New("the writer died")

// TestExactlyOnce carries batches over a real JetStream into a real DuckDB file
// and a real engine of ClickHouse. In each life the writer dies between a write,
// which is committed, and its acknowledgement; then the store, the writer and,
// in every other life, the NATS server start anew. Batches are retried within
// the stream's memory and past it. At the end every sum is exact.
func TestExactlyOnce(t *testing.T) {
	t.Run("DuckDB", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "analytics.duckdb")
		exactlyOnce(t, func(int) (analyticsStore, error) {
			return duckstore.Open(context.Background(), duckstore.Config{Path: path, MemoryLimit: 256})
		})
	})
	t.Run("ClickHouse", func(t *testing.T) {
		server := chdbtest.Start(t)
		exactlyOnce(t, func(life int) (analyticsStore, error) {
			if life%2 == 1 {
				server.Kill(t)
				server.Restart(t)
			}
			return chstore.Open(context.Background(), chstore.Config{DSN: server.DSN()})
		})
	})
}

// analyticsStore is what both stores are.
type analyticsStore interface {
	analytics.Writer
	analytics.Reader
	Close() error
}

func exactlyOnce(t *testing.T, open func(life int) (analyticsStore, error)) {
	dir := t.TempDir()
	start := time.Now().UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	ingest := startIngest(t, dir)
	for life := range ingestLives {
		ingest.publish(t, life, start)
		store, err := open(life)
		if err != nil {
			t.Fatal(err)
		}
		dying := &mortal{Writer: store, dies: 1 + life%3, died: make(chan struct{})}
		stop := ingest.write(t, dying)
		select {
		case <-dying.died:
		case <-time.After(ingestWait):
			t.Fatalf("life %d: the writer made no write", life)
		}
		stop()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if life%2 == 1 {
			ingest.stop(t)
			ingest = startIngest(t, dir)
		}
	}
	store, err := open(ingestLives)
	if err != nil {
		t.Fatal(err)
	}
	stop := ingest.write(t, store)
	ingest.drain(t, store)
	stop()
	checkSums(t, store, start)
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	ingest.stop(t)
}

// mortal fails every write after its dies-th, and that one when it is
// committed: the writer never learns that it was.
type mortal struct {
	analytics.Writer
	writes, dies int // Write is called by one goroutine at a time
	once         sync.Once
	died         chan struct{}
}

func (m *mortal) Write(ctx context.Context, batches []analytics.Batch, to analytics.Position) (analytics.Written, error) {
	m.writes++
	if m.writes > m.dies {
		return analytics.Written{}, errWriterDied
	}
	w, err := m.Writer.Write(ctx, batches, to)
	if err == nil && m.writes == m.dies {
		m.once.Do(func() { close(m.died) })
		return analytics.Written{}, errWriterDied
	}
	return w, err
}

// ingestion is a NATS server with the event streams.
type ingestion struct {
	js        jetstream.JetStream
	publisher *natsingest.Publisher
	cancel    context.CancelFunc
	ended     chan error
}

func startIngest(t *testing.T, dir string) *ingestion {
	t.Helper()
	server, err := natsd.New(natsd.Config{StoreDir: filepath.Join(dir, "nats")}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	i := &ingestion{cancel: cancel, ended: make(chan error, 1)}
	go func() { i.ended <- server.Run(ctx) }()
	t.Cleanup(cancel)
	select {
	case <-server.Ready():
	case err := <-i.ended:
		t.Fatalf("the NATS server ended: %v", err)
	case <-time.After(ingestWait):
		t.Fatal("the NATS server is not ready")
	}
	conn, err := server.Connect(ctx, natsd.RoleApp, "exactly-once")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if i.js, err = jetstream.New(conn); err != nil {
		t.Fatal(err)
	}
	if err := natsingest.Setup(ctx, i.js, natsingest.StreamConfig{}); err != nil {
		t.Fatal(err)
	}
	i.publisher = natsingest.NewPublisher(i.js)
	return i
}

func (i *ingestion) stop(t *testing.T) {
	t.Helper()
	i.cancel()
	if err := <-i.ended; err != nil {
		t.Errorf("NATS server: %v", err)
	}
}

// publish reports a life's batches, every third of them twice, and once more
// some of the life before, as if the stream had forgotten their names.
func (i *ingestion) publish(t *testing.T, life int, start time.Time) {
	t.Helper()
	ctx := context.Background()
	for n := life * ingestBatches; n < (life+1)*ingestBatches; n++ {
		for range 1 + (n%3)/2 {
			if err := i.publisher.Publish(ctx, reported(n, start)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for n := max(0, life-1) * ingestBatches; n < life*ingestBatches; n += 7 {
		retry := reported(n, start)
		retry.SDK = "retried/1" // other bytes under the same name
		if err := i.publishAnew(ctx, retry); err != nil {
			t.Fatal(err)
		}
	}
}

// publishAnew puts a batch on the stream without the name that the stream
// would know it by.
func (i *ingestion) publishAnew(ctx context.Context, b analytics.Batch) error {
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = i.js.Publish(ctx, "events.default.production", data)
	return err
}

// write runs a writer; stop ends it and waits.
func (i *ingestion) write(t *testing.T, store analytics.Writer) (stop func()) {
	t.Helper()
	w, err := natsingest.NewWriter(i.js, store, i.publisher, slog.New(slog.DiscardHandler), natsingest.WriterConfig{
		FlushInterval: time.Millisecond, MaxItems: 60, MaxRetry: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("writer: %v", err)
		}
	}
}

// drain waits until the store has all of the stream.
func (i *ingestion) drain(t *testing.T, store analytics.Writer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), ingestWait)
	defer cancel()
	stream, err := i.js.Stream(ctx, natsingest.Stream)
	if err != nil {
		t.Fatal(err)
	}
	last := stream.CachedInfo().State.LastSeq
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		p, err := store.Position(ctx)
		if err != nil {
			t.Fatalf("waiting for %d: %v", last, err)
		}
		if p.Seq >= last {
			return
		}
		<-tick.C
	}
}

// reported is the n-th batch: a unit of its own, exposed to one of two
// variants, and its events, with n for a value.
func reported(n int, start time.Time) analytics.Batch {
	unit, value, variant := fmt.Sprint("account-", n), float64(n), "off"
	if n%2 == 1 {
		variant = "on"
	}
	b := analytics.Batch{
		ID: fmt.Sprint("batch-", n), Project: "default", Environment: "production",
		Exposures: []analytics.Exposure{{
			Flag: "f", Variant: variant, By: "accountId", Unit: unit, Version: 1, At: start,
		}},
	}
	for e := range ingestEvents {
		b.Events = append(b.Events, analytics.Event{
			Name: "m", Value: &value, Failed: e == ingestEvents-1, At: start.Add(time.Minute),
			Units: map[string]string{"accountId": unit},
		})
	}
	return b
}

// checkSums compares the store's answer with what was reported.
func checkSums(t *testing.T, s analytics.Reader, start time.Time) {
	t.Helper()
	count := analytics.Measure{Event: "m", Of: analytics.OfCount}
	failed := analytics.Measure{Event: "m", Of: analytics.OfFailed}
	got, err := s.Results(context.Background(), analytics.ResultQuery{
		Project: "default", Environment: "production", Flag: "f", By: "accountId", Variants: []string{"off", "on"},
		Strata: []analytics.Stratum{{FirstVersion: 1, LastVersion: 1, Start: start}}, Until: start.Add(time.Hour),
		Metrics: []analytics.MetricSpec{
			{Name: "errors", Numerator: failed, Denominator: &count},
			{Name: "values", Numerator: analytics.Measure{Event: "m", Of: analytics.OfSum}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const units = ingestLives * ingestBatches / 2
	for rank, v := range got.Increments {
		sum := 0.0
		for n := rank; n < 2*units; n += 2 {
			sum += float64(n * ingestEvents)
		}
		errors, values := v.Metrics[0], v.Metrics[1]
		if v.Units != units || v.Mixed != 0 || errors.PostDen != units*ingestEvents || errors.PostNum != units || values.PostNum != sum {
			t.Errorf("variant %d: %d units, %v events, %v failed, values sum to %v; want %d, %d, %d and %v",
				v.Variant, v.Units, errors.PostDen, errors.PostNum, values.PostNum, units, units*ingestEvents, units, sum)
		}
	}
	if len(got.Increments) != 2 {
		t.Errorf("%d variants", len(got.Increments))
	}
}
