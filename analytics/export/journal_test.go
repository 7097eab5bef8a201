package export

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/internal/natsd"
)

// connect starts a NATS server on a folder; stop ends it and waits.
func connect(t *testing.T, dir string) (js jetstream.JetStream, stop func()) {
	t.Helper()
	server, err := natsd.New(natsd.Config{StoreDir: dir}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	select {
	case <-server.Ready():
	case err := <-ended:
		t.Fatalf("the server ended: %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the server is not ready")
	}
	conn, err := server.Connect(ctx, natsd.RoleApp, "exports")
	if err != nil {
		t.Fatal(err)
	}
	if js, err = jetstream.New(conn); err != nil {
		t.Fatal(err)
	}
	if err := Setup(ctx, js); err != nil {
		t.Fatal(err)
	}
	return js, func() {
		conn.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server: %v", err)
		}
	}
}

// TestJournal remembers over a restart, each export its own.
func TestJournal(t *testing.T) {
	dir, ctx := filepath.Join(t.TempDir(), "nats"), context.Background()
	js, stop := connect(t, dir)
	a, b := NewJournal(js, "a"), NewJournal(js, "b")
	if p, variants, err := a.Load(ctx); err != nil || p != (analytics.Position{}) || len(variants) != 0 {
		t.Fatalf("a new journal has %+v, %v: %v", p, variants, err)
	}
	want := map[string]string{}
	for n := range 12_000 {
		want[fmt.Sprintf("%032x", n)] = fmt.Sprint("variant ", n%3)
	}
	position := analytics.Position{Epoch: 4, Seq: 77, At: noon}
	if err := a.Save(ctx, want, analytics.Position{Seq: 1}); err != nil {
		t.Fatal(err)
	}
	changed := map[string]string{fmt.Sprintf("%032x", 5): "another"}
	maps.Copy(want, changed)
	if err := a.Save(ctx, changed, position); err != nil {
		t.Fatal(err)
	}
	if err := b.Save(ctx, nil, analytics.Position{Seq: 2}); err != nil {
		t.Fatal(err)
	}
	stop()
	js, stop = connect(t, dir)
	defer stop()
	p, variants, err := NewJournal(js, "a").Load(ctx)
	if err != nil || !p.At.Equal(position.At) || p.Seq != position.Seq || p.Epoch != position.Epoch {
		t.Errorf("position %+v after a restart, want %+v: %v", p, position, err)
	}
	if diff := cmp.Diff(want, variants); diff != "" {
		t.Errorf("variants (-saved +loaded):\n%s", diff)
	}
	if p, variants, err := NewJournal(js, "b").Load(ctx); err != nil || p.Seq != 2 || len(variants) != 0 {
		t.Errorf("the other has %+v, %d variants: %v", p, len(variants), err)
	}
}
