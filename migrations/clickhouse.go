package migrations

import (
	"embed"
	"io/fs"
)

//go:embed clickhouse/*.sql
var clickHouse embed.FS

// ClickHouse returns the migrations of the analytics store for many machines,
// at the root of the file system. Package chstore proves that they apply,
// revert and apply again (TestMigrations).
func ClickHouse() (fs.FS, error) { return fs.Sub(clickHouse, "clickhouse") }
