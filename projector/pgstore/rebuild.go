package pgstore

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// Rebuild makes all rows anew from the events that the store has, in a schema
// beside the one that is read, and puts it in its place in one transaction. A
// projector may go on writing meanwhile. progress is called with the newest
// event that the new rows have; it may be nil.
func Rebuild(ctx context.Context, dsn string, logger *slog.Logger, progress func(seq uint64)) (projector.Checkpoint, error) {
	var at projector.Checkpoint
	from, err := Open(ctx, dsn)
	if err != nil {
		return at, err
	}
	defer from.Close()
	if _, err := from.pool.Exec(ctx, "DROP SCHEMA IF EXISTS "+nextSchema+" CASCADE"); err != nil {
		return at, fmt.Errorf("rebuild: %w", err)
	}
	next, err := open(ctx, dsn, nextSchema)
	if err != nil {
		return at, err
	}
	defer next.Close()
	w := projector.NewWriter(next, logger)
	for behind := true; behind; {
		before := w.At()
		if err := w.From(ctx, from, progress); err != nil {
			return at, fmt.Errorf("rebuild: %w", err)
		}
		behind = w.At() != before
	}
	if err := from.swap(ctx, w, progress); err != nil {
		return at, fmt.Errorf("rebuild: %w", err)
	}
	_, err = from.pool.Exec(ctx, "DROP SCHEMA "+oldSchema+" CASCADE")
	return w.At(), err
}

// swap lets no projector write, builds what has come since, and exchanges the
// schemas.
func (s *Store) swap(ctx context.Context, w *projector.Writer, progress func(uint64)) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", swapLock); err != nil {
			return err
		}
		if err := w.From(ctx, s, progress); err != nil {
			return err
		}
		at, err := s.Checkpoint(ctx)
		if err != nil {
			return err
		}
		if at != w.At() {
			return fmt.Errorf("the store is at event %d, the new rows at %d: %w", at.Seq, w.At().Seq, ledger.ErrHole)
		}
		for _, rename := range [][2]string{{liveSchema, oldSchema}, {nextSchema, liveSchema}} {
			if _, err := tx.Exec(ctx, "ALTER SCHEMA "+rename[0]+" RENAME TO "+rename[1]); err != nil {
				return err
			}
		}
		return nil
	})
}
