package chstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

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
	// Retention is for how long ClickHouse keeps exposures, events and the names
	// of batches, in whole days; 0 keeps them. Names must be kept for longer
	// than the stream keeps batches and SDKs retry.
	Retention time.Duration
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
	options, err := c.options()
	if err != nil {
		return nil, fmt.Errorf("open analytics: %w", err)
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
		err = s.keepFor(ctx, c.Retention)
	}
	if err == nil {
		err = s.tidy(ctx)
	}
	if err == nil {
		err = s.settle(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open analytics: %w", errors.Join(err, s.Close()))
	}
	return s, nil
}

// options checks the configuration. Its errors do not show the DSN, which has a
// password in it.
func (c Config) options() (*clickhouse.Options, error) {
	if c.Retention < 0 || c.Retention%day != 0 {
		return nil, fmt.Errorf("retention %v is not a whole number of days", c.Retention)
	}
	options, err := clickhouse.ParseDSN(c.DSN)
	if bad := (*url.Error)(nil); errors.As(err, &bad) {
		err = bad.Err
	}
	if err != nil {
		return nil, fmt.Errorf("the DSN is not of the form http://user:password@host:8123/database: %w", err)
	}
	return options, nil
}

const day = 24 * time.Hour

// keepFor has the engine forget by itself.
func (s *Store) keepFor(ctx context.Context, retention time.Duration) error {
	for _, t := range timed() {
		query := `SELECT position(create_table_query, ' TTL ') > 0 FROM system.tables WHERE database = currentDatabase() AND name = ?`
		var has bool
		if err := s.conn.QueryRow(ctx, query, t.table).Scan(&has); err != nil {
			return fmt.Errorf("retention of %s: %w", t.table, err)
		}
		change := fmt.Sprintf("ALTER TABLE %s MODIFY TTL toDateTime(%s) + toIntervalDay(%d)", t.table, t.column, retention/day)
		switch {
		case retention == 0 && has:
			change = fmt.Sprintf("ALTER TABLE %s REMOVE TTL", t.table)
		case retention == 0:
			continue
		}
		if err := s.conn.Exec(ctx, change); err != nil {
			return fmt.Errorf("retention of %s: %w", t.table, err)
		}
	}
	return nil
}

// tidy drops tables that a crash has left of queries long since over.
func (s *Store) tidy(ctx context.Context) error {
	const left = `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, ?)
		AND metadata_modification_time < now() - INTERVAL 1 HOUR`
	var names []struct {
		Name string `ch:"name"`
	}
	if err := s.conn.Select(ctx, &names, left, sqlreader.NearPrefix); err != nil {
		return err
	}
	for _, n := range names {
		if err := s.conn.Exec(ctx, "DROP TABLE IF EXISTS `"+n.Name+"`"); err != nil {
			return err
		}
	}
	return nil
}

// timed are the tables whose rows are forgotten, with the time of a row.
func timed() []struct{ table, column string } {
	return []struct{ table, column string }{
		{"exposures", "happened_at"}, {"event_units", "happened_at"}, {"batches", "received_at"},
	}
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

// Keep implements sqlreader.Source. The table forgets old rows by itself.
func (s states) Keep(ctx context.Context, k sqlreader.Kept) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO answers VALUES (?, ?, ?, ?)`, k.Key, time.Now().UTC(), string(k.Question), string(k.Data))
	return err
}

// DropKept implements sqlreader.Source.
func (s states) DropKept(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `TRUNCATE TABLE answers`)
	return err
}
