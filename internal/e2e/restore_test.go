package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// refused starts the product on a data folder and wants it to end by itself. It
// returns what it said, and false when it serves.
func refused(t *testing.T, data string) (string, bool) {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is what was printed that counts
		close(ended)
	}()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		select {
		case <-ended:
			return out.String(), true
		case <-time.After(20 * time.Millisecond):
			if _, err := os.Stat(filepath.Join(data, "cli.json")); err == nil {
				_ = cmd.Process.Kill()
				<-ended
				return out.String(), false
			}
		}
	}
	_ = cmd.Process.Kill()
	<-ended
	t.Fatal("the server neither serves nor ends:\n" + out.String())
	return "", false
}

// blocks are the files of the ledger in the store of JetStream.
func blocks(t *testing.T, data string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "nats", "jetstream", "*", "streams", "LEDGER", "msgs", "*.blk"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no blocks: %v", err)
	}
	return files
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// TestFlippedBit flips bits in the store of JetStream, at many places, with and
// without its index. The server must notice each before it serves, unless it reads
// every event as it was; and the ledger is then restored from its second copy, to
// the same root.
func TestFlippedBit(t *testing.T) {
	origin := t.TempDir()
	s := start(t, origin)
	for i := range 12 {
		mustRun(t, s, "flag", "create", fmt.Sprint("flag-", i), "--description", strings.Repeat("x", 200))
	}
	mustRun(t, s, "flag", "on", "flag-3", "--env", "production")
	key, _ := flagledger(t, s.asAdmin(), "ledger", "key")
	waitFor(t, "a checkpoint of everything", func() bool {
		out, _ := flagledger(t, s.asAdmin(), "ledger", "checkpoint", "--json")
		return strings.Contains(out, `"size": "21"`)
	})
	kept := filepath.Join(t.TempDir(), "kept")
	mustRun(t, s, "ledger", "checkpoint", "--save", kept)
	s.Stop()
	for _, name := range []string{"cli.json"} { // its absence shows that a server does not serve yet
		if err := os.Rename(filepath.Join(origin, name), filepath.Join(origin, "kept-"+name)); err != nil {
			t.Fatal(err)
		}
	}
	trials := 12
	if os.Getenv("FLAGLEDGER_TEST_FULL") != "" {
		trials = 100
	}
	rng := rand.New(rand.NewPCG(1, 2))
	found, harmless := 0, 0
	for trial := range trials {
		data := filepath.Join(t.TempDir(), fmt.Sprint(trial))
		copyTree(t, origin, data)
		file := blocks(t, data)[0]
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if trial%2 == 0 { // as after a kill
			_ = os.Remove(filepath.Join(filepath.Dir(file), "index.db"))
		}
		out, ended := refused(t, data)
		if ended {
			found++
			if !strings.Contains(out, "flagledger ledger restore") {
				t.Errorf("trial %d: the refusal does not say what to do:\n%s", trial, out)
			}
			if out, err := flagledger(t, nil, "ledger", "restore", "--data", data); err != nil || !strings.Contains(out, "The ledger has 2") {
				t.Fatalf("trial %d: restore: %v\n%s", trial, err, out)
			}
			if err := os.Rename(filepath.Join(data, "kept-cli.json"), filepath.Join(data, "cli.json")); err != nil {
				t.Fatal(err)
			}
		} else {
			harmless++
		}
		if trial > 5 && trial < trials-2 {
			continue // each of the others takes seconds
		}
		again := start(t, data)
		mustRun(t, again, "ledger", "prove", "--consistency", kept, "--key", strings.TrimSpace(key))
		export := filepath.Join(data, "export")
		mustRun(t, again, "ledger", "export", export)
		if out, err := flagledger(t, nil, "ledger", "verify", export, "--key", strings.TrimSpace(key), "--checkpoint", kept); err != nil {
			t.Errorf("trial %d: %v\n%s", trial, err, out)
		}
		if out, err := flagledger(t, again.asAdmin(), "flag", "list"); err != nil || !strings.Contains(out, "flag-11") {
			t.Errorf("trial %d: %v\n%s", trial, err, out)
		}
		again.Stop()
	}
	t.Logf("%d flipped bits: %d found before anything was served, and repaired to the same root; %d harmless", trials, found, harmless)
	if found == 0 {
		t.Error("no bit did any harm")
	}
}

// TestLostStream takes the whole stream away, and then the end of it.
func TestLostStream(t *testing.T) {
	data := t.TempDir()
	s := start(t, data)
	mustRun(t, s, "flag", "create", "pdf")
	s.Stop()
	if err := os.Remove(filepath.Join(data, "cli.json")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Dir(filepath.Dir(blocks(t, data)[0]))); err != nil {
		t.Fatal(err)
	}
	out, ended := refused(t, data)
	if !ended || !strings.Contains(out, "the ledger is gone") || !strings.Contains(out, "flagledger ledger restore") {
		t.Errorf("the ledger is gone: ended %t\n%s", ended, out)
	}
	if out, err := flagledger(t, nil, "ledger", "restore", "--data", data); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s = start(t, data)
	mustRun(t, s, "flag", "on", "pdf", "--env", "production")
	s.Stop()
}
