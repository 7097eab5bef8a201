package duckstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/sqlreader"
)

// Config says where the store is and how much it may use.
type Config struct {
	// Path of the file; it is created when missing. It must not contain a
	// '?'. DuckDB keeps Path.wal beside it.
	Path string
	// MemoryLimit bounds DuckDB's buffers in MiB; 0 means 1024.
	MemoryLimit int
	// Threads bounds DuckDB's threads; 0 means one per core.
	Threads int
	// Readers bounds the queries that run at a time; 0 means 4. Others wait.
	Readers int
}

func (c Config) dsn() (string, error) {
	if c.Path == "" || strings.Contains(c.Path, "?") {
		return "", fmt.Errorf("path %q is empty or contains a '?'", c.Path)
	}
	if c.MemoryLimit < 0 || c.Threads < 0 || c.Readers < 0 {
		return "", fmt.Errorf("memory limit %d, threads %d and readers %d must not be negative",
			c.MemoryLimit, c.Threads, c.Readers)
	}
	memory := c.MemoryLimit
	if memory == 0 {
		memory = 1024
	}
	dsn := fmt.Sprintf("%s?memory_limit=%dMiB&autoinstall_known_extensions=false&autoload_known_extensions=false",
		c.Path, memory)
	if c.Threads > 0 {
		dsn += fmt.Sprintf("&threads=%d", c.Threads)
	}
	return dsn, nil
}

// Store is an open file. Its methods may be called concurrently.
type Store struct {
	*sqlreader.Reader
	db *sql.DB

	number *atomic.Uint64 // of the latest write

	mu     sync.Mutex // held while writing
	writer *sql.Conn  // nil when it was lost: see connection
}

var (
	_ analytics.Writer = (*Store)(nil)
	_ analytics.Reader = (*Store)(nil)
	_ analytics.Pruner = (*Store)(nil)
)

// Open opens or creates the file and brings its schema up to date. What a
// crash has left in the write-ahead log is replayed. Call Close when done.
func Open(ctx context.Context, c Config) (*Store, error) {
	db, err := connect(c)
	if err != nil {
		return nil, fmt.Errorf("open analytics: %w", err)
	}
	s, err := prepare(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("open analytics %s: %w", c.Path, errors.Join(err, db.Close()))
	}
	return s, nil
}

func connect(c Config) (*sql.DB, error) {
	dsn, err := c.dsn()
	if err != nil {
		return nil, err
	}
	connector, err := duckdb.NewConnector(dsn, nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	readers := c.Readers
	if readers == 0 {
		readers = 4
	}
	db.SetMaxOpenConns(readers + 1)
	db.SetMaxIdleConns(readers + 1)
	return db, nil
}

func prepare(ctx context.Context, db *sql.DB) (*Store, error) {
	provider, err := migrator(db)
	if err != nil {
		return nil, err
	}
	if _, err := provider.Up(ctx); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	if _, err := db.ExecContext(ctx, asWritten); err != nil {
		return nil, err
	}
	var last uint64
	if err := db.QueryRowContext(ctx, `SELECT number FROM stream_position`).Scan(&last); err != nil {
		return nil, err
	}
	number := &atomic.Uint64{}
	number.Store(last)
	s := &Store{Reader: sqlreader.New(states{db, number}, sqlreader.DuckDB()), db: db, number: number}
	_, err = s.connection(ctx)
	return s, err
}

// asWritten has joins done as they are written, the smaller table on the right.
// DuckDB takes a table to be smaller the more columns of it are compared, and
// would put a hundred million events into the hash table to look up a thousand
// units: 9 s instead of 2.
const asWritten = `SET disabled_optimizers = 'join_order,build_side_probe_side'`

// connection gives the writer's connection. A write that is cut off can take
// its connection with it; then there is a new one. s.mu must be held.
func (s *Store) connection(ctx context.Context) (*sql.Conn, error) {
	if s.writer != nil {
		err := s.writer.PingContext(ctx)
		if err == nil || !errors.Is(err, sql.ErrConnDone) && !errors.Is(err, driver.ErrBadConn) {
			return s.writer, err
		}
		s.writer = nil
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	const arriving = `CREATE TEMP TABLE IF NOT EXISTS arriving (name UUID, received_at TIMESTAMP)`
	for _, statement := range []string{arriving, `SET enable_external_access = false`} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	s.writer = conn
	return conn, nil
}

// Close waits for a write to end, moves the write-ahead log into the file and
// releases it. Queries that run fail.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn, err := s.connection(context.Background())
	if err == nil {
		_, err = conn.ExecContext(context.Background(), `CHECKPOINT`)
		err = errors.Join(err, conn.Close())
	}
	if err := errors.Join(err, s.db.Close()); err != nil {
		return fmt.Errorf("close analytics: %w", err)
	}
	return nil
}

// states implements sqlreader.Source.
type states struct {
	db     *sql.DB
	number *atomic.Uint64
}

// Written implements sqlreader.Counting: the file is this process's alone.
func (s states) Written() uint64 { return s.number.Load() }

func (s states) View(ctx context.Context, read func(q sqlreader.Querier, written uint64) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	var number uint64
	err = tx.QueryRowContext(ctx, `SELECT number FROM stream_position`).Scan(&number)
	if err == nil {
		err = read(tx, number)
	}
	return errors.Join(err, tx.Rollback())
}

// Keep implements sqlreader.Source.
func (s states) Keep(ctx context.Context, k sqlreader.Kept) error {
	const drop, keep = `DELETE FROM answers WHERE kept_at < ?`, `INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)`
	now := time.Now().UTC()
	_, err := s.db.ExecContext(ctx, drop, now.Add(-sqlreader.KeptFor))
	if err == nil {
		_, err = s.db.ExecContext(ctx, keep, k.Key, now, string(k.Question), string(k.Data))
	}
	return err
}

// DropKept implements sqlreader.Source.
func (s states) DropKept(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `DELETE FROM answers`)
	return err
}
