package duckstore

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// Migrator opens the file without bringing its schema up to date. The caller
// closes the database.
func Migrator(c Config) (*sql.DB, *goose.Provider, error) {
	db, err := connect(c)
	if err != nil {
		return nil, nil, err
	}
	provider, err := migrator(db)
	return db, provider, err
}

// CountEvents is the least that a query over all events can cost.
func CountEvents(ctx context.Context, s *Store) (n int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FILTER (failed) FROM event_units WHERE name = 'm'`).Scan(&n)
	return n, err
}

// Exec runs a statement that no user can.
func Exec(ctx context.Context, s *Store, statement string) error {
	_, err := s.db.ExecContext(ctx, statement)
	return err
}
