package chdbtest_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

func TestMain(m *testing.M) { os.Exit(chdbtest.Main(m.Run)) }

func connect(t *testing.T, s *chdbtest.Server) clickhouse.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{s.Address}, Protocol: clickhouse.HTTP, Compression: &clickhouse.Compression{Method: clickhouse.CompressionGZIP},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func do(t *testing.T, conn clickhouse.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if err := conn.Exec(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

type row struct {
	Project string            `ch:"project"`
	Unit    uint64            `ch:"unit"`
	Failed  bool              `ch:"failed"`
	Value   *float64          `ch:"value"`
	At      time.Time         `ch:"at"`
	Flags   []string          `ch:"flags"`
	More    map[string]string `ch:"more"`
}

// TestRoundTrip kills the engine between writing and reading.
func TestRoundTrip(t *testing.T) {
	s := chdbtest.Start(t)
	conn, ctx := connect(t, s), context.Background()
	do(t, conn, `CREATE TABLE t (
		project LowCardinality(String), unit UInt64, failed Bool, value Nullable(Float64), at DateTime64(6, 'UTC'),
		flags Array(LowCardinality(String)), more Map(LowCardinality(String), String)
	) ENGINE = MergeTree ORDER BY (project, unit)`)
	at := time.Date(2026, 3, 2, 10, 0, 0, 123_000, time.UTC)
	want := []row{
		{Project: "shop", Unit: 1<<64 - 1, Failed: true, Value: new(1.5), At: at, Flags: []string{"a", "b"}, More: map[string]string{"país": "Ñ'\\\n"}},
		{Project: "zoo", Unit: 7, At: at.Add(time.Microsecond), Flags: []string{}, More: map[string]string{}},
	}
	batch, err := conn.PrepareBatch(ctx, `INSERT INTO t`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range want {
		if err := batch.AppendStruct(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	s.Kill(t)
	s.Restart(t)
	var got []row
	if err := connect(t, s).Select(ctx, &got, `SELECT * FROM t ORDER BY unit DESC`); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-written +read):\n%s", diff)
	}
}

func TestSettingsHoldOnce(t *testing.T) {
	conn := connect(t, chdbtest.Start(t))
	limited := clickhouse.Context(context.Background(), clickhouse.WithSettings(clickhouse.Settings{"limit": 3}))
	count := func(ctx context.Context) (n uint64) {
		if err := conn.QueryRow(ctx, `SELECT count() FROM (SELECT * FROM numbers(10))`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	var rows []struct {
		Number uint64 `ch:"number"`
	}
	if err := conn.Select(limited, &rows, `SELECT * FROM numbers(10)`); err != nil || len(rows) != 3 {
		t.Errorf("%d rows with a limit of 3: %v", len(rows), err)
	}
	if n := count(context.Background()); n != 10 {
		t.Errorf("%d of 10 rows without one", n)
	}
	var text string
	err := conn.QueryRow(clickhouse.Context(context.Background(), clickhouse.WithParameters(clickhouse.Parameters{"x": "it's"})),
		`SELECT {x:String}`).Scan(&text)
	if err != nil || text != "it's" {
		t.Errorf("parameter %q: %v", text, err)
	}
}

func TestErrorsKeepTheirCode(t *testing.T) {
	conn := connect(t, chdbtest.Start(t))
	err := conn.Exec(context.Background(), `SELECT * FROM nothing`)
	var e *clickhouse.Exception
	if !errors.As(err, &e) || e.Code != 60 {
		t.Errorf("unknown table: %v (%T)", err, err)
	}
}

// TestAnyBytes inserts numbers whose bytes are, in places, empty lines.
func TestAnyBytes(t *testing.T) {
	conn, ctx := connect(t, chdbtest.Start(t)), context.Background()
	do(t, conn, `CREATE TABLE numbers (n UInt32) ENGINE = MergeTree ORDER BY n`)
	batch, err := conn.PrepareBatch(ctx, `INSERT INTO numbers`)
	if err != nil {
		t.Fatal(err)
	}
	const lines = 0x0a0a0a0a
	var want uint64
	for i := range uint32(100_000) {
		if err := batch.Append(lines + i); err != nil {
			t.Fatal(err)
		}
		want += uint64(lines + i)
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	var got uint64
	if err := conn.QueryRow(ctx, `SELECT sum(n) FROM numbers`).Scan(&got); err != nil || got != want {
		t.Errorf("the sum is %d, want %d: %v", got, want, err)
	}
}
