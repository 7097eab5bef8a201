package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/flagledger/flagledger/internal/chdb/chdbtest"
)

// binary is the product, built once for all tests of the package.
var binary string

func TestMain(m *testing.M) {
	if addr := os.Getenv(varRunner); addr != "" {
		if err := runRunner(addr); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(chdbtest.Main(func() int {
		dir, err := os.MkdirTemp("", "flagledger-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		binary = filepath.Join(dir, "flagledger")
		build := exec.Command("go", "build", "-o", binary, "../../cmd/flagledger")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}))
}

// server is one running flagledger process.
type server struct {
	tb    testing.TB
	data  string
	cmd   *exec.Cmd
	log   *bytes.Buffer
	done  chan error
	URL   string
	Token string
}

// start runs the product on a data folder and waits until it is ready.
func start(tb testing.TB, data string, args ...string) *server {
	tb.Helper()
	s := &server{tb: tb, data: data, log: &bytes.Buffer{}, done: make(chan error, 1)}
	_ = os.Remove(filepath.Join(data, "cli.json")) // of an earlier process: its port is gone
	s.cmd = exec.Command(binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() { s.done <- s.cmd.Wait() }()
	tb.Cleanup(s.Kill)
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		select {
		case err := <-s.done:
			s.done <- err
			tb.Fatalf("the server ended while starting: %v\n%s", err, s.log)
		case <-time.After(20 * time.Millisecond):
		}
		if s.readCLI() && s.ready() {
			return s
		}
	}
	tb.Fatalf("the server is not ready\n%s", s.log)
	return nil
}

func (s *server) readCLI() bool {
	b, err := os.ReadFile(filepath.Join(s.data, "cli.json"))
	if err != nil {
		return false
	}
	var cli struct{ Server, Token string }
	if json.Unmarshal(b, &cli) != nil || cli.Server == "" {
		return false
	}
	s.URL, s.Token = cli.Server, cli.Token
	return true
}

func (s *server) ready() bool {
	resp, err := http.Get(s.URL + "/readyz")
	if err != nil {
		return false
	}
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

// Kill ends the process as a power cut would, by its own id.
func (s *server) Kill() { _ = s.end(syscall.SIGKILL) } // its error is the kill

// Stop asks the process to end and demands that it does so without error.
func (s *server) Stop() {
	s.tb.Helper()
	if err := s.end(syscall.SIGTERM); err != nil {
		s.tb.Errorf("the server did not stop cleanly: %v\n%s", err, s.log)
	}
}

func (s *server) end(sig syscall.Signal) error {
	_ = s.cmd.Process.Signal(sig)
	select {
	case err := <-s.done:
		s.done <- err
		return err
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		return fmt.Errorf("still running 30 s after %v", sig)
	}
}

// call sends one request with the admin token and decodes the answer into out,
// unless that is nil. It returns the status.
func (s *server) call(ctx context.Context, method, path string, in, out any) (int, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return 0, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, body)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || out == nil {
		return resp.StatusCode, err
	}
	if raw, ok := out.(*[]byte); ok {
		*raw = b
		return resp.StatusCode, nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return resp.StatusCode, fmt.Errorf("%s %s: %w in %s", method, path, err, b)
	}
	return resp.StatusCode, nil
}

// must is call for what has to work.
func (s *server) must(method, path string, in, out any) {
	s.tb.Helper()
	var raw []byte
	status, err := s.call(s.tb.Context(), method, path, in, &raw)
	if err != nil || status >= 300 {
		s.tb.Fatalf("%s %s: status %d, %v\n%s\n%s", method, path, status, err, raw, s.log)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			s.tb.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
}

// flagledger runs a command of the CLI and returns what it prints on standard
// output.
func flagledger(tb testing.TB, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(tb.Context(), binary, args...)
	cmd.Env = append(append(os.Environ(), "NO_COLOR=1"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, stderr.String())
	}
	return string(out), err
}

// asAdmin is the environment of a command that speaks to s.
func (s *server) asAdmin() []string {
	return []string{"FLAGLEDGER_SERVER=" + s.URL, "FLAGLEDGER_TOKEN=" + s.Token}
}

// sdkKey creates a key for the production environment of the default project.
func (s *server) sdkKey(kind string) string {
	s.tb.Helper()
	var made struct{ Key string }
	s.must(http.MethodPost, "/api/v1/keys", map[string]string{
		"kind": kind, "name": "test " + kind, "project": "default", "environment": "production", "reason": "test",
	}, &made)
	return made.Key
}
