package duckstore_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/duckstore"
)

const (
	killTarget = "FLAGLEDGER_TEST_KILL_TARGET"
	killWrites = 120 // writes in all, each of killItems units
	killItems  = 50
)

func epoch() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

// delivery is the n-th message of a stream: one batch of killItems exposures
// and as many failed events.
func delivery(n int) analytics.Batch {
	b := analytics.Batch{
		ID: fmt.Sprint("batch-", n), Project: "p", Environment: "e", ReceivedAt: epoch(),
	}
	for i := range killItems {
		unit, value := fmt.Sprint("u", n, "-", i), float64(n)
		b.Exposures = append(b.Exposures, analytics.Exposure{
			Flag: "f", Variant: "on", By: "accountId", Unit: unit, Version: 1, At: epoch(),
		})
		b.Events = append(b.Events, analytics.Event{
			Name: "m", Failed: true, Value: &value, At: epoch().Add(time.Second), Units: map[string]string{"accountId": unit},
		})
	}
	return b
}

// deliver goes on from the store's position, telling each write.
func deliver(s *duckstore.Store, wrote func(seq uint64)) error {
	ctx := context.Background()
	p, err := s.Position(ctx)
	if err != nil {
		return err
	}
	for p.Seq < killWrites {
		p.Seq++
		if _, err := s.Write(ctx, []analytics.Batch{delivery(int(p.Seq))}, p); err != nil {
			return err
		}
		wrote(p.Seq)
	}
	return nil
}

// TestMain lets the test binary be its own victim.
func TestMain(m *testing.M) {
	if path := os.Getenv(killTarget); path != "" {
		os.Exit(victim(path))
	}
	os.Exit(m.Run())
}

func victim(path string) int {
	s, err := duckstore.Open(context.Background(), duckstore.Config{Path: path, MemoryLimit: 256})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := deliver(s, func(seq uint64) { fmt.Println(seq) }); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0 // without Close
}

// kill runs a victim until it has acknowledged some writes, kills it at a
// random moment of the next one, and returns the last acknowledged.
func kill(t *testing.T, path string, writes int) (acknowledged uint64) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killTarget+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for i := 0; lines.Scan(); i++ {
		if _, err := fmt.Sscan(lines.Text(), &acknowledged); err != nil {
			t.Fatal(err)
		}
		if i == writes {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the victim was not killed")
	}
	return acknowledged
}

func counts(t *testing.T, s *duckstore.Store) analytics.ArmCounts {
	t.Helper()
	series, err := s.Gate(context.Background(), analytics.GateQuery{
		Rollout: analytics.Rollout{
			Project: "p", Environment: "e", Flag: "f", By: "accountId", Treatment: "on", Control: "off",
			Strata: []analytics.Stratum{{FirstVersion: 1, LastVersion: 1, Start: epoch()}},
		},
		Bad: analytics.Bad{Event: "m", Failed: true}, Until: epoch().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return series.Treatment
}

// TestKill kills a writer again and again in the middle of its writes. After
// each death, position and rows must agree and nothing acknowledged may be
// missing; in the end the sums must be exact.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "analytics.duckdb")
	for _, writes := range []int{0, 7, 20, 23} {
		acknowledged := kill(t, path, writes)
		s := open(t, path)
		p, err := s.Position(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if p.Seq < acknowledged || p.Seq > acknowledged+1 {
			t.Errorf("position %d after %d acknowledged writes", p.Seq, acknowledged)
		}
		if have, want := counts(t, s).Events, int64(p.Seq)*killItems; have != want {
			t.Errorf("%d events at position %d, want %d", have, p.Seq, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, path)
	defer func() { _ = s.Close() }()
	if err := deliver(s, func(uint64) {}); err != nil {
		t.Fatal(err)
	}
	got := counts(t, s)
	if got.Events != killWrites*killItems || got.Active != killWrites*killItems || got.Bad != got.Events {
		t.Errorf("in the end %+v, want %d of each", got, killWrites*killItems)
	}
	// The stream is delivered again from its beginning: nothing is counted twice.
	for n := 1; n <= killWrites; n += 40 {
		w, err := s.Write(context.Background(), []analytics.Batch{delivery(n)}, analytics.Position{Seq: killWrites})
		if err != nil || w.Duplicates != 1 {
			t.Errorf("second delivery of %d: %+v, %v", n, w, err)
		}
	}
	if again := counts(t, s); again.Events != got.Events {
		t.Errorf("%d events after a second delivery, want %d", again.Events, got.Events)
	}
}
