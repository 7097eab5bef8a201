package natsingest_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/natsingest"
)

const patience = 20 * time.Second

// serve starts a server of its own and returns a client.
func serve(t testing.TB) jetstream.JetStream {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		ServerName: "test", DontListen: true, JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, NoSigs: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(patience) {
		t.Fatal("server is not ready")
	}
	conn, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func setup(t testing.TB, js jetstream.JetStream, c natsingest.StreamConfig) {
	t.Helper()
	if err := natsingest.Setup(context.Background(), js, c); err != nil {
		t.Fatal(err)
	}
}

// run starts a writer; stop ends it and waits.
func run(t testing.TB, js jetstream.JetStream, s analytics.Writer) (w *natsingest.Writer, stop func()) {
	t.Helper()
	w, err := natsingest.NewWriter(js, s, natsingest.NewPublisher(js), slog.New(slog.DiscardHandler),
		natsingest.WriterConfig{FlushInterval: 10 * time.Millisecond, MaxRetry: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	return w, stop
}

func start() time.Time { return time.Now().UTC().Truncate(time.Hour).Add(-time.Hour) }

// batch has one exposed unit of its own and events of it, the last of which
// failed.
func batch(n, events int) analytics.Batch {
	unit, value := fmt.Sprint("a", n), float64(n)
	b := analytics.Batch{
		ID: fmt.Sprint("b", n), Project: "my.project", Environment: "prod", ReceivedAt: time.Now().UTC(),
		Exposures: []analytics.Exposure{{Flag: "f", Variant: "on", By: "accountId", Unit: unit, Version: 1, At: start()}},
	}
	for i := range events {
		b.Events = append(b.Events, analytics.Event{
			Name: "m", Value: &value, Failed: i == events-1, At: start().Add(time.Second),
			Units: map[string]string{"accountId": unit, "userId": "u" + unit},
		})
	}
	return b
}

func publish(t testing.TB, p *natsingest.Publisher, batches ...analytics.Batch) {
	t.Helper()
	for _, b := range batches {
		if err := p.Publish(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRunLeavesNothing(t *testing.T) {
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	publish(t, natsingest.NewPublisher(js), batch(1, 2))
	before := goleak.IgnoreCurrent()
	_, stop := run(t, js, store)
	store.reach(t, 1)
	stop()
	// The server works for a consumer as long as there is one.
	if err := js.DeleteConsumer(context.Background(), natsingest.Stream, natsingest.Consumer); err != nil {
		t.Fatal(err)
	}
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

func TestConfigs(t *testing.T) {
	js := serve(t)
	if err := natsingest.Setup(context.Background(), js, natsingest.StreamConfig{Replicas: 2}); err == nil {
		t.Error("two replicas were accepted")
	}
	setup(t, js, natsingest.StreamConfig{})
	setup(t, js, natsingest.StreamConfig{MaxBytes: 64 << 20}) // a second start, with another limit
	stream, err := js.Stream(context.Background(), natsingest.Stream)
	if err != nil {
		t.Fatal(err)
	}
	if c := stream.CachedInfo().Config; c.PersistMode != jetstream.DefaultPersistMode || c.MaxBytes != 64<<20 || c.Discard != jetstream.DiscardOld {
		t.Errorf("stream config %+v", c)
	}
	for name, c := range map[string]natsingest.WriterConfig{
		"bytes below a message": {MaxBytes: 10}, "negative flush": {FlushInterval: -1},
	} {
		if _, err := natsingest.NewWriter(js, newStore(), natsingest.NewPublisher(js), slog.Default(), c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A writer that collects for the next write is told to stop.
func TestStopsWhileCollecting(t *testing.T) {
	js, store := serve(t), newStore()
	setup(t, js, natsingest.StreamConfig{})
	publisher := natsingest.NewPublisher(js)
	w, err := natsingest.NewWriter(js, store, publisher, slog.New(slog.DiscardHandler),
		natsingest.WriterConfig{FlushInterval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	for n := range 2 {
		if err := publisher.Publish(ctx, batch(n, 1)); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			store.reach(t, 1)
		}
	}
	for limit := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		c, err := js.Consumer(ctx, natsingest.Stream, natsingest.Consumer)
		if err == nil && c.CachedInfo().Delivered.Stream == 2 {
			break
		}
		if time.Now().After(limit) {
			t.Fatalf("message 2 was not delivered: %v", err)
		}
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("Run: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("the writer did not stop while it collected for the next write")
	}
}
