package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// Run runs the contract. Open gives an empty store, and again gives another one on
// what the last one has.
func Run(t *testing.T, open func(t *testing.T) projector.Store, again func(t *testing.T) projector.Store) {
	t.Run("Empty", func(t *testing.T) { empty(t, open(t)) })
	t.Run("Everything", func(t *testing.T) { everything(t, open, again) })
	t.Run("Fenced", func(t *testing.T) { fenced(t, open, again) })
	t.Run("Poison", func(t *testing.T) { poison(t, open(t)) })
	t.Run("OtherLedger", func(t *testing.T) { otherLedger(t, open, again) })
}

func empty(t *testing.T, s projector.Store) {
	at, err := s.Checkpoint(t.Context())
	if err != nil || at != (projector.Checkpoint{}) {
		t.Errorf("checkpoint %+v, %v", at, err)
	}
	for _, table := range projector.Tables() {
		if rows, err := s.Table(t.Context(), table.Name); err != nil || len(rows) != 0 {
			t.Errorf("%s: %v, %v", table.Name, rows, err)
		}
	}
}

// Follow brings a store up to a ledger's end by a ReadModels of its own.
func Follow(t testing.TB, log ledger.Log, s projector.Store) error {
	t.Helper()
	end, err := log.End(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	m := projector.NewReadModels(log, s, quiet())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	for {
		if at, _ := m.At(); at >= end {
			cancel()
			return <-done
		}
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			at, behind := m.At()
			t.Fatalf("at event %d of %d: %v", at, end, behind)
		case <-time.After(time.Millisecond):
		}
	}
}

// Dump reads all tables and the events, with what JSON makes of them.
func Dump(t testing.TB, s projector.Store) map[string][]any {
	t.Helper()
	out := map[string][]any{}
	for _, table := range projector.Tables() {
		rows, err := s.Table(context.Background(), table.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			b, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(b, &v); err != nil {
				t.Fatal(err)
			}
			out[table.Name] = append(out[table.Name], v)
		}
	}
	err := s.Events(context.Background(), 1, func(e ledger.Stored) error {
		out["events"] = append(out["events"], []any{e.Seq, e.Subject, string(e.Data)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// reference is what a store in one go, made by Writer alone, would have.
func reference(t testing.TB, log ledger.Log, to projector.Store) map[string][]any {
	t.Helper()
	w := projector.NewWriter(to, quiet())
	err := log.Read(context.Background(), 1, ledger.AllSubjects, func(e ledger.Stored) error {
		return w.Apply(context.Background(), []ledger.Stored{e})
	})
	if err != nil {
		t.Fatal(err)
	}
	return Dump(t, to)
}

// everything applies a whole story at once, event by event, and over two
// projectors one after the other, and compares the tables.
func everything(t *testing.T, open, again func(t *testing.T) projector.Store) {
	s := NewStory(t)
	s.Everything()
	want := reference(t, s.Log, open(t))
	for _, table := range []string{"history", "flags", "flag_environments", "rollouts", "decisions", "segments", "plans", "metrics", "access_keys", "environments"} {
		if len(want[table]) == 0 {
			t.Errorf("the story leaves table %s empty", table)
		}
	}
	if n := len(want["rollouts"]); n != 2 {
		t.Errorf("%d rollouts, want both", n)
	}
	store := open(t)
	if err := Follow(t, s.Log, store); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, Dump(t, store)); diff != "" {
		t.Errorf("in one go (-event by event +batch):\n%s", diff)
	}
	s.Do(ledger.CreateFlag{FlagRef: flagRef("late")})
	s.Do(ledger.TurnOn{PlaceRef: placeRef("late", "dev")})
	resumed := again(t)
	if err := Follow(t, s.Log, resumed); err != nil {
		t.Fatal(err)
	}
	got := Dump(t, resumed)
	if diff := cmp.Diff(reference(t, s.Log, open(t)), got); diff != "" {
		t.Errorf("resumed (-event by event +resumed):\n%s", diff)
	}
}

// fenced lets two writers apply the same events: one of them must not.
func fenced(t *testing.T, open, again func(t *testing.T) projector.Store) {
	s := NewStory(t)
	var events []ledger.Stored
	err := s.Log.Read(t.Context(), 1, ledger.AllSubjects, func(e ledger.Stored) error {
		events = append(events, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	store := open(t)
	a, b := projector.NewWriter(store, quiet()), projector.NewWriter(again(t), quiet())
	if err := a.Apply(t.Context(), events[:2]); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), events); !errors.Is(err, projector.ErrFenced) {
		t.Errorf("the second writer: %v, want ErrFenced", err)
	}
	if err := a.Apply(t.Context(), events[2:]); err != nil {
		t.Error(err)
	}
	at, err := store.Checkpoint(t.Context())
	if err != nil || at.Seq != uint64(len(events)) || len(Dump(t, store)["history"]) != len(events) {
		t.Errorf("checkpoint %+v, %v", at, err)
	}
}

// poison puts events in the way that cannot be read: their flags stop, all else
// goes on.
func poison(t *testing.T, store projector.Store) {
	s := NewStory(t)
	for _, key := range []string{"a", "b", "c", "d", "good"} {
		s.Do(ledger.CreateFlag{FlagRef: flagRef(key)})
	}
	s.Raw("a", `{"type":"flag.exploded","v":1,"data":{"x":"\u0000"}}`)
	s.Raw("b", `{"type":"flag.turned_on","v":9,"data":{}}`)
	s.Raw("c", `no json at all`+"\x00\xff")
	s.Raw("d", `{"type":"flag.turned_on","v":1,"data":{"environment":7}}`)
	s.Do(ledger.TurnOn{PlaceRef: placeRef("good", "prod")})
	if err := Follow(t, s.Log, store); err != nil {
		t.Fatal(err)
	}
	frozen, err := store.Table(t.Context(), "frozen")
	if err != nil || len(frozen) != 4 {
		t.Errorf("frozen: %v, %v", frozen, err)
	}
	flags, err := store.Table(t.Context(), "flags")
	if err != nil || len(flags) != 5 {
		t.Errorf("flags: %v, %v", flags, err)
	}
	places, err := store.Table(t.Context(), "flag_environments")
	if err != nil || len(places) != 1 || places[0]["flag"] != "good" || places[0]["is_on"] != true {
		t.Errorf("flag_environments: %v, %v", places, err)
	}
}

// otherLedger resumes on a ledger that has other events, or has lost its end.
func otherLedger(t *testing.T, open, again func(t *testing.T) projector.Store) {
	s := NewStory(t)
	s.Everything()
	if err := Follow(t, s.Log, open(t)); err != nil {
		t.Fatal(err)
	}
	shorter := NewStory(t)
	longer := NewStory(t)
	longer.Everything()
	longer.More()
	for name, log := range map[string]ledger.Log{"shorter": shorter.Log, "rewritten": longer.Log} {
		if err := Follow(t, log, again(t)); !errors.Is(err, ledger.ErrHole) {
			t.Errorf("%s: %v, want ErrHole", name, err)
		}
	}
}
