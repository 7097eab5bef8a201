package projector

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/flagledger/flagledger/ledger"
)

// Writer folds events and writes what they lead to into a Store. It belongs to
// one goroutine, and is of no use any more after an error.
type Writer struct {
	store  Store
	logger *slog.Logger
	state  *ledger.State
	at     Checkpoint
}

// NewWriter returns a writer for a store that is empty.
func NewWriter(store Store, logger *slog.Logger) *Writer {
	return &Writer{store: store, logger: logger, state: ledger.NewState()}
}

// At is how far the store is, when what was prepared last has been applied.
func (w *Writer) At() Checkpoint { return w.at }

// Apply folds the next events and writes them, and what they lead to, in one
// transaction.
func (w *Writer) Apply(ctx context.Context, events []ledger.Stored) error {
	d, err := w.prepare(ctx, events)
	if err != nil {
		return err
	}
	return w.store.Apply(ctx, d)
}

// prepare folds the next events. What it gives must be applied before, or while,
// the next ones are folded.
func (w *Writer) prepare(ctx context.Context, events []ledger.Stored) (Delta, error) {
	t := newTally(w.state)
	for _, s := range events {
		rec := ledger.Decode(s)
		if err := w.state.Apply(rec); err != nil {
			return Delta{}, err
		}
		if f, ok := w.state.FrozenAt(rec.Subject); ok && f.Seq == rec.Seq {
			w.logger.ErrorContext(ctx, "subject frozen in the read models", slog.String("subject", s.Subject),
				slog.Uint64("seq", f.Seq), slog.Any("err", f.Err))
		}
		t.add(s, rec)
	}
	rows, err := t.finish()
	if err != nil {
		return Delta{}, fmt.Errorf("rows of the events up to %d: %w", w.state.Seq, err)
	}
	d := Delta{From: w.at, To: Checkpoint{w.state.Seq, w.state.Last}, Events: events, Rows: rows}
	w.at = d.To
	return d, nil
}

// From applies all events that another store has and this one has not. progress
// is called with the newest; it may be nil.
func (w *Writer) From(ctx context.Context, other Store, progress func(seq uint64)) error {
	var batch []ledger.Stored
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := w.Apply(ctx, batch)
		batch = nil
		if err == nil && progress != nil {
			progress(w.at.Seq)
		}
		return err
	}
	err := other.Events(ctx, w.at.Seq+1, func(s ledger.Stored) error {
		if batch = append(batch, s); len(batch) < maxDelta {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}
