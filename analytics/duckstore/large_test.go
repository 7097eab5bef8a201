package duckstore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/flagledger/flagledger/analytics/duckstore"
	"github.com/flagledger/flagledger/analytics/storetest"
)

// largeFill makes the data of storetest.Large from numbers. A unit's id is
// analytics.Batch.UnitID's.
func largeFill() []string {
	from := storetest.LargeFrom().UnixMicro()
	return []string{
		fmt.Sprintf(`CREATE TABLE units AS SELECT i, 'u' || i AS unit,
			('0x' || sha256('p' || chr(0) || 'e' || chr(0) || 'userId' || chr(0) || 'u' || i)[1:16])::UBIGINT AS id FROM range(%d) t(i)`, storetest.LargeUnits),
		fmt.Sprintf(`INSERT INTO exposures
			SELECT 'p', 'e', 'f', CASE WHEN id %% 2 = 0 THEN 'on' ELSE 'off' END, 'userId', unit, id, NULL, 1,
				make_timestamp(%d + n * 120000), NULL, 1 + n // 10000
			FROM range(%d) t(n) JOIN units ON units.i = (n * 7919) %% %d`, from, storetest.LargeExposures, storetest.LargeUnits),
		fmt.Sprintf(`INSERT INTO event_units
			SELECT 'p', 'e', 'm' || (hash(n) %% 5), 'userId', unit, id, 0, n %% 97 = 0, n %% 1000,
				make_timestamp(%d + n * 12000), NULL, NULL, 1 + n // 100000
			FROM range(%d) t(n) JOIN units ON units.i = (n * 104729) %% %d`, from, storetest.LargeEvents, storetest.LargeUnits),
		`DROP TABLE units`,
		fmt.Sprintf(`UPDATE stream_position SET number = %d`, storetest.LargeWrites),
	}
}

// BenchmarkLarge asks 100,000,000 events. The data are made once, in the folder
// that FLAGLEDGER_BENCH_DATA names; without it the benchmark is left out.
func BenchmarkLarge(b *testing.B) {
	folder := os.Getenv("FLAGLEDGER_BENCH_DATA")
	if folder == "" {
		b.Skip("FLAGLEDGER_BENCH_DATA names no folder; make bench-analytics does")
	}
	path := filepath.Join(folder, "large.duckdb")
	if _, err := os.Stat(path); err != nil {
		makeLarge(b, path)
	}
	var s *duckstore.Store
	shut := func(b *testing.B) {
		b.Helper()
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}
	storetest.Large(b, func(b *testing.B) storetest.Store {
		b.Helper()
		if s != nil {
			shut(b)
		}
		var err error
		if s, err = duckstore.Open(context.Background(), duckstore.Config{Path: path, MemoryLimit: 4096}); err != nil {
			b.Fatal(err)
		}
		return s
	})
	shut(b)
}

// makeLarge makes a file of another name first: one of this name is whole.
func makeLarge(b *testing.B, path string) {
	b.Helper()
	part := path + ".part"
	_ = os.Remove(part)
	s, err := duckstore.Open(context.Background(), duckstore.Config{Path: part, MemoryLimit: 4096})
	if err != nil {
		b.Fatal(err)
	}
	for _, statement := range largeFill() {
		if err := duckstore.Exec(context.Background(), s, statement); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(part, path); err != nil {
		b.Fatal(err)
	}
}
