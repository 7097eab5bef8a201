package sqlreader

import (
	"context"
	"database/sql"

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
}

// Reader answers from a store. Its methods may be called concurrently.
type Reader struct {
	source  Source
	dialect Dialect
}

var _ analytics.Reader = (*Reader)(nil)

// New gives a reader of the store.
func New(s Source, d Dialect) *Reader { return &Reader{source: s, dialect: d} }

// view is a population in one state of the store.
type view struct {
	Dialect
	population
	querier Querier
	written uint64
}

// look reads with the population in view. Without a stratum that begins before
// the end there is nobody, and read is not called.
func (r *Reader) look(ctx context.Context, p population, read func(*view) error) error {
	if len(p.strata) == 0 {
		return nil
	}
	return r.source.View(ctx, func(q Querier, written uint64) error {
		return read(&view{Dialect: r.dialect, population: p, querier: q, written: written})
	})
}

// each runs a query over subjects and scans its rows.
func (v *view) each(ctx context.Context, query string, more []any, scan func(*sql.Rows) error) error {
	text, args := v.subjects()
	rows, err := v.querier.QueryContext(ctx, v.bound(text+query), append(args, more...)...)
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
