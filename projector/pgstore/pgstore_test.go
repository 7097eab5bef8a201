package pgstore

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/flagledger/flagledger/internal/pgtest"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/memstore"
	"github.com/flagledger/flagledger/projector/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

func openStore(t testing.TB, dsn string) *Store {
	t.Helper()
	s, err := Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestStore(t *testing.T) {
	server := pgtest.Start(t)
	var dsn string
	storetest.Run(t,
		func(t *testing.T) projector.Store { dsn = server.Database(t); return openStore(t, dsn) },
		func(t *testing.T) projector.Store { return openStore(t, dsn) })
}

// TestSameAsMemory compares the tables with those of memstore.
func TestSameAsMemory(t *testing.T) {
	s := storetest.NewStory(t)
	s.Everything()
	s.Raw("chat", `{"type":"flag.exploded","v":1,"data":{"x":1e5}}`)
	pg, mem := openStore(t, pgtest.Start(t).Database(t)), memstore.New()
	for _, store := range []projector.Store{pg, mem} {
		if err := storetest.Follow(t, s.Log, store); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(storetest.Dump(t, mem), storetest.Dump(t, pg)); diff != "" {
		t.Errorf("-memory +postgres:\n%s", diff)
	}
}

// TestMigrations goes up, down to each earlier version and up again, with rows in
// the tables.
func TestMigrations(t *testing.T) {
	dsn := pgtest.Start(t).Database(t)
	s := storetest.NewStory(t)
	s.Everything()
	store := openStore(t, dsn)
	if err := storetest.Follow(t, s.Log, store); err != nil {
		t.Fatal(err)
	}
	want := storetest.Dump(t, store)
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	cfg.RuntimeParams["search_path"] = liveSchema
	p, closeDB, err := provider(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeDB() }()
	newest, err := p.GetDBVersion(t.Context())
	if err != nil || newest < 1 {
		t.Fatalf("version %d, %v", newest, err)
	}
	for version := newest - 1; version >= 0; version-- {
		if _, err := p.DownTo(t.Context(), version); err != nil {
			t.Fatalf("down to %d: %v", version, err)
		}
		if version == 0 {
			var left int
			err := store.pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname = 'flagledger' AND c.relkind IN ('r', 'v') AND c.relname NOT LIKE 'goose%'`).Scan(&left)
			if err != nil || left != 0 {
				t.Errorf("%d tables and views are left: %v", left, err)
			}
		}
		if _, err := p.Up(t.Context()); err != nil {
			t.Fatalf("up from %d: %v", version, err)
		}
		again := openStore(t, dsn)
		if err := storetest.Follow(t, s.Log, again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, storetest.Dump(t, again)); diff != "" {
			t.Errorf("after down to %d and up (-before +after):\n%s", version, diff)
		}
	}
}

// TestRebuild rebuilds while a projector writes and readers read.
func TestRebuild(t *testing.T) {
	dsn := pgtest.Start(t).Database(t)
	s := storetest.NewStory(t)
	s.Everything()
	store := openStore(t, dsn)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 2)
	models := projector.NewReadModels(s.Log, store, quiet)
	go func() { ended <- models.Run(ctx) }()
	reads := 0
	go func() { // a BI tool that looks all the time
		for ctx.Err() == nil {
			var n int
			err := store.pool.QueryRow(ctx, "SELECT count(*) FROM flagledger.flags_now").Scan(&n)
			if err != nil && ctx.Err() == nil {
				ended <- err
				return
			}
			reads++
		}
		ended <- nil
	}()
	reach := func() {
		end, err := s.Log.End(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); ; {
			at, behind := models.At()
			if at >= end {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("at %d of %d: %v", at, end, behind)
			}
			time.Sleep(time.Millisecond)
		}
	}
	for range 5 {
		s.More()
		if _, err := Rebuild(t.Context(), dsn, quiet, nil); err != nil {
			t.Fatal(err)
		}
		reach()
	}
	cancel()
	for range 2 {
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	mem := memstore.New()
	if err := storetest.Follow(t, s.Log, mem); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(storetest.Dump(t, mem), storetest.Dump(t, openStore(t, dsn))); diff != "" {
		t.Errorf("-folded +rebuilt:\n%s", diff)
	}
	t.Logf("5 rebuilds, %d reads meanwhile, none failed", reads)
}

// TestRestart takes Postgres away in the middle and gives it back.
func TestRestart(t *testing.T) {
	server := pgtest.Start(t)
	s := storetest.NewStory(t)
	store := openStore(t, server.Database(t))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	models := projector.NewReadModels(s.Log, store, quiet)
	go func() { ended <- models.Run(ctx) }()
	server.Down(t)
	s.Everything()
	server.Up(t)
	end, err := s.Log.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; {
		if at, _ := models.At(); at == end {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the read models have not come back")
		}
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	mem := memstore.New()
	if err := storetest.Follow(t, s.Log, mem); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(storetest.Dump(t, mem), storetest.Dump(t, store)); diff != "" {
		t.Errorf("-folded +restarted:\n%s", diff)
	}
}
