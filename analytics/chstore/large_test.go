package chstore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/flagledger/flagledger/analytics/storetest"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

// largeFill makes the data of storetest.Large from numbers. A unit's id is
// analytics.Batch.UnitID's.
func largeFill() []string {
	from := storetest.LargeFrom().UnixMicro()
	fill := []string{
		fmt.Sprintf(`CREATE TABLE units ENGINE = Memory AS SELECT number AS i, concat('u', toString(number)) AS unit,
			reinterpretAsUInt64(reverse(substring(SHA256(concat('p', char(0), 'e', char(0), 'userId', char(0), 'u', toString(number))), 1, 8))) AS id
			FROM numbers(%d)`, storetest.LargeUnits),
		fmt.Sprintf(`INSERT INTO exposures
			SELECT 'p', 'e', 'f', if(id %% 2 = 0, 'on', 'off'), 'userId', unit, id, '', 1,
				fromUnixTimestamp64Micro(%d + toInt64(number) * 120000, 'UTC'), map(), 1 + intDiv(number, 10000)
			FROM numbers(%d) n JOIN units ON units.i = (number * 7919) %% %d`, from, storetest.LargeExposures, storetest.LargeUnits),
	}
	const parts = 20
	for part := range parts {
		fill = append(fill, fmt.Sprintf(`INSERT INTO event_units
			SELECT 'p', 'e', concat('m', toString(intHash64(number) %% 5)), 'userId', unit, id, 0, number %% 97 = 0, number %% 1000,
				fromUnixTimestamp64Micro(%d + toInt64(number) * 12000, 'UTC'), map(), [], 1 + intDiv(number, 100000)
			FROM numbers(%d, %d) n JOIN units ON units.i = (number * 104729) %% %d`,
			from, part*storetest.LargeEvents/parts, storetest.LargeEvents/parts, storetest.LargeUnits))
	}
	return append(fill,
		`DROP TABLE units`,
		fmt.Sprintf(`INSERT INTO staged SELECT %d, repeat('x', 32), 0, 0, 0, 'null'`, storetest.LargeWrites),
		fmt.Sprintf(`INSERT INTO applied SELECT %d`, storetest.LargeWrites),
		// As the engine does by itself in the hours after.
		`OPTIMIZE TABLE exposures FINAL`, `OPTIMIZE TABLE event_units FINAL`,
	)
}

// BenchmarkLarge asks 100,000,000 events. The data are made once, in the folder
// that FLAGLEDGER_BENCH_DATA names; without it the benchmark is left out.
func BenchmarkLarge(b *testing.B) {
	folder := os.Getenv("FLAGLEDGER_BENCH_DATA")
	if folder == "" {
		b.Skip("FLAGLEDGER_BENCH_DATA names no folder; make bench-analytics does")
	}
	path := filepath.Join(folder, "large.clickhouse")
	_, err := os.Stat(path)
	whole := err == nil
	if !whole {
		_ = os.RemoveAll(path + ".part")
		server := chdbtest.StartIn(b, path+".part")
		s := openLarge(b, server)
		for _, statement := range largeFill() {
			if err := s.conn.Exec(context.Background(), statement); err != nil {
				b.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		server.Stop()
		if err := os.Rename(path+".part", path); err != nil {
			b.Fatal(err)
		}
	}
	server := chdbtest.StartIn(b, path)
	var s *Store
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
		s = openLarge(b, server)
		return s
	})
	shut(b)
}

func openLarge(b *testing.B, server *chdbtest.Server) *Store {
	b.Helper()
	s, err := Open(context.Background(), Config{DSN: server.DSN() + "&read_timeout=30m"})
	if err != nil {
		b.Fatal(err)
	}
	return s
}
