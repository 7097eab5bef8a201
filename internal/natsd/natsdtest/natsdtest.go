// Package natsdtest starts embedded NATS servers for tests of other packages.
//
// It takes a *testing.T and gives a running natsd.Server that stops, and whose
// folder goes, with the test. It never opens a port.
package natsdtest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/flagledger/flagledger/internal/natsd"
)

// Server is a natsd.Server that runs until Stop or the end of the test.
type Server struct {
	*natsd.Server
	stop context.CancelFunc
	done chan error
}

// Start runs a server on cfg, in a folder of the test's own when cfg names
// none, and waits until it is ready.
func Start(t testing.TB, cfg natsd.Config) *Server {
	t.Helper()
	if cfg.StoreDir == "" {
		cfg.StoreDir = t.TempDir()
	}
	srv, err := natsd.New(cfg, slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		t.Fatalf("new server: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{Server: srv, stop: cancel, done: make(chan error, 1)}
	go func() { s.done <- srv.Run(ctx) }()
	select {
	case <-srv.Ready():
	case err := <-s.done:
		cancel()
		t.Fatalf("start server: %v", err)
	}
	t.Cleanup(func() { s.Stop(t) })
	return s
}

// Stop ends the server and waits until its folder is free. A second call does
// nothing.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.done == nil {
		return
	}
	s.stop()
	if err := <-s.done; err != nil {
		t.Errorf("stop server: %v", err)
	}
	s.done = nil
}

// Dial opens an in-process connection that closes with the test.
func (s *Server) Dial(t testing.TB, role natsd.Role) *nats.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	nc, err := s.Connect(ctx, role, t.Name())
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// testWriter sends log lines to the test's output.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", p)
	return len(p), nil
}
