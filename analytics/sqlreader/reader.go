package sqlreader

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// Querier is satisfied by sql.DB and sql.Tx.
type Querier interface {
	// QueryContext takes arguments that are sql.Named.
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Source gives states of a store.
type Source interface {
	// View calls read with one state, that of the writes up to a number. Rows
	// of later ones may be there and are left out.
	View(ctx context.Context, read func(q Querier, written uint64) error) error
	// Keep puts a row into the table answers, in place of one of that key, and
	// drops those that are older than KeptFor.
	Keep(ctx context.Context, k Kept) error
	// DropKept empties that table.
	DropKept(ctx context.Context) error
}

// Counting is a Source that knows the number of the latest write without asking
// the store. No other process may write.
type Counting interface {
	// Written is at least the number of every write that has returned.
	Written() uint64
}

// Reader answers from a store. Its methods may be called concurrently.
type Reader struct {
	source  Source
	dialect Dialect
	kept    answers
	shelf   shelf
	fleet   fleet
	slow    time.Duration // what takes that long is kept
}

var _ analytics.Reader = (*Reader)(nil)

// New gives a reader of the store.
func New(s Source, d Dialect) *Reader { return &Reader{source: s, dialect: d, slow: slow} }

// Forget has the next queries read everything. It must be called before rows that
// were written are taken away, and after.
func (r *Reader) Forget(ctx context.Context) error {
	r.kept.forget()
	r.fleet.forget()
	if err := r.source.DropKept(ctx); err != nil {
		return fmt.Errorf("forget answers: %w", err)
	}
	return nil
}

// KeepAll keeps every answer and not those alone that take long to count. It
// must be called before any query. Then no rollout is followed in memory.
func (r *Reader) KeepAll() { r.slow, r.fleet.off = 0, true }

// moment is what a store had been given by then of what had happened until then.
type moment struct {
	written uint64
	until   time.Time
}

// view is a population at a moment.
type view struct {
	Dialect
	population
	moment
	querier Querier
	// since and upTo bound what touches a unit; since is nil in a view of all.
	since *moment
	upTo  moment
	// exposures and events are the tables that are read.
	exposures, events string
}

// look reads with the population in view. Without a stratum that begins before
// the end there is nobody, and read is not called.
func (r *Reader) look(ctx context.Context, p population, until time.Time, read func(*view) error) error {
	p.strata = begun(p.strata, until)
	if len(p.strata) == 0 {
		return nil
	}
	err := r.source.View(ctx, func(q Querier, written uint64) error {
		return read(&view{
			Dialect: r.dialect, population: p, querier: q, moment: moment{written, until},
			exposures: "exposures", events: "event_units",
		})
	})
	r.store(ctx)
	return err
}

// each runs a query over subjects and scans its rows.
func (v *view) each(ctx context.Context, query string, more []any, scan func(*sql.Rows) error) error {
	text, args := v.subjects()
	return v.rows(ctx, text+query, append(args, more...), scan)
}

func (v *view) rows(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	rows, err := v.querier.QueryContext(ctx, v.bound(query), args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
