// Package chdbtest gives tests a real engine of ClickHouse, in a process of its
// own that can be killed. The environment variable FLAGLEDGER_TEST_CLICKHOUSE
// names a server to use instead, "host:port" of its HTTP protocol.
package chdbtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/internal/chdb"
)

const (
	varServer = "FLAGLEDGER_TEST_CLICKHOUSE"
	varFolder = "FLAGLEDGER_TEST_CHDB_FOLDER" // set for the child alone
)

// Main runs the tests of a package, or, in the child that a test has started,
// the engine. Every package that uses Start calls it from TestMain.
func Main(run func() int) int {
	if folder := os.Getenv(varFolder); folder != "" {
		if err := serve(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	return run()
}

// serve runs until the parent is gone, which ends its standard input.
func serve(folder string) error {
	engine, err := chdb.Open(chdb.Library(), folder)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: chdb.NewServer(engine), ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Println(listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	engine.Close()
	return nil
}

// Server is an engine that runs.
type Server struct {
	// Address is its host and port.
	Address string
	folder  string
	child   *exec.Cmd
	stdin   io.Closer
}

// DSN names its default database for clickhouse-go.
func (s *Server) DSN() string { return "http://" + s.Address + "/default?compress=gzip" }

// Start runs the engine on an empty folder until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	if address := os.Getenv(varServer); address != "" {
		return &Server{Address: address}
	}
	return StartIn(t, t.TempDir())
}

// StartIn runs the engine on a folder until the test ends, or Stop.
func StartIn(t testing.TB, folder string) *Server {
	t.Helper()
	s := &Server{folder: folder}
	s.Restart(t)
	t.Cleanup(s.Stop)
	return s
}

// Restart runs the engine on the same folder again, after Kill.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(program)
	child.Env = append(os.Environ(), varFolder+"="+s.folder)
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	s.child, s.stdin = child, stdin
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the engine of ClickHouse has not started: %v", err)
	}
	s.Address = strings.TrimSpace(line)
}

// Kill ends the engine as a power cut of its process would, with SIGKILL.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if s.child == nil {
		t.Skip(varServer + " names a server, which tests do not kill")
	}
	if err := s.child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.child.Wait() // it was killed
}

// Stop ends the engine, once.
func (s *Server) Stop() {
	_ = s.stdin.Close()
	_ = s.child.Wait() // killed before, perhaps
}
