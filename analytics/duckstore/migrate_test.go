package duckstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/duckstore"
)

// tables gives a hash for each table and its columns, goose's own left out. It
// gives no names: see sqlreader.DuckDB on reading texts.
func tables(t *testing.T, db *sql.DB) []uint64 {
	t.Helper()
	rows, err := db.Query(`SELECT hash(table_name || ' ' || string_agg(column_name || ':' || data_type, ',' ORDER BY ordinal_position))
		FROM information_schema.columns WHERE table_name <> 'goose_db_version' GROUP BY table_name ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var hashes []uint64
	for rows.Next() {
		var hash uint64
		if err := rows.Scan(&hash); err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, hash)
	}
	return hashes
}

func TestMigrations(t *testing.T) {
	ctx := context.Background()
	config := duckstore.Config{Path: filepath.Join(t.TempDir(), "analytics.duckdb")}
	db, provider, err := duckstore.Migrator(config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(ctx); err != nil {
		t.Fatal(err)
	}
	first := tables(t, db)
	if len(first) != 5 {
		t.Errorf("tables after Up: %v", first)
	}
	if _, err := provider.DownTo(ctx, 0); err != nil {
		t.Fatal(err)
	}
	if left := tables(t, db); len(left) != 0 {
		t.Errorf("tables after Down: %v", left)
	}
	if _, err := provider.Up(ctx); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, tables(t, db)); diff != "" {
		t.Errorf("tables after Up, Down, Up (-first +second):\n%s", diff)
	}
	if pending, err := provider.HasPending(ctx); err != nil || pending {
		t.Errorf("pending = %v, %v after Up", pending, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, config.Path) // finds nothing to do
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// A file of an earlier release opens, and its events count for every flag.
func TestOpensEarlierSchemas(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "analytics.duckdb")
	db, provider, err := duckstore.Migrator(duckstore.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(ctx, 1); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		`INSERT INTO exposures VALUES ('p', 'e', 'f', 'on', 'accountId', 'a1', 7, NULL, 1, ?)`,
		`INSERT INTO event_units VALUES ('p', 'e', 'm', 'accountId', 'a1', 7, 0, true, 1, ?, NULL)`,
	} {
		if _, err := db.ExecContext(ctx, row, epoch()); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	series, err := s.Gate(ctx, analytics.GateQuery{
		Rollout: benchRollout(), Bad: analytics.Bad{Event: "m", Failed: true}, Until: epoch().Add(time.Hour),
	})
	if err != nil || series.Treatment.Events != 1 {
		t.Errorf("an event from before: %+v, %v; want it counted", series.Treatment, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestConfig(t *testing.T) {
	for name, c := range map[string]duckstore.Config{
		"no path":          {},
		"options in path":  {Path: "a.duckdb?threads=9"},
		"negative readers": {Path: "a.duckdb", Readers: -1},
		"no such folder":   {Path: filepath.Join(t.TempDir(), "none", "a.duckdb")},
	} {
		if s, err := duckstore.Open(context.Background(), c); err == nil {
			t.Errorf("%s: opened %+v", name, s)
		}
	}
}
