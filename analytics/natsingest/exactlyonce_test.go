package natsingest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/natsingest"
)

var errDied = errors.New("died")

// TestExactlyOnce lets writers die, one after the other, before a write and
// between a write and its acknowledgement, while batches come in. Some live on
// and retry, some are replaced. In the end every sum must be exact.
func TestExactlyOnce(t *testing.T) {
	const batches, events = 240, 3
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	publisher := natsingest.NewPublisher(js)
	var publishing sync.WaitGroup
	for p := range 4 {
		publishing.Go(func() {
			for n := p; n < batches; n += 4 {
				if err := publisher.Publish(context.Background(), batch(n, events)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	extra := batches
	more := func() {
		publish(t, publisher, batch(extra, events))
		extra++
	}
	for life := range 8 {
		died := make(chan struct{}, 100)
		die := func(n int) error {
			if n%(1+life%3) == 0 {
				died <- struct{}{}
				return errDied
			}
			return nil
		}
		store.n, store.before, store.after = 0, nil, nil
		if life%2 == 0 {
			store.before = die
		} else {
			store.after = die
		}
		_, stop := run(t, js, store)
		more()
		for deaths := 0; deaths < 1+life/4; { // from the second on the writer has started again by itself
			select {
			case <-died:
				deaths++
				more()
			case <-store.wrote:
				more()
			case <-time.After(patience):
				t.Fatal("no write was made")
			}
		}
		stop()
	}
	publishing.Wait()
	last := end(t, js)
	store.before, store.after = nil, nil
	more()
	w, stop := run(t, js, store)
	store.reach(t, last+1)
	stop()
	n := int(last + 1)
	if got, want := store.sums(), (sums{Exposures: n, Units: n, Events: n * events, Failed: n}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if s := w.Stats(); s.Lost != 0 || s.Rejected != 0 || s.Position != last+1 || s.Lag != 0 {
		t.Errorf("stats %+v", s)
	}
}

func end(t testing.TB, js jetstream.JetStream) uint64 {
	t.Helper()
	stream, err := js.Stream(context.Background(), natsingest.Stream)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo().State.LastSeq
}

func TestRetriedBatchCountsOnce(t *testing.T) {
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	publisher := natsingest.NewPublisher(js)
	publish(t, publisher, batch(1, 2), batch(1, 2), batch(2, 2))
	if s := publisher.Stats(); s.Accepted != 3 || s.Duplicates != 1 {
		t.Errorf("publisher %+v", s)
	}
	// Once more, as after the stream's memory for names has passed.
	raw, err := json.Marshal(batch(2, 2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(context.Background(), "events.my~project.prod", raw); err != nil {
		t.Fatal(err)
	}
	w, stop := run(t, js, store)
	store.reach(t, 3)
	stop()
	if got := store.sums(); got.Events != 4 || got.Units != 2 {
		t.Errorf("%+v, want 4 events of 2 units", got)
	}
	if s := w.Stats(); s.Batches != 2 || s.Duplicates != 1 || s.Events != 4 || s.Exposures != 2 {
		t.Errorf("writer %+v", s)
	}
}

// TestLargeBatch: what is larger than a message arrives in parts, once.
func TestLargeBatch(t *testing.T) {
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	large := batch(1, 9_000)
	for i := range large.Events {
		large.Events[i].Attributes = map[string]string{"path": strings.Repeat("x", 100)}
	}
	publisher := natsingest.NewPublisher(js)
	publish(t, publisher, large, large)
	if s := publisher.Stats(); s.Accepted < 4 || s.Duplicates != s.Accepted/2 {
		t.Errorf("publisher %+v, want several parts, each once more", s)
	}
	_, stop := run(t, js, store)
	store.reach(t, end(t, js))
	stop()
	if got := store.sums(); got.Events != 9_000 || got.Failed != 1 {
		t.Errorf("%+v, want 9000 events", got)
	}
	single := batch(2, 1)
	single.Events = nil
	single.Exposures[0].Unit = strings.Repeat("x", natsingest.MaxMessage)
	if err := publisher.Publish(context.Background(), single); !errors.Is(err, natsingest.ErrTooLarge) {
		t.Errorf("an item larger than a message: %v", err)
	}
}

func TestDeadLetters(t *testing.T) {
	ctx := context.Background()
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	publisher := natsingest.NewPublisher(js)
	poison := batch(2, 1)
	poison.Events[0].Name = "a\x00b"
	publish(t, publisher, batch(1, 1))
	for _, data := range []string{`{"id":`, `{"id":"x"}`} {
		if _, err := js.Publish(ctx, "events.p.e", []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, publisher, poison, batch(3, 1))
	_, rejected := poison.Split(time.Now())
	if err := publisher.Reject(ctx, poison, rejected, time.Now()); err != nil {
		t.Fatal(err)
	}
	w, stop := run(t, js, store)
	store.reach(t, 5)
	stop()
	if got := store.sums(); got.Events != 2 || got.Units != 2 {
		t.Errorf("%+v, want the two events of the good batches", got)
	}
	if s := w.Stats(); s.Rejected != 3 || s.Batches != 3 {
		t.Errorf("stats %+v, want 3 rejected and 3 batches", s)
	}
	letters := deadLetters(t, js)
	if len(letters) != 3 { // the writer's letter on poison is the API's
		t.Fatalf("%d letters: %+v", len(letters), letters)
	}
	byReason := fmt.Sprint(letters[0].Item.Path, letters[1].Seq, string(letters[1].Data), letters[2].Seq)
	flood := batch(4, 0)
	flood.Events = make([]analytics.Event, natsingest.MaxRejected+50)
	_, rejected = flood.Split(time.Now())
	if err := publisher.Reject(ctx, flood, rejected, time.Now()); err != nil {
		t.Fatal(err)
	}
	all := deadLetters(t, js)
	if len(all) != 3+natsingest.MaxRejected+1 || !strings.HasPrefix(all[3].Reason, "50 more") {
		t.Errorf("%d letters after a flood, the first %q", len(all), all[3].Reason)
	}
	if byReason != `events[0]2{"id":3` || letters[1].Reason == "" {
		t.Errorf("letters %s: %+v", byReason, letters)
	}
}

func deadLetters(t *testing.T, js jetstream.JetStream) []natsingest.DeadLetter {
	t.Helper()
	ctx := context.Background()
	stream, err := js.Stream(ctx, natsingest.DeadLetterStream)
	if err != nil {
		t.Fatal(err)
	}
	var letters []natsingest.DeadLetter
	for seq := uint64(1); seq <= stream.CachedInfo().State.LastSeq; seq++ {
		msg, err := stream.GetMsg(ctx, seq)
		if err != nil {
			t.Fatal(err)
		}
		var l natsingest.DeadLetter
		if err := json.Unmarshal(msg.Data, &l); err != nil {
			t.Fatal(err)
		}
		letters = append(letters, l)
	}
	return letters
}

// TestLossIsCounted: the stream discards what the writer, away, has not read.
func TestLossIsCounted(t *testing.T) {
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{MaxBytes: 1 << 20})
	store := newStore()
	publisher := natsingest.NewPublisher(js)
	publish(t, publisher, batch(0, 1))
	_, stop := run(t, js, store)
	store.reach(t, 1)
	stop()
	for n := 1; n <= 30; n++ {
		publish(t, publisher, batch(n, 500)) // about 60 kB each
	}
	stream, err := js.Stream(context.Background(), natsingest.Stream)
	if err != nil {
		t.Fatal(err)
	}
	state := stream.CachedInfo().State
	if state.FirstSeq <= 2 {
		t.Fatalf("nothing was discarded: %+v", state)
	}
	w, stop := run(t, js, store)
	store.reach(t, state.LastSeq)
	stop()
	if s, lost := w.Stats(), state.FirstSeq-2; s.Lost != lost || s.Batches != state.LastSeq-state.FirstSeq+1 {
		t.Errorf("stats %+v, want %d lost", s, lost)
	}
	if got := store.sums(); got.Units != int(state.LastSeq-state.FirstSeq+2) {
		t.Errorf("%+v of %d messages", got, state.LastSeq-state.FirstSeq+1)
	}
}

// TestStreamReplaced: a new stream starts at 1 again, below the position.
func TestStreamReplaced(t *testing.T) {
	ctx := context.Background()
	js := serve(t)
	setup(t, js, natsingest.StreamConfig{})
	store := newStore()
	publisher := natsingest.NewPublisher(js)
	publish(t, publisher, batch(1, 1), batch(2, 1), batch(3, 1))
	_, stop := run(t, js, store)
	store.reach(t, 3)
	stop()
	if err := js.DeleteStream(ctx, natsingest.Stream); err != nil {
		t.Fatal(err)
	}
	setup(t, js, natsingest.StreamConfig{})
	publish(t, publisher, batch(3, 1), batch(4, 1)) // one was stored before
	w, stop := run(t, js, store)
	store.reach(t, 2)
	stop()
	if got := store.sums(); got.Units != 4 || got.Events != 4 {
		t.Errorf("%+v, want 4 units", got)
	}
	if s := w.Stats(); s.Lost != 0 || s.Duplicates != 1 || s.Position != 2 {
		t.Errorf("stats %+v", s)
	}
}

// TestTailLost: after a power cut the stream is behind the position, and gives
// the lost sequences to new messages. Both are found: a stream that is still
// behind, and one that has overtaken.
func TestTailLost(t *testing.T) {
	for _, more := range []int{1, 5} {
		t.Run(fmt.Sprint(more, " more"), func(t *testing.T) {
			ctx := context.Background()
			js := serve(t)
			setup(t, js, natsingest.StreamConfig{})
			store := newStore()
			publisher := natsingest.NewPublisher(js)
			publish(t, publisher, batch(1, 1), batch(2, 1))
			_, stop := run(t, js, store)
			store.reach(t, 2)
			stop()
			// The store has read up to 4; the stream has forgotten 3 and 4.
			p, err := store.Position(ctx)
			if err != nil {
				t.Fatal(err)
			}
			p.Seq, p.At = 4, p.At.Add(time.Millisecond)
			store.commit([]analytics.Batch{batch(3, 1), batch(4, 1)}, p)
			waitUntil(p.At)
			for n := range more {
				publish(t, publisher, batch(10+n, 1))
			}
			w, stop := run(t, js, store)
			store.reach(t, uint64(2+more))
			stop()
			if got := store.sums(); got.Units != 4+more {
				t.Errorf("%+v, want %d units", got, 4+more)
			}
			if s := w.Stats(); s.Lost != 0 {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// waitUntil spends the time until t, of which a message must not be older.
func waitUntil(t time.Time) {
	timer := time.NewTimer(time.Until(t) + time.Millisecond)
	<-timer.C
}
