package natslog_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/internal/natsd/natsdtest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/natslog"
)

// childFolder makes this binary the victim of TestKilledProcess.
const childFolder = "NATSLOG_TEST_CHILD_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := child(dir, os.Getenv("NATSLOG_TEST_CHILD_ROUND")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const (
	childAppends = 1000
	childWriters = 4
)

// content is long enough for a write to be torn.
func content(id string) string { return strings.Repeat(id+" ", 400/len(id)) }

// child appends from a few writers and prints "seq id" for each
// acknowledgement, until it is killed.
func child(dir, round string) error {
	srv, err := natsd.New(natsd.Config{StoreDir: dir, Protected: []string{natslog.Stream}}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	ctx := context.Background()
	failed := make(chan error, 1)
	go func() { failed <- srv.Run(ctx) }()
	select {
	case <-srv.Ready():
	case err := <-failed:
		return err
	}
	boot, err := srv.Connect(ctx, natsd.RoleBoot, "child")
	if err != nil {
		return err
	}
	js, err := jetstream.New(boot)
	if err != nil {
		return err
	}
	if err := natslog.Setup(ctx, js, natslog.Config{}); err != nil {
		return err
	}
	log, err := natslog.New(js, quiet(), natslog.Config{})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for w := range childWriters {
		wg.Go(func() {
			for i := range childAppends / childWriters {
				id := fmt.Sprintf("%s-%d-%d", round, w, i)
				b := ledger.Batch{ID: id, Entries: []ledger.Entry{
					{Subject: fmt.Sprintf("ledger.shop.flag.%d", w), Data: []byte(content(id))},
				}}
				if seq, err := log.Append(ctx, b); err == nil {
					_, _ = fmt.Fprintf(os.Stdout, "%d %s\n", seq, id) // one write each: not torn by the kill
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// TestKilledProcess kills a writing process, twice on the same folder, and
// compares what it acknowledged with what is there.
func TestKilledProcess(t *testing.T) {
	dir := t.TempDir()
	acked := map[uint64]string{}
	for round, after := range []int{250, 600} {
		killChild(t, dir, fmt.Sprint(round), after, acked)
	}
	srv := serve(t, dir)
	log := open(t, srv, natslog.Config{})
	ids, next := map[string]bool{}, uint64(1)
	err := log.Read(t.Context(), 1, ledger.AllSubjects, func(s ledger.Stored) error {
		id, _, _ := strings.Cut(string(s.Data), " ")
		if s.Seq != next || string(s.Data) != content(id) || ids[id] {
			return fmt.Errorf("entry %d, expected as %d, of %s: seen before %v, %d bytes", s.Seq, next, id, ids[id], len(s.Data))
		}
		if want, ok := acked[s.Seq]; ok && want != id {
			return fmt.Errorf("entry %d is %s, but was acknowledged as %s", s.Seq, id, want)
		}
		delete(acked, s.Seq)
		ids[id] = true
		next++
		return nil
	})
	if err != nil || len(acked) > 0 {
		t.Fatalf("%v; %d acknowledged entries are missing: %v", err, len(acked), acked)
	}
	t.Logf("%d entries after two kills", len(ids))
}

// killChild runs a child until it has printed after acknowledgements, kills
// it, and notes all that it printed.
func killChild(t *testing.T, dir, round string, after int, acked map[uint64]string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childFolder+"="+dir, "NATSLOG_TEST_CHILD_ROUND="+round)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n, lines := 0, bufio.NewScanner(out)
	for lines.Scan() {
		var seq uint64
		var id string
		if _, err := fmt.Sscan(lines.Text(), &seq, &id); err != nil {
			t.Fatalf("child printed %q: %v", lines.Text(), err)
		}
		if had, ok := acked[seq]; ok {
			t.Fatalf("sequence %d was given to %s and to %s", seq, had, id)
		}
		acked[seq] = id
		if n++; n == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || n < after || n >= childAppends {
		t.Fatalf("child ended with %v after %d acknowledgements; want it killed after about %d", err, n, after)
	}
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	srv := serve(t, dir)
	log := open(t, srv, natslog.Config{})
	fill(t, log, 10)
	srv.Stop(t)
	log = open(t, serve(t, dir), natslog.Config{})
	if end, err := log.End(t.Context()); err != nil || end != 10 {
		t.Fatalf("End after a restart = %d, %v; want 10", end, err)
	}
	if _, err := log.Append(t.Context(), entry("fill 3")); !errors.Is(err, ledger.ErrDuplicate) {
		t.Fatalf("retry after a restart: %v; want ErrDuplicate", err)
	}
}

// The server goes away under a follower and comes back on the same port.
func TestFollowOutlivesServer(t *testing.T) {
	dir, addr := t.TempDir(), freeAddress(t)
	cfg := natsd.Config{StoreDir: dir, Listen: addr, AppPassword: "x", Protected: []string{natslog.Stream}}
	srv := natsdtest.Start(t, cfg)
	open(t, srv, natslog.Config{})
	nc, err := nats.Connect("nats://"+addr, nats.UserInfo("app", "x"),
		nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	log, err := natslog.New(jet(t, nc), quiet(), natslog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	got, done := make(chan uint64, 10), make(chan error, 1)
	caught := 0
	go func() {
		done <- log.Follow(ctx, 1, func() { caught++ }, func(s ledger.Stored) error { got <- s.Seq; return nil })
	}()
	for seq := uint64(1); seq <= 3; seq++ {
		if _, err := log.Append(ctx, entry(fmt.Sprint(seq))); err != nil {
			t.Fatal(err)
		}
		select {
		case s := <-got:
			if s != seq {
				t.Fatalf("followed to %d; want %d", s, seq)
			}
		case <-ctx.Done():
			t.Fatalf("entry %d did not come", seq)
		}
		srv.Stop(t)
		srv = natsdtest.Start(t, cfg)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || caught != 1 {
		t.Fatalf("Follow ended with %v, caught up %d times", err, caught)
	}
}

func TestUnavailable(t *testing.T) {
	srv := serve(t, "")
	cfg := natslog.Config{Patience: 200 * time.Millisecond}
	early, err := natslog.New(jet(t, srv.Dial(t, natsd.RoleApp)), quiet(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := early.End(t.Context()); !errors.Is(err, ledger.ErrUnavailable) {
		t.Fatalf("End without a stream: %v; want ErrUnavailable", err)
	}
	log := open(t, srv, cfg)
	fill(t, log, 2)
	srv.Stop(t)
	pair := ledger.Batch{ID: "2", Entries: append(entry("a").Entries, entry("b").Entries...)}
	_, single := log.Append(t.Context(), entry("1"))
	_, several := log.Append(t.Context(), pair)
	_, end := log.End(t.Context())
	read := log.Read(t.Context(), 1, ledger.AllSubjects, func(ledger.Stored) error { return nil })
	for name, err := range map[string]error{"append": single, "append two": several, "end": end, "read": read} {
		if !errors.Is(err, ledger.ErrUnavailable) {
			t.Errorf("%s without a server: %v; want ErrUnavailable", name, err)
		}
	}
}
