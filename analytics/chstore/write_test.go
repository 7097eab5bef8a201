package chstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

func TestMain(m *testing.M) { os.Exit(chdbtest.Main(m.Run)) }

func open(t *testing.T, server *chdbtest.Server) *Store {
	t.Helper()
	s, err := Open(context.Background(), Config{DSN: server.DSN()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// batch has two exposures and an event of two units.
func batch(id string) analytics.Batch {
	value := 1.5
	return analytics.Batch{
		ID: id, Project: "shop", Environment: "prod", ReceivedAt: noon,
		Exposures: []analytics.Exposure{
			{Flag: "f", Variant: "on", Unit: "u-" + id, Version: 3, Attributes: map[string]string{"country": "DE"}},
			{Flag: "f", Variant: "off", By: "accountId", Unit: "a-" + id, Rule: "r", Version: 3, At: noon.Add(time.Microsecond)},
		},
		Events: []analytics.Event{{
			Name: "paid", Value: &value, Failed: true, Units: map[string]string{"userId": "u-" + id, "accountId": "a-" + id}, Flags: []string{"f"},
		}},
	}
}

// counts are the rows of each table, and the names of the batches.
func (s *Store) counts(t *testing.T) [3]uint64 {
	t.Helper()
	var n [3]uint64
	for i, table := range []string{"exposures", "event_units", "batches"} {
		if err := s.conn.QueryRow(context.Background(), "SELECT count() FROM "+table).Scan(&n[i]); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func steps() []string {
	var all []string
	for _, table := range []string{"staged", "exposures", "event_units", "batches", "applied"} {
		all = append(all, table, table+" done")
	}
	return all
}

var errCut = errors.New("cut off")

// TestInterruptedWrites cuts a write off before and after each of its parts, and
// sends its batches again with others, as the stream does.
func TestInterruptedWrites(t *testing.T) {
	server := chdbtest.Start(t)
	s, ctx := open(t, server), context.Background()
	for i, step := range steps() {
		before := s.counts(t)
		first, second, third := batch(fmt.Sprint(i, "a")), batch(fmt.Sprint(i, "b")), batch(fmt.Sprint(i, "c"))
		s.step = func(name string) error {
			if name == step {
				return errCut
			}
			return nil
		}
		if _, err := s.Write(ctx, []analytics.Batch{first, second}, analytics.Position{Epoch: 1, Seq: uint64(10*i + 2)}); !errors.Is(err, errCut) {
			t.Fatalf("at %s: %v", step, err)
		}
		if i%2 == 1 { // the process is gone
			s = open(t, server)
		}
		s.step = func(string) error { return nil }
		position := analytics.Position{Epoch: 1, Seq: uint64(10*i + 3), At: noon}
		if _, err := s.Write(ctx, []analytics.Batch{second, first, third}, position); err != nil {
			t.Fatalf("after %s: %v", step, err)
		}
		want := [3]uint64{before[0] + 6, before[1] + 6, before[2] + 3}
		if got := s.counts(t); got != want {
			t.Errorf("cut off at %s: rows %v, want %v", step, got, want)
		}
		if got, err := s.Position(ctx); err != nil || got != position {
			t.Errorf("cut off at %s: position %+v, %v", step, got, err)
		}
	}
}

// TestKilledEngine kills the engine itself in the middle of a write.
func TestKilledEngine(t *testing.T) {
	server := chdbtest.Start(t)
	ctx := context.Background()
	for i, step := range []string{"staged done", "exposures done", "applied"} {
		s := open(t, server)
		s.step = func(name string) error {
			if name == step {
				server.Kill(t)
			}
			return nil
		}
		b := batch(fmt.Sprint(i))
		if _, err := s.Write(ctx, []analytics.Batch{b}, analytics.Position{Epoch: 1, Seq: uint64(i + 1)}); err == nil {
			t.Fatalf("a write to an engine that was killed at %s succeeded", step)
		}
		server.Restart(t)
		s = open(t, server)
		w, err := s.Write(ctx, []analytics.Batch{b}, analytics.Position{Epoch: 1, Seq: uint64(i + 1)})
		if err != nil || w.Duplicates != 1 {
			t.Errorf("killed at %s: %+v, %v; want what was staged to be there", step, w, err)
		}
		if got, want := s.counts(t), ([3]uint64{uint64(2 * (i + 1)), uint64(2 * (i + 1)), uint64(i + 1)}); got != want {
			t.Errorf("killed at %s: rows %v, want %v", step, got, want)
		}
	}
}

// TestOvertakenWrite has another writer take the number first, whose rows then
// count before ours.
func TestOvertakenWrite(t *testing.T) {
	server := chdbtest.Start(t)
	ours, other, ctx := open(t, server), open(t, server), context.Background()
	theirs := entry{number: 1, to: analytics.Position{Seq: 5}, batches: []analytics.Batch{batch("x")}}
	if err := other.stage(ctx, theirs); err != nil {
		t.Fatal(err)
	}
	both := []analytics.Batch{batch("x"), batch("y")}
	if _, err := ours.Write(ctx, both, analytics.Position{Seq: 6}); !errors.Is(err, errOvertaken) {
		t.Fatalf("write under a number that is taken: %v", err)
	}
	w, err := ours.Write(ctx, both, analytics.Position{Seq: 6})
	if err != nil || w.Batches != 1 || w.Duplicates != 1 {
		t.Errorf("second try: %+v, %v", w, err)
	}
	if got, want := ours.counts(t), ([3]uint64{4, 4, 2}); got != want {
		t.Errorf("rows %v, want %v", got, want)
	}
}

// TestManyWrites goes far enough for the log to be shortened.
func TestManyWrites(t *testing.T) {
	s, ctx := open(t, chdbtest.Start(t)), context.Background()
	for i := range uint64(3 * keepStaged) {
		if _, err := s.Write(ctx, []analytics.Batch{batch(fmt.Sprint(i))}, analytics.Position{Epoch: 1, Seq: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	var staged uint64
	if err := s.conn.QueryRow(ctx, `SELECT count() FROM staged`).Scan(&staged); err != nil || staged > 2*keepStaged {
		t.Errorf("%d writes are kept in the log, %v", staged, err)
	}
	if got := s.counts(t)[2]; got != 3*keepStaged {
		t.Errorf("%d batches, want %d", got, 3*keepStaged)
	}
	if n, err := s.Prune(ctx, noon.Add(time.Microsecond)); err != nil || n != 3*3*keepStaged {
		t.Errorf("pruned %d rows, %v", n, err)
	}
	if diff := cmp.Diff([3]uint64{3 * keepStaged, 0, 0}, s.counts(t)); diff != "" {
		t.Errorf("rows after pruning (-want +got):\n%s", diff)
	}
}
