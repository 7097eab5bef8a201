package chstore

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/storetest"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t, chdbtest.Start(t)) })
}

func TestKept(t *testing.T) {
	server := chdbtest.Start(t)
	storetest.RunKept(t, func(t *testing.T) storetest.Keeper { return open(t, server) }, func(t *testing.T) {
		t.Helper()
		s := open(t, server)
		for _, table := range []string{"exposures", "event_units"} {
			if err := s.conn.Exec(context.Background(), "TRUNCATE TABLE "+table); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestRetention opens with one, with another and with none.
func TestRetention(t *testing.T) {
	server, ctx := chdbtest.Start(t), context.Background()
	old, young := batch("old"), batch("young")
	old.ReceivedAt, young.ReceivedAt = time.Now().Add(-40*day), time.Now()
	old.Exposures, young.Exposures = old.Exposures[:1], young.Exposures[:1]
	s := open(t, server)
	if _, err := s.Write(ctx, []analytics.Batch{old, young}, analytics.Position{Seq: 1}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		days time.Duration
		want [3]uint64
	}{{0, [3]uint64{2, 4, 2}}, {90, [3]uint64{2, 4, 2}}, {30, [3]uint64{1, 2, 1}}, {0, [3]uint64{1, 2, 1}}} {
		s, err := Open(ctx, Config{DSN: server.DSN(), Retention: step.days * day})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range timed() {
			if err := s.conn.Exec(ctx, "OPTIMIZE TABLE "+table.table+" FINAL"); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.counts(t); got != step.want {
			t.Errorf("kept for %d days there are %v rows, want %v", step.days, got, step.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestConfig(t *testing.T) {
	for name, c := range map[string]Config{
		"no DSN":            {},
		"no URL":            {DSN: "http://user:secret@host:port/db"},
		"part of a day":     {DSN: "http://127.0.0.1:1/default", Retention: time.Hour},
		"nobody is there":   {DSN: "http://user:secret@127.0.0.1:1/default"},
		"unknown parameter": {DSN: "http://user:secret@127.0.0.1:1/default?compress=secret"},
	} {
		_, err := Open(context.Background(), c)
		if err == nil || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: error is %v, want one without the password", name, err)
		}
	}
}
