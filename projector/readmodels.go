package projector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// ReadModels brings a Store up to date with the ledger and keeps it there,
// beside the fold that evaluators are served from. Its methods may be called
// concurrently.
type ReadModels struct {
	log    ledger.Log
	store  Store
	logger *slog.Logger

	mu   sync.Mutex
	at   Checkpoint
	fail error // why it is behind, nil while it works
}

// maxDelta is how many events are applied in one transaction.
const maxDelta = 2000

// storeRetry is how long a store that failed is left alone.
const storeRetry = time.Second

// NewReadModels returns the read models of log in store; Run does the work.
func NewReadModels(log ledger.Log, store Store, logger *slog.Logger) *ReadModels {
	return &ReadModels{log: log, store: store, logger: logger}
}

// At returns how far the store is known to be, and what keeps it from going on,
// if anything does.
func (m *ReadModels) At() (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at.Seq, m.fail
}

func (m *ReadModels) note(at Checkpoint, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.at = at
	}
	m.fail = err
}

// Run applies events until ctx is done. A store that cannot be reached is tried
// again. It returns ErrFenced when another one writes to the store, and
// ledger.ErrHole when the store and the ledger do not belong together, or an
// event is missing: nothing is skipped.
func (m *ReadModels) Run(ctx context.Context) error {
	for {
		err := m.run(ctx)
		if ctx.Err() != nil {
			return nil
		}
		m.note(Checkpoint{}, err)
		if errors.Is(err, ErrFenced) || errors.Is(err, ledger.ErrHole) {
			return err
		}
		m.logger.ErrorContext(ctx, "read models are behind", slog.Any("err", err))
		wait := time.NewTimer(storeRetry)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return nil
		}
	}
}

func (m *ReadModels) run(ctx context.Context) error {
	at, err := m.store.Checkpoint(ctx)
	if err != nil {
		return err
	}
	st, err := m.fold(ctx, at)
	if err != nil {
		return err
	}
	w := &Writer{store: m.store, logger: m.logger, state: st, at: at}
	m.note(at, nil)
	var following sync.WaitGroup
	defer following.Wait()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	events := make(chan ledger.Stored, maxDelta)
	followed := make(chan error, 1)
	following.Go(func() {
		followed <- m.log.Follow(ctx, at.Seq+1, func() {}, func(s ledger.Stored) error {
			select {
			case events <- s:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	})
	return m.pump(ctx, w, events, followed)
}

// pump writes what comes, folding the next batch while the one before is being
// written.
func (m *ReadModels) pump(ctx context.Context, w *Writer, events <-chan ledger.Stored, followed <-chan error) error {
	var written chan error // of the batch being written; nil when there is none
	for {
		var first ledger.Stored
		select {
		case first = <-events:
		case err := <-written:
			if written = nil; err != nil {
				return err
			}
			continue
		case err := <-followed:
			return errors.Join(err, finished(written))
		case <-ctx.Done():
			return errors.Join(ctx.Err(), finished(written))
		}
		d, err := w.prepare(ctx, withWaiting(first, events))
		if err = errors.Join(finished(written), err); err != nil {
			return err
		}
		written = make(chan error, 1)
		go func(done chan<- error) {
			err := m.store.Apply(ctx, d)
			if err == nil {
				m.note(d.To, nil)
			}
			done <- err
		}(written)
	}
}

// finished waits for what is being written, if anything.
func finished(written <-chan error) error {
	if written == nil {
		return nil
	}
	return <-written
}

// withWaiting takes the events that have come with the first.
func withWaiting(first ledger.Stored, events <-chan ledger.Stored) []ledger.Stored {
	batch := []ledger.Stored{first}
	for len(batch) < maxDelta {
		select {
		case s := <-events:
			batch = append(batch, s)
		default:
			return batch
		}
	}
	return batch
}

// fold gives the state at the store's checkpoint, from the events that the store
// has, and compares the last of them with the ledger's.
func (m *ReadModels) fold(ctx context.Context, at Checkpoint) (*ledger.State, error) {
	st := ledger.NewState()
	err := m.store.Events(ctx, 1, func(s ledger.Stored) error {
		if s.Seq > at.Seq {
			return errFound
		}
		return st.Apply(ledger.Decode(s))
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, fmt.Errorf("fold the events of the store: %w", err)
	}
	if st.Seq != at.Seq || st.Last != at.Hash {
		return nil, fmt.Errorf("the store's checkpoint is event %d, %s, but its events lead to %d, %s: %w",
			at.Seq, at.Hash, st.Seq, st.Last, ledger.ErrHole)
	}
	if at.Seq == 0 {
		return st, nil
	}
	end, err := m.log.End(ctx)
	if err != nil {
		return nil, err
	}
	if at.Seq > end {
		return nil, fmt.Errorf("the store has event %d, the ledger ends at %d: %w", at.Seq, end, ledger.ErrHole)
	}
	had, err := eventAt(ctx, m.log, at.Seq)
	if err != nil {
		return nil, err
	}
	if had.Hash() != at.Hash {
		return nil, fmt.Errorf("event %d is %s in the store and %s in the ledger: %w", at.Seq, at.Hash, had.Hash(), ledger.ErrHole)
	}
	return st, nil
}
