package pgstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// The schemas.
const (
	liveSchema = "flagledger"
	nextSchema = "flagledger_next"
	oldSchema  = "flagledger_old"
)

// swapLock is the advisory lock that a rebuild holds while it swaps schemas, and
// each Apply shares.
const swapLock = 0x666c6167

// Store implements projector.Store.
type Store struct {
	pool    *pgxpool.Pool
	insert  map[string]string // SQL by table
	history []string          // columns
}

// Open connects to a database, named by a URL or in the form of libpq, and
// brings its schema up to date.
func Open(ctx context.Context, dsn string) (*Store, error) { return open(ctx, dsn, liveSchema) }

func open(ctx context.Context, dsn, schema string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	cfg.ConnConfig.RuntimeParams["search_path"] = schema
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if err := migrate(ctx, cfg.ConnConfig, schema); err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	s := &Store{pool: pool, insert: map[string]string{}}
	for _, table := range projector.Tables() {
		if s.insert[table.Name], err = s.insertInto(ctx, table); err != nil {
			pool.Close()
			return nil, fmt.Errorf("postgres: %w", err)
		}
	}
	if s.history, err = s.columns(ctx, historyTable); err != nil {
		pool.Close()
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return s, nil
}

// Close gives the connections back.
func (s *Store) Close() { s.pool.Close() }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// insertInto makes the statement that replaces rows, given as one JSON array.
func (s *Store) insertInto(ctx context.Context, table projector.Table) (string, error) {
	columns, err := s.columns(ctx, table.Name)
	if err != nil {
		return "", err
	}
	var set []string
	for _, c := range columns {
		if !slices.Contains(table.Key, c) {
			set = append(set, c+" = EXCLUDED."+c)
		}
	}
	return fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM json_populate_recordset(NULL::%[1]s, $1) ON CONFLICT (%[2]s) DO UPDATE SET %[3]s",
		table.Name, strings.Join(table.Key, ", "), strings.Join(set, ", ")), nil
}

func (s *Store) columns(ctx context.Context, table string) ([]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT attname FROM pg_attribute
		WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, table)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Checkpoint implements projector.Store.
func (s *Store) Checkpoint(ctx context.Context) (projector.Checkpoint, error) {
	var at projector.Checkpoint
	var hash string
	err := s.pool.QueryRow(ctx, "SELECT seq, hash FROM checkpoint").Scan(&at.Seq, &hash)
	if err == nil && hash != "" {
		err = at.Hash.UnmarshalText([]byte(hash))
	}
	if err != nil {
		return at, fmt.Errorf("read the checkpoint: %w", err)
	}
	return at, nil
}

// Apply implements projector.Store.
func (s *Store) Apply(ctx context.Context, d projector.Delta) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock_shared($1)", swapLock); err != nil {
			return err
		}
		moved, err := tx.Exec(ctx, "UPDATE checkpoint SET seq = $1, hash = $2 WHERE seq = $3 AND hash = $4",
			d.To.Seq, d.To.Hash.String(), d.From.Seq, hashText(d.From))
		if err != nil {
			return err
		}
		if moved.RowsAffected() != 1 {
			return projector.ErrFenced
		}
		if err := copyEvents(ctx, tx, d.Events); err != nil {
			return err
		}
		return s.replace(ctx, tx, d.Rows)
	})
	if err != nil {
		return fmt.Errorf("apply events %d to %d: %w", d.From.Seq+1, d.To.Seq, err)
	}
	return nil
}

// hashText is a checkpoint's hash as it is kept: empty at the beginning.
func hashText(at projector.Checkpoint) string {
	if at.Seq == 0 {
		return ""
	}
	return at.Hash.String()
}

func copyEvents(ctx context.Context, tx pgx.Tx, events []ledger.Stored) error {
	source := pgx.CopyFromSlice(len(events), func(i int) ([]any, error) {
		e := events[i]
		data := e.Data
		if data == nil {
			data = []byte{}
		}
		return []any{int64(e.Seq), e.Subject, data, e.Hash().String()}, nil
	})
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"events"}, []string{"seq", "subject", "data", "hash"}, source)
	if err != nil {
		return fmt.Errorf("table events: %w", err)
	}
	return nil
}

// historyTable is never replaced and has a row for each event: it is copied.
const historyTable = "history"

// replace writes the rows, all tables but the history in one go.
func (s *Store) replace(ctx context.Context, tx pgx.Tx, rows projector.Rows) error {
	if err := s.copyHistory(ctx, tx, rows[historyTable]); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	for _, table := range projector.Tables() {
		if len(rows[table.Name]) == 0 || table.Name == historyTable {
			continue
		}
		b, err := json.Marshal(rows[table.Name])
		if err != nil {
			return fmt.Errorf("table %s: %w", table.Name, err)
		}
		batch.Queue(s.insert[table.Name], b)
	}
	return tx.SendBatch(ctx, batch).Close()
}

// Events implements projector.Store.
func (s *Store) Events(ctx context.Context, from uint64, fn func(ledger.Stored) error) error {
	rows, err := s.pool.Query(ctx, "SELECT seq, subject, data FROM events WHERE seq >= $1 ORDER BY seq", int64(from))
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e ledger.Stored
		if err := rows.Scan(&e.Seq, &e.Subject, &e.Data); err != nil {
			return fmt.Errorf("read events: %w", err)
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}

// Table implements projector.Store.
func (s *Store) Table(ctx context.Context, name string) ([]projector.Row, error) {
	i := slices.IndexFunc(projector.Tables(), func(t projector.Table) bool { return t.Name == name })
	if i < 0 {
		return nil, errors.New("there is no table " + name)
	}
	var order []string
	for _, column := range projector.Tables()[i].Key {
		if column != "seq" {
			column += ` COLLATE "C"`
		}
		order = append(order, column)
	}
	rows, err := s.pool.Query(ctx, fmt.Sprintf("SELECT to_jsonb(t) FROM %s t ORDER BY %s", name, strings.Join(order, ", ")))
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", name, err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[projector.Row])
}
