package duckstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/sqlreader"
)

// Position implements analytics.Writer.
func (s *Store) Position(ctx context.Context) (analytics.Position, error) {
	var p analytics.Position
	var received sql.NullTime
	err := s.db.QueryRowContext(ctx, `SELECT epoch, seq, received_at FROM stream_position`).Scan(&p.Epoch, &p.Seq, &received)
	if err != nil {
		return p, fmt.Errorf("read analytics position: %w", err)
	}
	p.At = received.Time
	return p, nil
}

// Write implements analytics.Writer. Times are stored in microseconds.
func (s *Store) Write(ctx context.Context, batches []analytics.Batch, to analytics.Position) (analytics.Written, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn, err := s.connection(ctx)
	if err != nil {
		return analytics.Written{}, fmt.Errorf("write analytics: %w", err)
	}
	// The transaction ends below and nowhere else: with ctx it would be rolled
	// back behind our back, while the next write may already have begun.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return analytics.Written{}, fmt.Errorf("write analytics: %w", err)
	}
	written, number, err := s.write(ctx, tx, batches, to)
	if err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
		return analytics.Written{}, fmt.Errorf("write analytics up to %d: %w", to.Seq, err)
	}
	if err := tx.Commit(); err != nil {
		s.number.Store(math.MaxUint64) // it may be there: readers ask the file
		return analytics.Written{}, fmt.Errorf("write analytics up to %d: %w", to.Seq, err)
	}
	s.number.Store(number)
	return written, nil
}

func (s *Store) write(ctx context.Context, tx *sql.Tx, batches []analytics.Batch, to analytics.Position) (w analytics.Written, number uint64, err error) {
	fresh, err := s.claim(ctx, tx, batches)
	if err != nil {
		return w, 0, fmt.Errorf("claim batches: %w", err)
	}
	err = tx.QueryRowContext(ctx, `UPDATE stream_position SET number = number + 1, epoch = ?, seq = ?, received_at = ? RETURNING number`,
		to.Epoch, to.Seq, sql.NullTime{Time: to.At.UTC(), Valid: !to.At.IsZero()}).Scan(&number)
	if err != nil {
		return w, 0, fmt.Errorf("store position: %w", err)
	}
	w = analytics.Written{Batches: len(fresh), Duplicates: len(batches) - len(fresh)}
	for _, b := range fresh {
		w.Exposures += len(b.Exposures)
		w.Events += len(b.Events)
	}
	if err := s.bulk("", "exposures", func(a *duckdb.Appender) error { return appendExposures(a, fresh, number) }); err != nil {
		return w, 0, fmt.Errorf("store exposures: %w", err)
	}
	if err := s.bulk("", "event_units", func(a *duckdb.Appender) error { return appendEvents(a, fresh, number) }); err != nil {
		return w, 0, fmt.Errorf("store events: %w", err)
	}
	return w, number, nil
}

// claim records the names of the batches and returns those that are new, in
// their order.
func (s *Store) claim(ctx context.Context, tx *sql.Tx, batches []analytics.Batch) ([]analytics.Batch, error) {
	pending := make(map[duckdb.UUID]bool, len(batches))
	err := s.bulk("temp", "arriving", func(a *duckdb.Appender) error {
		for _, b := range batches {
			if n := duckdb.UUID(b.Name()); !pending[n] {
				pending[n] = true
				if err := a.AppendRow(n, b.ReceivedAt.UTC()); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	claimed, err := claimNames(ctx, tx, len(pending))
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM arriving`); err != nil {
		return nil, err
	}
	var fresh []analytics.Batch
	for _, b := range batches {
		if n := duckdb.UUID(b.Name()); claimed[n] {
			delete(claimed, n)
			fresh = append(fresh, b)
		}
	}
	return fresh, nil
}

func claimNames(ctx context.Context, tx *sql.Tx, n int) (map[duckdb.UUID]bool, error) {
	rows, err := tx.QueryContext(ctx,
		`INSERT INTO batches SELECT name, received_at FROM arriving ON CONFLICT DO NOTHING RETURNING name`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	claimed := make(map[duckdb.UUID]bool, n)
	for rows.Next() {
		var u duckdb.UUID
		if err := rows.Scan(&u); err != nil {
			return nil, err
		}
		claimed[u] = true
	}
	return claimed, rows.Err()
}

// bulk appends to a table inside the transaction that is open on the writer's
// connection. The empty catalog is the file.
func (s *Store) bulk(catalog, table string, fill func(*duckdb.Appender) error) error {
	return s.writer.Raw(func(conn any) error {
		duck, ok := conn.(driver.Conn)
		if !ok {
			return fmt.Errorf("connection is a %T", conn)
		}
		a, err := duckdb.NewAppender(duck, catalog, "main", table)
		if err != nil {
			return err
		}
		if err := fill(a); err != nil {
			return errors.Join(err, a.Clear(), a.Close())
		}
		return a.Close()
	})
}

func appendExposures(a *duckdb.Appender, batches []analytics.Batch, number uint64) error {
	for _, b := range batches {
		for _, e := range b.Exposures {
			by := orBy(e.By)
			err := a.AppendRow(b.Project, b.Environment, e.Flag, e.Variant, by, e.Unit, b.UnitID(by, e.Unit),
				orNull(e.Rule), int64(e.Version), at(e.At, b), orNullMap(e.Attributes), number)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func appendEvents(a *duckdb.Appender, batches []analytics.Batch, number uint64) error {
	for _, b := range batches {
		for _, e := range b.Events {
			if err := appendEvent(a, b, e, number); err != nil {
				return err
			}
		}
	}
	return nil
}

func appendEvent(a *duckdb.Appender, b analytics.Batch, e analytics.Event, number uint64) error {
	var value, attributes, flags driver.Value
	if e.Value != nil {
		value = *e.Value
	}
	if len(e.Flags) > 0 {
		flags = e.Flags
	}
	if len(e.Attributes) > 0 {
		text, err := json.Marshal(e.Attributes)
		if err != nil {
			return err
		}
		attributes = string(text)
	}
	for i, by := range slices.Sorted(maps.Keys(e.Units)) {
		err := a.AppendRow(b.Project, b.Environment, e.Name, by, e.Units[by],
			b.UnitID(by, e.Units[by]), uint8(i), e.Failed, value, at(e.At, b), attributes, flags, number)
		if err != nil {
			return err
		}
		attributes = nil
	}
	return nil
}

func at(t time.Time, b analytics.Batch) time.Time {
	if t.IsZero() {
		t = b.ReceivedAt
	}
	return t.UTC()
}

func orBy(by string) string {
	if by == "" {
		return analytics.DefaultBy
	}
	return by
}

func orNull(s string) driver.Value {
	if s == "" {
		return nil
	}
	return s
}

func orNullMap(m map[string]string) driver.Value {
	if len(m) == 0 {
		return nil
	}
	values := make(duckdb.Map, len(m))
	for k, v := range m {
		values[k] = v
	}
	return values
}

// Prune implements analytics.Pruner. A batch whose name is forgotten would be
// counted again if it were delivered again: keep names for longer than the
// stream keeps batches and SDKs retry.
func (s *Store) Prune(ctx context.Context, before time.Time) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn, err := s.connection(ctx)
	if err != nil {
		return 0, fmt.Errorf("prune: %w", err)
	}
	removed, err := pruneEvents(ctx, conn, s.Reader, before.UTC())
	if err != nil {
		return removed, err
	}
	_, err = conn.ExecContext(ctx, `DELETE FROM batches WHERE received_at < ?`, before.UTC())
	if err != nil {
		return removed, fmt.Errorf("prune batches before %v: %w", before, err)
	}
	return removed, nil
}

// pruneEvents has the answers forgotten first, so that none outlives what it is
// made of, and again for those that were counted meanwhile.
func pruneEvents(ctx context.Context, conn *sql.Conn, answers *sqlreader.Reader, before time.Time) (removed int64, err error) {
	const old = `SELECT EXISTS (FROM exposures WHERE happened_at < $1) OR EXISTS (FROM event_units WHERE happened_at < $1)`
	var any bool
	if err := conn.QueryRowContext(ctx, old, before).Scan(&any); err != nil || !any {
		return 0, err
	}
	if err := answers.Forget(ctx); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, answers.Forget(ctx)) }()
	for _, table := range []string{"exposures", "event_units"} {
		result, err := conn.ExecContext(ctx, `DELETE FROM `+table+` WHERE happened_at < ?`, before)
		if err != nil {
			return removed, fmt.Errorf("prune %s before %v: %w", table, before, err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return removed, fmt.Errorf("prune %s before %v: %w", table, before, err)
		}
		removed += n
	}
	return removed, nil
}
