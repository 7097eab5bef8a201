package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/flagledger/flagledger/migrations"
)

// migrate makes the schema and brings it up to date.
func migrate(ctx context.Context, cfg *pgx.ConnConfig, schema string) error {
	db := stdlib.OpenDB(*cfg)
	_, err := db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+schema)
	if err == nil {
		err = up(ctx, cfg)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("postgres: schema %s: %w", schema, err)
	}
	return nil
}

func up(ctx context.Context, cfg *pgx.ConnConfig) error {
	p, closeDB, err := provider(cfg)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return errors.Join(err, closeDB())
}

// provider applies migrations to the schema that search_path names.
func provider(cfg *pgx.ConnConfig) (*goose.Provider, func() error, error) {
	files, err := migrations.Postgres()
	if err != nil {
		return nil, nil, err
	}
	db := stdlib.OpenDB(*cfg)
	p, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return p, db.Close, nil
}
