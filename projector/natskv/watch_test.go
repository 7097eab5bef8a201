package natskv_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/projector/natskv"
)

// watcher runs Watch and hands the rulesets out.
type watcher struct {
	got  chan evaluator.Ruleset
	stop context.CancelFunc
	done chan error
}

func watch(t *testing.T, s *natskv.Store) *watcher {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	w := &watcher{got: make(chan evaluator.Ruleset, 100), stop: cancel, done: make(chan error, 1)}
	go func() {
		w.done <- s.Watch(ctx, project, environment, func(rs evaluator.Ruleset) error { w.got <- rs; return nil })
	}()
	return w
}

func (w *watcher) want(t *testing.T, want evaluator.Ruleset) {
	t.Helper()
	select {
	case got := <-w.got:
		if diff := cmp.Diff(text(t, want), text(t, got)); diff != "" {
			t.Fatalf("watched (-want +got):\n%s", diff)
		}
	case err := <-w.done:
		t.Fatalf("the watch ended: %v", err)
	}
}

func (w *watcher) end(t *testing.T) {
	t.Helper()
	w.stop()
	if err := <-w.done; !errors.Is(err, context.Canceled) {
		t.Fatalf("Watch = %v; want context.Canceled", err)
	}
	select {
	case rs := <-w.got:
		t.Fatalf("revision %d was not expected", rs.Revision)
	default:
	}
}

func TestWatch(t *testing.T) {
	s, _, _ := open(t, natskv.Config{})
	early := watch(t, s) // before anything is stored
	rs := ruleset(1, "a", "b")
	mustReplace(t, s, rs)
	early.want(t, rs)
	late := watch(t, s)
	late.want(t, rs)
	f := flag(2)
	rs, err := publish(t, s, rs, patch(1, 2, map[string]*evaluator.Flag{"b": nil, "c": &f}))
	if err != nil {
		t.Fatal(err)
	}
	early.want(t, rs)
	late.want(t, rs)
	mustReplace(t, s, ruleset(1)) // the ledger was restored
	early.want(t, ruleset(1))
	late.want(t, ruleset(1))
	early.end(t)
	late.end(t)
}

func TestWatchError(t *testing.T) {
	s, _, _ := open(t, natskv.Config{})
	mustReplace(t, s, ruleset(1))
	stop := errors.New("stop")
	if err := s.Watch(t.Context(), project, environment, func(evaluator.Ruleset) error { return stop }); !errors.Is(err, stop) {
		t.Fatalf("Watch = %v; want fn's error", err)
	}
}

// A writer changes many flags with each revision, all to that revision. A
// reader that began at any moment, or that loads again and again, never sees
// two revisions side by side, nor one older than it saw before.
func TestWatchSeesWholeRevisions(t *testing.T) {
	const flags, revisions, watchers = 12, 60, 3
	s, _, _ := open(t, natskv.Config{})
	names := make([]string, flags)
	for i := range names {
		names[i] = fmt.Sprint("flag.", i)
	}
	rs := ruleset(1, names...)
	mustReplace(t, s, rs)
	var readers sync.WaitGroup
	for range watchers {
		readers.Go(func() { readAll(t, s, revisions, false) })
	}
	readers.Go(func() { readAll(t, s, revisions, true) })
	for rev := uint64(2); rev <= revisions; rev++ {
		changes := map[string]*evaluator.Flag{}
		for i, name := range names {
			f := flag(rev)
			if changes[name] = &f; uint64(i) == rev%flags && rev != revisions {
				changes[name] = nil // gone in this one, back in the next
			}
		}
		var err error
		if rs, err = publish(t, s, rs, patch(rev-1, rev, changes)); err != nil {
			t.Fatal(err)
		}
	}
	readers.Wait()
	wantStored(t, s, ruleset(revisions, names...))
}

// readAll follows the revisions to the last, checking each; with again it
// starts anew after each one.
func readAll(t *testing.T, s *natskv.Store, last uint64, again bool) {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	var seen uint64
	next := errors.New("next")
	for seen < last {
		err := s.Watch(ctx, project, environment, func(rs evaluator.Ruleset) error {
			for name, f := range rs.Flags {
				if f.Version != rs.Revision {
					return fmt.Errorf("revision %d has %s at %d", rs.Revision, name, f.Version)
				}
			}
			if len(rs.Flags) < 11 || rs.Revision < seen {
				return fmt.Errorf("revision %d after %d has %d flags", rs.Revision, seen, len(rs.Flags))
			}
			if seen = rs.Revision; again || seen == last {
				return next
			}
			return nil
		})
		if !errors.Is(err, next) {
			t.Errorf("watch: %v", err)
			return
		}
	}
}

// The writer died between the entries and the head. Who reads already stays
// where he is; who comes new is told; Replace mends it for both.
func TestHalfWritten(t *testing.T) {
	s, kv, _ := open(t, natskv.Config{Settle: 100 * time.Millisecond})
	rs := ruleset(1, "a", "b")
	mustReplace(t, s, rs)
	steady := watch(t, s)
	steady.want(t, rs)
	if _, err := kv.PutString(t.Context(), "shop.eu=2Eprod.flag.a", `{"version":"2"}`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), project, environment); !errors.Is(err, natskv.ErrUnsettled) {
		t.Fatalf("Load = %v; want ErrUnsettled", err)
	}
	rs = ruleset(2, "a", "b")
	mustReplace(t, s, rs)
	steady.want(t, rs)
	steady.end(t)
	wantStored(t, s, rs)
}

// While a revision is being written Load waits for it.
func TestLoadWaits(t *testing.T) {
	s, kv, _ := open(t, natskv.Config{Settle: 30 * time.Second})
	mustReplace(t, s, ruleset(1, "a"))
	if _, err := kv.PutString(t.Context(), "shop.eu=2Eprod.flag.a", `{"version":"2"}`); err != nil {
		t.Fatal(err)
	}
	loaded := make(chan error, 1)
	go func() {
		rs, err := s.Load(t.Context(), project, environment)
		if err == nil && rs.Revision != 2 {
			err = fmt.Errorf("loaded revision %d", rs.Revision)
		}
		loaded <- err
	}()
	mustReplace(t, s, ruleset(2, "a"))
	if err := <-loaded; err != nil {
		t.Fatal(err)
	}
}

func TestBrokenEntry(t *testing.T) {
	s, kv, _ := open(t, natskv.Config{})
	mustReplace(t, s, ruleset(1, "a"))
	if _, err := kv.PutString(t.Context(), "shop.eu=2Eprod.flag.a", `{`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), project, environment); err == nil {
		t.Fatal("Load of broken JSON returned nil")
	}
}

func TestConnectionClosed(t *testing.T) {
	s, _, nc := open(t, natskv.Config{})
	mustReplace(t, s, ruleset(1))
	w := watch(t, s)
	w.want(t, ruleset(1))
	nc.Close()
	if err := <-w.done; err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Watch on a closed connection = %v", err)
	}
	w.stop()
}
