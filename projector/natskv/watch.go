package natskv

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/evaluator"
)

var (
	errLoaded = errors.New("loaded") // ends Load's watch
	errClosed = errors.New("the connection is closed")
)

// Load returns the stored ruleset. When a revision is just being written it
// waits until that is whole, for Config.Settle at most. It returns ErrNotFound
// or ErrUnsettled.
func (s *Store) Load(ctx context.Context, project, environment string) (evaluator.Ruleset, error) {
	var loaded evaluator.Ruleset
	err := s.watch(ctx, place{project, environment}, watchLoad, func(rs evaluator.Ruleset) error {
		loaded = rs
		return errLoaded
	})
	if !errors.Is(err, errLoaded) {
		return evaluator.Ruleset{}, fmt.Errorf("load: %w", err)
	}
	return loaded, nil
}

// Watch calls fn with the stored ruleset and then with each revision that
// becomes whole, newest last; when they come faster than fn takes, some are
// left out. It ends with ctx's error, fn's, or ErrUnsettled. An environment of
// which nothing is stored yet is waited for. fn must not change the ruleset's
// parts, which later ones share.
func (s *Store) Watch(ctx context.Context, project, environment string, fn func(evaluator.Ruleset) error) error {
	return s.watch(ctx, place{project, environment}, watchOn, fn)
}

// watchMode says what a watch does about an environment without a head.
type watchMode int

const (
	watchOn   watchMode = iota // wait
	watchLoad                  // ErrNotFound
)

func (s *Store) watch(ctx context.Context, at place, mode watchMode, fn func(evaluator.Ruleset) error) error {
	updates, stop, err := s.open(ctx, at)
	if err != nil {
		return err
	}
	defer stop()
	w := watching{updates: updates, mode: mode, initial: true, assembly: newAssembly(at)}
	for {
		look, err := w.next(ctx)
		if err != nil {
			return fmt.Errorf("watch %s: %w", at, err)
		}
		if !look {
			continue
		}
		rs, whole, err := w.ruleset()
		switch {
		case err != nil:
			return err
		case whole:
			w.unsettled = nil
			if err := fn(rs); err != nil {
				return err
			}
		case w.expired:
			return fmt.Errorf("watch %s at %d: %w", at, w.head.Revision, ErrUnsettled)
		case w.unsettled == nil:
			w.unsettled = time.After(s.cfg.Settle)
		}
	}
}

// watching is where a watch stands.
type watching struct {
	updates <-chan jetstream.KeyValueEntry
	mode    watchMode
	initial bool // what was stored when the watch began is still coming
	*assembly

	unsettled <-chan time.Time // nil while the last head was true
	expired   bool
}

// next takes in one entry and reports whether it is time to look at the
// ruleset: after a head, at the end of what was stored, and when the time to
// settle is over.
func (w *watching) next(ctx context.Context) (look bool, err error) {
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-w.unsettled:
		w.expired = true
		return true, nil
	case entry, ok := <-w.updates:
		if !ok {
			return false, closed(ctx)
		}
		if entry != nil {
			return !w.initial && entry.Key() == w.at.head(), w.apply(entry)
		}
		if w.mode == watchLoad && !w.found {
			return false, ErrNotFound
		}
		w.initial = false
		return w.found, nil
	}
}

// closed says why there are no more updates: the client ends them when ctx is
// done, too.
func closed(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return errClosed
}

// open watches an environment. stop ends the watch and waits for it.
func (s *Store) open(ctx context.Context, at place) (updates <-chan jetstream.KeyValueEntry, stop func(), err error) {
	if err := at.check(); err != nil {
		return nil, nil, err
	}
	kv, err := s.kv(ctx)
	if err != nil {
		return nil, nil, err
	}
	w, err := kv.Watch(ctx, at.prefix()+">")
	if err != nil {
		return nil, nil, fmt.Errorf("watch %s: %w", at, err)
	}
	return w.Updates(), func() {
		_ = w.Stop()
		for range w.Updates() { // the client closes it, once it is not blocked on it
			continue
		}
	}, nil
}

// snapshot returns the newest entry of each key, deletions included.
func (s *Store) snapshot(ctx context.Context, at place) (map[string]jetstream.KeyValueEntry, error) {
	updates, stop, err := s.open(ctx, at)
	if err != nil {
		return nil, err
	}
	defer stop()
	out := map[string]jetstream.KeyValueEntry{}
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case entry, ok := <-updates:
			switch {
			case !ok:
				return nil, fmt.Errorf("watch %s: %w", at, closed(ctx))
			case entry == nil:
				return out, nil
			}
			out[entry.Key()] = entry
		}
	}
}
