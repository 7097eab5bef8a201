package chstore

import (
	"context"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

func TestMigrations(t *testing.T) {
	options, err := clickhouse.ParseDSN(chdbtest.Start(t).DSN())
	if err != nil {
		t.Fatal(err)
	}
	db, ctx := clickhouse.OpenDB(options), context.Background()
	defer func() { _ = db.Close() }()
	provider, err := migrator(db)
	if err != nil {
		t.Fatal(err)
	}
	tables := func() (n int) {
		err := db.QueryRowContext(ctx, `SELECT count() FROM system.tables WHERE database = currentDatabase() AND name NOT LIKE 'goose%'`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 2 {
		if _, err := provider.Up(ctx); err != nil {
			t.Fatalf("up: %v", err)
		}
		if n := tables(); n != 7 {
			t.Errorf("%d tables, want 7", n)
		}
		if _, err := provider.DownTo(ctx, 0); err != nil {
			t.Fatalf("down: %v", err)
		}
		if n := tables(); n != 0 {
			t.Errorf("%d tables are left", n)
		}
	}
}
