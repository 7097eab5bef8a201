package pgstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/internal/pgtest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/memstore"
	"github.com/flagledger/flagledger/projector/storetest"
)

// What the child of TestKills is given.
const (
	varDSN    = "FLAGLEDGER_TEST_KILL_DSN"
	varEvents = "FLAGLEDGER_TEST_KILL_EVENTS"
)

// varFull asks for the full size of the long tests.
const varFull = "FLAGLEDGER_TEST_FULL"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(varDSN); dsn != "" {
		if err := project(dsn, os.Getenv(varEvents)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// project is the child: a projector until it is killed.
func project(dsn, path string) error {
	log, err := loaded(path)
	if err != nil {
		return err
	}
	store, err := Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	return projector.NewReadModels(log, store, quiet).Run(context.Background())
}

// loaded is a log with the events of a file.
func loaded(path string) (*memlog.Log, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	log, err := memlog.New(memlog.Config{})
	if err != nil {
		return nil, err
	}
	in := ledger.NewEventFileReader(f, 0)
	for b := (ledger.Batch{}); ; {
		rec, err := in.Next()
		if errors.Is(err, io.EOF) && len(b.Entries) == 0 {
			return log, nil
		}
		var e ledger.Stored
		if err == nil {
			e, _, err = rec.Event()
			b.Entries = append(b.Entries, ledger.Entry{Subject: e.Subject, Data: e.Data})
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(b.Entries) < ledger.MaxBatch && err == nil {
			continue
		}
		b.ID = fmt.Sprint("load-", e.Seq, len(b.Entries))
		if _, err := log.Append(context.Background(), b); err != nil {
			return nil, err
		}
		b = ledger.Batch{}
	}
}

// writeEvents makes a file of n events of 300 flags, and gives them as a log.
func writeEvents(t testing.TB, path string, n int) *memlog.Log {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out, rng, st := bufio.NewWriter(f), rand.New(rand.NewPCG(5, 5)), ledger.NewState()
	put := func(kind ledger.Kind, key string, e ledger.Event) {
		s := ledger.Subject{Project: "shop", Kind: kind, Key: key}
		seq := st.Seq + 1
		data, err := ledger.Encode(ledger.Recorded{
			ID: fmt.Sprint("e", seq), At: time.Unix(1_800_000_000+int64(seq), 0), Actor: ledger.Actor{Kind: ledger.ActorToken, ID: fmt.Sprint("k", seq%7)},
			Command: fmt.Sprint("c", seq), Prev: st.SubjectHash(s), Event: e,
		})
		stored := ledger.Stored{Seq: seq, Subject: s.String(), Data: data}
		if err == nil {
			err = st.Apply(ledger.Decode(stored))
		}
		if err == nil {
			_, err = out.Write(ledger.AppendEvent(nil, stored))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(ledger.KindProject, "shop", ledger.ProjectCreated{Name: "Shop"})
	put(ledger.KindProject, "shop", ledger.EnvironmentCreated{Environment: "prod"})
	for i := range 300 {
		put(ledger.KindFlag, fmt.Sprint("flag-", i), ledger.FlagCreated{Salt: "s"})
	}
	for int(st.Seq) < n {
		key := fmt.Sprint("flag-", rng.IntN(300))
		put(ledger.KindFlag, key, []ledger.Event{
			ledger.FlagTurnedOn{Environment: "prod"},
			ledger.FlagTurnedOff{Environment: "prod"},
			ledger.FlagDetailsChanged{Details: ledger.FlagDetails{Owner: fmt.Sprint("team-", rng.IntN(9))}},
		}[rng.IntN(3)])
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	log, err := loaded(path)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// TestKills kills the projector again and again on its way through a ledger. In
// full size: 25 kills over 200,000 events.
func TestKills(t *testing.T) {
	events, kills := 20_000, 6
	if os.Getenv(varFull) != "" {
		events, kills = 200_000, 25
	}
	path := filepath.Join(t.TempDir(), "events")
	log := writeEvents(t, path, events)
	dsn := pgtest.Start(t).Database(t)
	store := openStore(t, dsn)
	rng := rand.New(rand.NewPCG(6, 6))
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	at := func() uint64 {
		c, err := store.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return c.Seq
	}
	for life := 0; life <= kills; life++ {
		child := exec.Command(program)
		child.Env = append(os.Environ(), varDSN+"="+dsn, varEvents+"="+path)
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		until := uint64(events * (life + 1) / (kills + 2))
		if life == kills {
			until = uint64(events)
		}
		for deadline := time.Now().Add(time.Minute); at() < until; {
			if time.Now().After(deadline) {
				t.Fatalf("life %d: at %d, not %d", life, at(), until)
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rng.IntN(40)) * time.Millisecond) // anywhere in a transaction
		_ = child.Process.Kill()
		_ = child.Wait() // its error is the kill
	}
	var n, sum, history, distinct int64
	err = store.pool.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM events), (SELECT sum(seq)::bigint FROM events),
		(SELECT count(*) FROM history), (SELECT count(DISTINCT command) FROM history)`).Scan(&n, &sum, &history, &distinct)
	if want := int64(events); err != nil || n != want || sum != want*(want+1)/2 || history != want || distinct != want {
		t.Errorf("%d events with sum %d, %d in the history of %d commands: %v", n, sum, history, distinct, err)
	}
	got := storetest.Dump(t, store)
	if _, err := Rebuild(t.Context(), dsn, quiet, nil); err != nil {
		t.Fatal(err)
	}
	mem := memstore.New()
	if err := storetest.Follow(t, log, mem); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]map[string][]any{"a rebuild": storetest.Dump(t, store), "memory": storetest.Dump(t, mem)} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows differ from those of %s:\n%.2000s", what, diff)
		}
	}
	t.Logf("%d kills over %d events: %d events, sum of sequences %d, rows equal to a rebuild", kills, events, n, sum)
}
