package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/flagledger/flagledger/internal/pgtest"
)

func TestServer(t *testing.T) {
	s := pgtest.Start(t)
	a, b := s.Database(t), s.Database(t)
	for i, url := range []string{a, b} {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		var n int
		err = conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&n)
		if err != nil || n != 0 {
			t.Errorf("database %d has %d tables: %v", i, n, err)
		}
		if _, err := conn.Exec(t.Context(), "CREATE TABLE t (x int)"); err != nil {
			t.Error(err)
		}
		_ = conn.Close(t.Context())
	}
}
