package duckstore

import (
	"database/sql"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/flagledger/flagledger/migrations"
)

// migrator applies the schema. goose knows no DuckDB dialect, so it is taught
// the six statements it needs.
func migrator(db *sql.DB) (*goose.Provider, error) {
	files, err := migrations.DuckDB()
	if err != nil {
		return nil, err
	}
	store, err := database.NewStoreFromQuerier(goose.DefaultTablename, querier{})
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectCustom, db, files,
		goose.WithStore(store), goose.WithDisableGlobalRegistry(true))
}

// querier writes goose's bookkeeping in DuckDB's SQL. The table has no key: it
// is a log of a dozen rows, ordered by the sequence.
type querier struct{}

func (querier) CreateTable(table string) string {
	return `CREATE SEQUENCE IF NOT EXISTS ` + table + `_id;
		CREATE TABLE ` + table + ` (
			id         BIGINT    NOT NULL DEFAULT nextval('` + table + `_id'),
			version_id BIGINT    NOT NULL,
			is_applied BOOLEAN   NOT NULL,
			tstamp     TIMESTAMP NOT NULL DEFAULT current_localtimestamp()
		)`
}

func (querier) InsertVersion(table string) string {
	return `INSERT INTO ` + table + ` (version_id, is_applied) VALUES (?, ?)`
}

func (querier) DeleteVersion(table string) string {
	return `DELETE FROM ` + table + ` WHERE version_id = ?`
}

func (querier) GetMigrationByVersion(table string) string {
	return `SELECT tstamp, is_applied FROM ` + table + ` WHERE version_id = ? ORDER BY id DESC LIMIT 1`
}

func (querier) ListMigrations(table string) string {
	return `SELECT version_id, is_applied FROM ` + table + ` ORDER BY id DESC`
}

func (querier) GetLatestVersion(table string) string {
	return `SELECT max(version_id) FROM ` + table
}
