package duckstore_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/flagledger/flagledger/analytics/duckstore"
	"github.com/flagledger/flagledger/analytics/storetest"
)

func open(t testing.TB, path string) *duckstore.Store {
	t.Helper()
	s, err := duckstore.Open(context.Background(), duckstore.Config{Path: path, MemoryLimit: 512})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		s := open(t, filepath.Join(t.TempDir(), "analytics.duckdb"))
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	})
}

func TestKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "analytics.duckdb")
	var s *duckstore.Store
	shut := func() {
		if s == nil {
			return
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(func() { shut() })
	storetest.RunKept(t, func(t *testing.T) storetest.Keeper {
		t.Helper()
		shut()
		s = open(t, path)
		return s
	}, func(t *testing.T) {
		t.Helper()
		for _, table := range []string{"exposures", "event_units"} {
			if err := duckstore.Exec(context.Background(), s, "DELETE FROM "+table); err != nil {
				t.Fatal(err)
			}
		}
	})
}
