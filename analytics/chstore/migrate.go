package chstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"

	"github.com/flagledger/flagledger/migrations"
)

// migrate brings the schema up to date.
func migrate(ctx context.Context, options *clickhouse.Options) error {
	db := clickhouse.OpenDB(options)
	provider, err := migrator(db)
	if err == nil {
		_, err = provider.Up(ctx)
	}
	return errors.Join(err, db.Close())
}

func migrator(db *sql.DB) (*goose.Provider, error) {
	files, err := migrations.ClickHouse()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectClickHouse, db, files, goose.WithDisableGlobalRegistry(true))
}
