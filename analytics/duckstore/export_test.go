package duckstore

import (
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
