package e2e

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/flagledger/flagledger/internal/pgtest"
)

// TestReadModels changes a flag and reads it in SQL, over a time without Postgres,
// a kill of the server and a rebuild.
func TestReadModels(t *testing.T) {
	postgres := pgtest.Start(t)
	dsn, dir := postgres.Database(t), t.TempDir()
	s := start(t, dir, "--postgres", dsn)
	turned := func(want bool) func() bool {
		return func() bool {
			conn, err := pgx.Connect(t.Context(), dsn)
			if err != nil {
				return false
			}
			defer func() { _ = conn.Close(t.Context()) }()
			var on bool
			err = conn.QueryRow(t.Context(), "SELECT is_on FROM flagledger.flags_now WHERE flag = 'pdf' AND environment = 'production'").Scan(&on)
			return err == nil && on == want
		}
	}
	mustRun(t, s, "flag", "create", "pdf")
	mustRun(t, s, "flag", "on", "pdf", "--env", "production")
	waitFor(t, "the flag to be on in Postgres", turned(true))
	postgres.Down(t)
	mustRun(t, s, "flag", "off", "pdf", "--env", "production")
	postgres.Up(t)
	t.Cleanup(func() { t.Log(s.log) })
	waitFor(t, "the flag to be off in Postgres", turned(false))
	s.Kill()
	s = start(t, dir, "--postgres", dsn)
	mustRun(t, s, "readmodels", "rebuild", "--postgres", dsn)
	mustRun(t, s, "flag", "on", "pdf", "--env", "production")
	waitFor(t, "the flag to be on again in Postgres", turned(true))
	s.Stop()
}
