package e2e

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/ledger/natslog"
	"github.com/flagledger/flagledger/projector"
)

const flags = "/api/v1/projects/default/flags"

// TestKilledServer kills the server with SIGKILL in the middle of 1,000
// changes by a client that counts what was acknowledged, several times over.
// After each restart every acknowledged change is there, and the rulesets
// served are, byte for byte, those of a rebuild from the first event.
func TestKilledServer(t *testing.T) {
	const total, rounds, writers = 1000, 3, 4
	data := t.TempDir()
	s := start(t, data)
	acknowledged := map[string]bool{}
	for round := range rounds {
		from, to := round*total/rounds, (round+1)*total/rounds
		killAfter := (to - from) / 2
		writeUntilKilled(t, s, from, to, writers, killAfter, acknowledged)
		s = start(t, data)
		checkAcknowledged(t, s, acknowledged)
	}
	if n := len(acknowledged); n < total/3 || n == total {
		t.Errorf("%d of %d changes were acknowledged: the kills did not fall in the middle", n, total)
	}
	served := map[string][]byte{}
	for _, env := range []string{"development", "staging", "production"} {
		var raw []byte
		if status, err := s.call(t.Context(), http.MethodGet, "/api/v1/projects/default/environments/"+env+"/ruleset", nil, &raw); err != nil || status != 200 {
			t.Fatalf("ruleset of %s: status %d, %v", env, status, err)
		}
		served[env] = raw
	}
	s.Stop()
	for env, want := range rebuild(t, data) {
		if !bytes.Equal(bytes.TrimSpace(served[env]), want) {
			t.Errorf("the ruleset of %s differs from its rebuild:\nserved  %.300s\nrebuilt %.300s", env, served[env], want)
		}
	}
	t.Logf("%d of %d changes acknowledged over %d kills, all there", len(acknowledged), total, rounds)
}

// writeUntilKilled creates flags from..to with several writers and kills the
// server once killAfter of them are acknowledged.
func writeUntilKilled(t *testing.T, s *server, from, to, writers, killAfter int, acknowledged map[string]bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := make(chan int, to-from)
	for i := from; i < to; i++ {
		next <- i
	}
	close(next)
	count := 0
	for range writers {
		wg.Go(func() {
			for i := range next {
				key := fmt.Sprintf("flag-%04d", i)
				status, err := s.call(ctx, http.MethodPost, flags, map[string]any{"key": key, "reason": "test"}, nil)
				if err != nil {
					return // the server is gone
				}
				mu.Lock()
				if status == http.StatusCreated {
					acknowledged[key] = true
					if count++; count == killAfter {
						go s.Kill()
					}
				} else {
					t.Errorf("create %s: status %d", key, status)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	s.Kill()
}

func checkAcknowledged(t *testing.T, s *server, acknowledged map[string]bool) {
	t.Helper()
	var list struct{ Flags []struct{ Key string } }
	s.must(http.MethodGet, flags, nil, &list)
	have := map[string]bool{}
	for _, f := range list.Flags {
		if have[f.Key] {
			t.Errorf("%s is there twice", f.Key)
		}
		have[f.Key] = true
	}
	for key := range acknowledged {
		if !have[key] {
			t.Errorf("%s was acknowledged and is lost", key)
		}
	}
}

// rebuild folds the ledger in a stopped server's data folder from the first
// event and returns the rulesets of the default project.
func rebuild(t *testing.T, data string) map[string][]byte {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(t.Context())
	nats, err := natsd.New(natsd.Config{StoreDir: filepath.Join(data, "nats"), Protected: []string{natslog.Stream}}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := nats.Run(ctx); err != nil {
			t.Errorf("nats: %v", err)
		}
	})
	defer wg.Wait()
	defer cancel()
	conn, err := nats.Connect(ctx, natsd.RoleApp, "rebuild")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	log, err := natslog.New(js, quiet, natslog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	view := projector.New(log, quiet, projector.Config{})
	viewCtx, stop := context.WithCancel(ctx)
	var folding sync.WaitGroup
	folding.Go(func() {
		if err := view.Run(viewCtx); err != nil {
			t.Errorf("projector: %v", err)
		}
	})
	<-view.Ready()
	out := map[string][]byte{}
	for _, snap := range view.Snapshots() {
		b, err := snap.JSON()
		if err != nil {
			t.Fatal(err)
		}
		out[snap.Ruleset.Environment] = b
	}
	stop()
	folding.Wait()
	return out
}
