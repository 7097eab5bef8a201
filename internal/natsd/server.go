package natsd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Errors for errors.Is.
var (
	// ErrInUse: another process holds the data folder.
	ErrInUse = errors.New("another flagledger uses this data folder")
	// ErrStopped: the server is not running any more.
	ErrStopped = errors.New("the nats server has stopped")
)

// startTimeout bounds the start; recovering a million messages takes about a
// second.
const startTimeout = 2 * time.Minute

// Server is an embedded NATS server. Its methods may be called concurrently.
type Server struct {
	cfg       Config
	log       *slog.Logger
	passwords map[Role]string

	started atomic.Bool
	ready   chan struct{} // closed when connections are accepted
	stopped chan struct{} // closed when Run is about to return
	srv     *server.Server
}

// New checks cfg. Nothing happens before Run.
func New(cfg Config, log *slog.Logger) (*Server, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	app := cfg.AppPassword
	if app == "" {
		app = rand.Text()
	}
	return &Server{
		cfg:       cfg,
		log:       log,
		passwords: map[Role]string{RoleBoot: rand.Text(), RoleApp: app},
		ready:     make(chan struct{}),
		stopped:   make(chan struct{}),
	}, nil
}

// Run starts the server and blocks until ctx ends, then closes the store and
// gives the folder up. It returns nil after a clean stop, ErrInUse (wrapped)
// when the folder is taken, and the reason when the server cannot start. It
// can be called once.
func (s *Server) Run(ctx context.Context) error {
	if !s.started.CompareAndSwap(false, true) {
		return errors.New("natsd: Run was called twice")
	}
	defer close(s.stopped)
	folder, err := claim(s.cfg.StoreDir)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()

	lines := newBridge(s.log)
	if err := s.start(lines); err != nil {
		return err
	}
	close(s.ready)
	s.log.LogAttrs(ctx, slog.LevelInfo, "nats server ready",
		slog.String("store", s.cfg.StoreDir), slog.String("listen", s.Addr()))

	var failure error
	select {
	case <-ctx.Done():
	case failure = <-lines.fatal:
	}
	s.srv.Shutdown()
	s.srv.WaitForShutdown()
	return failure
}

// start returns when the server accepts connections and JetStream is up.
func (s *Server) start(lines *bridge) error {
	opts, err := s.options()
	if err != nil {
		return err
	}
	srv, err := server.NewServer(opts)
	if err != nil {
		return fmt.Errorf("nats server: %w", err)
	}
	srv.SetLoggerV2(lines, false, false, false)
	srv.Start()
	err = lines.failed()
	if err == nil && !srv.ReadyForConnections(startTimeout) {
		err = fmt.Errorf("not ready after %s", startTimeout)
	}
	if err == nil && !srv.JetStreamEnabled() {
		err = errors.New("jetstream did not start")
	}
	if err != nil {
		srv.Shutdown()
		srv.WaitForShutdown()
		return fmt.Errorf("nats server on %s: %w", s.cfg.StoreDir, err)
	}
	s.srv = srv
	return nil
}

func (s *Server) options() (*server.Options, error) {
	roles, err := users(s.cfg, s.passwords)
	if err != nil {
		return nil, err
	}
	opts := &server.Options{
		ServerName:             s.cfg.ServerName,
		JetStream:              true,
		StoreDir:               s.cfg.StoreDir,
		JetStreamMaxStore:      s.cfg.MaxStore,
		SyncAlways:             true, // an acknowledgement means: on disk
		NoSigs:                 true, // signals are the business of cmd
		MaxPayload:             int32(s.cfg.MaxPayload),
		DisableJetStreamBanner: true,
		// Every watcher of a bucket is a consumer; the server's default of
		// 1,000 for each stream would refuse the next one.
		JetStreamLimits: server.JSLimitOpts{DefaultMaxConsumers: -1},
		Users:           roles,
	}
	if s.cfg.Listen == "" {
		opts.DontListen = true
		return opts, nil
	}
	host, port, err := splitListen(s.cfg.Listen)
	if err != nil {
		return nil, err
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	opts.Host, opts.Port = host, port
	return opts, nil
}

// Ready is closed once Connect works. When Run fails before that it stays
// open: wait for Run's error too.
func (s *Server) Ready() <-chan struct{} { return s.ready }

// Addr returns the host:port that is listened on, or "" when there is none or
// the server is not ready.
func (s *Server) Addr() string {
	select {
	case <-s.ready:
	default:
		return ""
	}
	if s.cfg.Listen == "" || s.srv.Addr() == nil {
		return ""
	}
	return s.srv.Addr().String()
}

// Connect opens a connection inside the process, without a socket, waiting
// until the server is ready. name shows up in logs and advisories. The caller
// closes the connection before ending Run's context. It returns ErrStopped when
// Run has ended, and ctx's error when that ends first.
func (s *Server) Connect(ctx context.Context, role Role, name string) (*nats.Conn, error) {
	password, ok := s.passwords[role]
	if !ok {
		return nil, fmt.Errorf("connect %s: there is no role %q", name, role)
	}
	select {
	case <-s.stopped:
		return nil, fmt.Errorf("connect %s: %w", name, ErrStopped)
	case <-ctx.Done():
		return nil, fmt.Errorf("connect %s: %w", name, ctx.Err())
	case <-s.ready:
	}
	if s.ended() {
		return nil, fmt.Errorf("connect %s: %w", name, ErrStopped)
	}
	nc, err := nats.Connect("",
		nats.InProcessServer(s.srv),
		nats.Name(name),
		nats.UserInfo(string(role), password),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(100*time.Millisecond),
		nats.ErrorHandler(s.report))
	if err != nil {
		return nil, fmt.Errorf("connect %s: %w", name, err)
	}
	return nc, nil
}

// ended says whether Run has returned or is about to.
func (s *Server) ended() bool {
	select {
	case <-s.stopped:
		return true
	default:
		return false
	}
}

// report logs what the server tells a connection out of band: refused
// permissions above all.
func (s *Server) report(nc *nats.Conn, _ *nats.Subscription, err error) {
	s.log.LogAttrs(context.Background(), slog.LevelWarn, "nats connection",
		slog.String("name", nc.Opts.Name), slog.Any("err", err))
}
