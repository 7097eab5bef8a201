package migrations

import (
	"embed"
	"io/fs"
)

//go:embed postgres/*.sql
var postgres embed.FS

// Postgres returns the migrations of the read models, at the root of the file
// system. Package pgstore proves that they apply, revert and apply again
// (TestMigrations).
func Postgres() (fs.FS, error) { return fs.Sub(postgres, "postgres") }
