package natsingest_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/natsingest"
)

// complete asks a writer that remembers no answer and does not run.
func complete(t testing.TB, js jetstream.JetStream, s analytics.Writer) time.Time {
	t.Helper()
	upTo, err := idle(t, js, s).Complete(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return upTo
}

func idle(t testing.TB, js jetstream.JetStream, s analytics.Writer) *natsingest.Writer {
	t.Helper()
	w, err := natsingest.NewWriter(js, s, natsingest.NewPublisher(js), slog.New(slog.DiscardHandler), natsingest.WriterConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// received is when the stream received a sequence.
func received(t testing.TB, js jetstream.JetStream, seq uint64) time.Time {
	t.Helper()
	stream, err := js.Stream(context.Background(), natsingest.Stream)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := stream.GetMsg(context.Background(), seq)
	if err != nil {
		t.Fatal(err)
	}
	return msg.Time
}

func isNow(t testing.TB, when string, ask func() time.Time) {
	t.Helper()
	before := time.Now()
	if got := ask(); got.Before(before) || got.After(time.Now()) {
		t.Errorf("%s: complete up to %v, want now, %v", when, got, before)
	}
}

func TestComplete(t *testing.T) {
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	publisher := natsingest.NewPublisher(js)
	now := func() time.Time { return complete(t, js, store) }
	isNow(t, "nothing was reported", now)
	publish(t, publisher, batch(1, 1))
	if got, want := now(), received(t, js, 1); !got.Equal(want) {
		t.Errorf("nothing is stored: %v, want the first message's time %v", got, want)
	}
	_, stop := run(t, js, store)
	store.reach(t, 1)
	stop()
	isNow(t, "all is stored", now)

	// The store refuses every write: the answer stays where it is.
	tried := make(chan struct{}, 1)
	store.before = func(int) error {
		select {
		case tried <- struct{}{}:
		default:
		}
		return errDied
	}
	publish(t, publisher, batch(2, 1), batch(3, 1))
	stuck, stop := run(t, js, store)
	<-tried
	want := received(t, js, 2)
	for _, w := range []*natsingest.Writer{stuck, idle(t, js, store)} {
		if got, err := w.Complete(context.Background()); err != nil || !got.Equal(want) {
			t.Errorf("stuck: %v, %v; want the oldest unstored message's time %v", got, err, want)
		}
	}
	stop()
	store.before = nil
	_, stop = run(t, js, store)
	store.reach(t, 3)
	stop()
	isNow(t, "caught up", now)
}

// TestCompleteOfLostTail: sequences that the stream gives away again, or a new
// stream, are not stored because the position has their numbers.
func TestCompleteOfLostTail(t *testing.T) {
	ctx := context.Background()
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	publisher := natsingest.NewPublisher(js)
	publish(t, publisher, batch(1, 1), batch(2, 1))
	_, stop := run(t, js, store)
	store.reach(t, 2)
	stop()
	p, err := store.Position(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p.Seq, p.At = 3, p.At.Add(time.Millisecond)
	store.commit(nil, p)
	waitUntil(p.At)
	for range 2 { // behind the position, and beside it
		publish(t, publisher, batch(int(end(t, js))+10, 1))
		if got := complete(t, js, store); !got.Equal(p.At) {
			t.Errorf("stream at %d, position at 3: complete up to %v, want %v", end(t, js), got, p.At)
		}
	}
	if err := js.DeleteStream(ctx, natsingest.Stream); err != nil {
		t.Fatal(err)
	}
	setup(t, js, natsingest.StreamConfig{})
	publish(t, publisher, batch(20, 1), batch(21, 1), batch(22, 1))
	if got, want := complete(t, js, store), received(t, js, 1); !got.Equal(want) {
		t.Errorf("replaced stream: complete up to %v, want %v", got, want)
	}
}

// asked counts the questions for the position, and may refuse them.
type asked struct {
	*memory
	times atomic.Int64
	err   error
}

func (s *asked) Position(ctx context.Context) (analytics.Position, error) {
	s.times.Add(1)
	if s.err != nil {
		return analytics.Position{}, s.err
	}
	return s.memory.Position(ctx)
}

// TestCompleteIsRemembered: many rollouts cost one look, errors are not kept,
// and who waits can give up.
func TestCompleteIsRemembered(t *testing.T) {
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := &asked{memory: newStore(), err: errDied}
	w := idle(t, js, store)
	if _, err := w.Complete(context.Background()); !errors.Is(err, errDied) {
		t.Errorf("store refuses: %v", err)
	}
	store.err = nil
	began := time.Now()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := w.Complete(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most := 2 + int64(time.Since(began)/(200*time.Millisecond)); store.times.Load() > most {
		t.Errorf("%d questions to the store, want at most %d", store.times.Load(), most)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := idle(t, js, &asked{memory: newStore()}).Complete(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
