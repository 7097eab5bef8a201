package chstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/sqlreader"
)

// Config says where the database is.
type Config struct {
	// DSN is clickhouse-go's: "clickhouse://user:password@host:9000/database"
	// for the native protocol, "http://host:8123/database" or https for that
	// over HTTP; "?compress=lz4" compresses. The database must exist.
	DSN string
}

// Store is an open database. Its methods may be called concurrently.
type Store struct {
	*sqlreader.Reader
	db       *sql.DB     // for queries
	conn     driver.Conn // for writes
	identity string      // of the database: the beginning of its tokens

	mu      sync.Mutex // held while writing
	number  uint64     // of the last write
	settled bool       // nothing is staged that is not applied
	// step is called before each step of a write; tests make it fail.
	step func(name string) error
}

var (
	_ analytics.Writer = (*Store)(nil)
	_ analytics.Reader = (*Store)(nil)
	_ analytics.Pruner = (*Store)(nil)
)

// Open connects, brings the schema up to date, and finishes what a crash has
// interrupted. Call Close when done.
func Open(ctx context.Context, c Config) (*Store, error) {
	options, err := clickhouse.ParseDSN(c.DSN)
	if err != nil {
		return nil, fmt.Errorf("open analytics: DSN: %w", err)
	}
	if err := migrate(ctx, options); err != nil {
		return nil, fmt.Errorf("open analytics: migrate: %w", err)
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return nil, fmt.Errorf("open analytics: %w", err)
	}
	db := clickhouse.OpenDB(options)
	s := &Store{Reader: sqlreader.New(states{db}, sqlreader.ClickHouse()), db: db, conn: conn, step: func(string) error { return nil }}
	err = conn.QueryRow(ctx, `SELECT toString(id) FROM identity`).Scan(&s.identity)
	if err == nil {
		err = s.settle(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open analytics: %w", errors.Join(err, s.Close()))
	}
	return s, nil
}

// Close waits for a write to end and closes the connections. Queries that run
// fail.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(s.conn.Close(), s.db.Close()); err != nil {
		return fmt.Errorf("close analytics: %w", err)
	}
	return nil
}

// states implements sqlreader.Source. There is no transaction: all rows of the
// writes up to the last one applied are there, and stay.
type states struct{ db *sql.DB }

func (s states) View(ctx context.Context, read func(q sqlreader.Querier, written uint64) error) error {
	var number uint64
	if err := s.db.QueryRowContext(ctx, lastApplied).Scan(&number); err != nil {
		return err
	}
	return read(s.db, number)
}
