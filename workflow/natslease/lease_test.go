package natslease_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/workflow"
	"github.com/flagledger/flagledger/workflow/natslease"
)

var _ workflow.Lease = (*natslease.Lease)(nil)

// duration is short, but its tenth is longer than a busy machine lets a
// goroutine wait.
const duration = time.Second

// patience bounds every wait of a test.
const patience = 20 * time.Second

func config() natslease.Config { return natslease.Config{Duration: duration} }

func jet(t *testing.T, nc *nats.Conn) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func serve(t *testing.T) *natsdtest.Server {
	t.Helper()
	srv := natsdtest.Start(t, natsd.Config{})
	if err := natslease.Setup(t.Context(), jet(t, srv.Dial(t, natsd.RoleBoot)), config()); err != nil {
		t.Fatal(err)
	}
	return srv
}

// stay is one holding, on the test's clock.
type stay struct {
	who      int
	from, to time.Time // to is zero while it lasts
}

// book keeps the stays of all contenders.
type book struct {
	mu    sync.Mutex
	stays []stay
	news  chan int
}

func newBook() *book { return &book{news: make(chan int, 100)} }

func (b *book) work(who int) func(context.Context) error {
	return func(ctx context.Context) error {
		b.mu.Lock()
		i := len(b.stays)
		b.stays = append(b.stays, stay{who: who, from: time.Now()})
		b.mu.Unlock()
		b.news <- who
		<-ctx.Done()
		b.mu.Lock()
		defer b.mu.Unlock()
		b.stays[i].to = time.Now()
		return nil
	}
}

func (b *book) next(t *testing.T) int {
	t.Helper()
	select {
	case who := <-b.news:
		return who
	case <-time.After(patience):
		t.Fatal("nobody holds the lease")
		return -1
	}
}

// check fails if two stays overlap. It returns when each began.
func (b *book) check(t *testing.T) []stay {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, s := range b.stays {
		if i > 0 && (b.stays[i-1].to.IsZero() || s.from.Before(b.stays[i-1].to)) {
			t.Errorf("%+v begins before %+v has ended", s, b.stays[i-1])
		}
	}
	return slices.Clone(b.stays)
}

// runner is a contender with a connection of its own.
type runner struct {
	conn *nats.Conn
	stop func()
}

func run(t *testing.T, srv *natsdtest.Server, b *book, who int) runner {
	t.Helper()
	conn := srv.Dial(t, natsd.RoleApp)
	cfg := config()
	cfg.Name = fmt.Sprint("runner ", who)
	l, err := natslease.New(jet(t, conn), slog.New(slog.DiscardHandler), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.Hold(ctx, b.work(who)); err != nil {
			t.Errorf("runner %d: %v", who, err)
		}
	})
	stop := func() { cancel(); wg.Wait() }
	t.Cleanup(stop)
	return runner{conn, stop}
}

// TestContenders: of two and of five one holds; each that is cut off is
// followed by another in time, and there are never two.
func TestContenders(t *testing.T) {
	for _, n := range []int{2, 5} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			srv, b := serve(t), newBook()
			var runners []runner
			for who := range n {
				runners = append(runners, run(t, srv, b, who))
			}
			for range min(n-1, 3) {
				who := b.next(t)
				select {
				case other := <-b.news:
					t.Errorf("%d holds beside %d", other, who)
				case <-time.After(2 * duration):
				}
				cut := time.Now()
				runners[who].conn.Close()
				next := b.next(t)
				if took := time.Since(cut); took > 2*duration {
					t.Errorf("%d took over after %s", next, took)
				}
				b.news <- next
			}
			for _, r := range runners {
				r.stop()
			}
			b.check(t)
		})
	}
}

// TestRelease: one that stops is followed at the next look, and a restart of
// all of them does not wait.
func TestRelease(t *testing.T) {
	t.Parallel()
	srv, b := serve(t), newBook()
	first := run(t, srv, b, 1)
	b.next(t)
	second := run(t, srv, b, 2)
	for range 3 {
		stopped := time.Now()
		first.stop()
		if who, took := b.next(t), time.Since(stopped); who != 2 || took > duration*2/3 {
			t.Errorf("%d holds after %s", who, took)
		}
		second.stop()
		first = run(t, srv, b, 1)
		b.next(t)
		second = run(t, srv, b, 2)
	}
	first.stop()
	second.stop()
	b.check(t)
}

// TestDeleted: the entry or the whole bucket goes away under the holder. There
// is a holder again soon, and never two.
func TestDeleted(t *testing.T) {
	for name, remove := range map[string]func(context.Context, jetstream.JetStream, jetstream.KeyValue) error{
		"deleted": func(ctx context.Context, _ jetstream.JetStream, kv jetstream.KeyValue) error {
			return kv.Delete(ctx, natslease.DefaultKey)
		},
		"purged": func(ctx context.Context, _ jetstream.JetStream, kv jetstream.KeyValue) error {
			return kv.Purge(ctx, natslease.DefaultKey)
		},
		"bucket gone": func(ctx context.Context, js jetstream.JetStream, _ jetstream.KeyValue) error {
			return js.DeleteKeyValue(ctx, natslease.DefaultBucket)
		},
		"not ours": func(ctx context.Context, _ jetstream.JetStream, kv jetstream.KeyValue) error {
			_, err := kv.Put(ctx, natslease.DefaultKey, []byte("mine!"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, b := serve(t), newBook()
			js := jet(t, srv.Dial(t, natsd.RoleApp))
			kv, err := js.KeyValue(t.Context(), natslease.DefaultBucket)
			if err != nil {
				t.Fatal(err)
			}
			one, two := run(t, srv, b, 1), run(t, srv, b, 2)
			b.next(t)
			if err := remove(t.Context(), js, kv); err != nil {
				t.Fatal(err)
			}
			b.next(t)
			one.stop()
			two.stop()
			b.check(t)
		})
	}
}

// TestUnreachable: when the server is gone the holder stops in time and nobody
// else begins.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	srv, b := serve(t), newBook()
	one, two := run(t, srv, b, 1), run(t, srv, b, 2)
	b.next(t)
	gone := time.Now()
	srv.Stop(t)
	select {
	case who := <-b.news:
		t.Errorf("%d holds without a server", who)
	case <-time.After(3 * duration):
	}
	stays := b.check(t)
	if len(stays) != 1 || stays[0].to.IsZero() || stays[0].to.Sub(gone) > 2*duration {
		t.Errorf("the server went at %s, the holders were %+v", gone, stays)
	}
	one.stop()
	two.stop()
}

// TestSetup: a free lease is there from the start, and a second Setup leaves a
// held one alone.
func TestSetup(t *testing.T) {
	t.Parallel()
	srv, b := serve(t), newBook()
	js := jet(t, srv.Dial(t, natsd.RoleBoot))
	start := time.Now()
	r := run(t, srv, b, 1)
	if b.next(t); time.Since(start) > duration {
		t.Errorf("a fresh lease was held after %s", time.Since(start))
	}
	if err := natslease.Setup(t.Context(), js, config()); err != nil {
		t.Fatal(err)
	}
	kv, err := js.KeyValue(t.Context(), natslease.DefaultBucket)
	if err != nil {
		t.Fatal(err)
	}
	e, err := kv.Get(t.Context(), natslease.DefaultKey)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Holder, Name string
		RenewedAt    time.Time
	}
	if err := json.Unmarshal(e.Value(), &got); err != nil || got.Holder == "" || got.Name != "runner 1" || got.RenewedAt.IsZero() {
		t.Errorf("the entry is %s", e.Value())
	}
	r.stop()
	b.check(t)
}

func TestConfig(t *testing.T) {
	js := jet(t, natsdtest.Start(t, natsd.Config{}).Dial(t, natsd.RoleApp))
	for name, cfg := range map[string]natslease.Config{
		"bucket": {Bucket: "a.b"}, "key": {Key: "a..b"}, "replicas": {Replicas: 6},
		"negative replicas": {Replicas: -1}, "duration": {Duration: time.Millisecond}, "negative": {Duration: -1},
	} {
		if _, err := natslease.New(js, slog.New(slog.DiscardHandler), cfg); err == nil {
			t.Errorf("%s: New returned no error", name)
		}
		if err := natslease.Setup(t.Context(), js, cfg); err == nil {
			t.Errorf("%s: Setup returned no error", name)
		}
	}
	if _, err := natslease.New(nil, nil, natslease.Config{}); err == nil {
		t.Error("New without its parts returned no error")
	}
}
