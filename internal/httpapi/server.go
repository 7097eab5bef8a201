package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The limits of a connection. Writing is bounded for each answer and each
// event of a stream, not for the connection.
const (
	readHeaderTime = 5 * time.Second
	readTime       = 30 * time.Second
	idleTime       = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	shutdownTime   = 10 * time.Second
)

// Server serves an API on one listener.
type Server struct {
	api      *API
	listener net.Listener
	http     *http.Server
	logger   *slog.Logger
}

// NewServer returns a server for api on listener, which it closes at the end
// of Run.
func NewServer(api *API, listener net.Listener) *Server {
	s := &Server{api: api, listener: listener, logger: api.logger}
	s.http = &http.Server{
		Handler:           api.Handler(),
		ReadHeaderTimeout: readHeaderTime,
		ReadTimeout:       readTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(api.logger.Handler(), slog.LevelDebug),
	}
	return s
}

// Run serves until ctx is done. Then it ends the streams at once, lets other
// requests finish for up to 10 seconds, and returns nil.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	s.logger.InfoContext(ctx, "serving", slog.String("address", s.listener.Addr().String()))
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", s.listener.Addr(), err)
	case <-ctx.Done():
	}
	s.api.CloseStreams()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err := s.http.Shutdown(grace)
	if err != nil {
		err = errors.Join(fmt.Errorf("shut down: %w", err), s.http.Close())
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve %s: %w", s.listener.Addr(), served))
	}
	return err
}
