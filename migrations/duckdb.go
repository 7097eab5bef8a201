package migrations

import (
	"embed"
	"io/fs"
)

//go:embed duckdb/*.sql
var duckDB embed.FS

// DuckDB returns the migrations of the embedded analytics store, at the root
// of the file system. Package duckstore proves that they apply, revert and
// apply again (TestMigrations).
func DuckDB() (fs.FS, error) { return fs.Sub(duckDB, "duckdb") }
