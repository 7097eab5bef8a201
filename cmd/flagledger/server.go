package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/robfig/cron/v3"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/export"
	"github.com/flagledger/flagledger/analytics/natsingest"
	"github.com/flagledger/flagledger/internal/httpapi"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/internal/hygiene/natsscans"
	"github.com/flagledger/flagledger/internal/lifecycle"
	"github.com/flagledger/flagledger/internal/natsd"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/archive"
	"github.com/flagledger/flagledger/ledger/natslog"
	"github.com/flagledger/flagledger/projector"
	"github.com/flagledger/flagledger/projector/natsdigest"
	"github.com/flagledger/flagledger/projector/natskv"
	"github.com/flagledger/flagledger/web"
	"github.com/flagledger/flagledger/workflow"
	"github.com/flagledger/flagledger/workflow/httpprobe"
	"github.com/flagledger/flagledger/workflow/natslease"
	"github.com/flagledger/flagledger/workflow/notify"
)

// serverConfig says how a server runs.
type serverConfig struct {
	data, listen  string
	analytics     string // embeddedAnalytics, or a DSN of chstore
	postgres      string // of the read models; empty for none
	exports       []export.Config
	notifications []notify.Config
	sources       []httpprobe.Config
	tick, flush   time.Duration
	hygiene       time.Duration // between two looks for stale flags
	staleAfter    time.Duration
	retention     time.Duration // of exposures and events; 0 keeps them
	metricsOpen   bool
	// exposureAttributes is httpapi.Config's.
	exposureAttributes []string
	logLevel           slog.Level
	// opened is called once, when the server answers.
	opened func(opened)
}

// opened is what is known of a server that answers.
type opened struct {
	url   string
	token string // admin
}

// server is the whole product in one process.
//
//	nats -> core [ scrubber -> archive -> exports -> notifications -> projector -> mirror -> analytics writer -> workflow -> HTTP -> first start ]
//
// Parts start from left to right, each when the one before is ready, and stop
// from right to left.
type server struct {
	cfg    serverConfig
	logger *slog.Logger
	now    func() time.Time
}

func newServer(cfg serverConfig, logger *slog.Logger) *server {
	return &server{cfg: cfg, logger: logger, now: time.Now}
}

// coreGrace is how long everything on top of NATS may take to stop together.
const coreGrace = 45 * time.Second

// httpGrace is longer than the 10 seconds that requests get to finish, so that
// what still runs then is cut off before the parts under it go.
const httpGrace = 15 * time.Second

// Run serves until ctx is done and everything has stopped in order.
func (s *server) Run(ctx context.Context) error {
	if err := os.MkdirAll(s.cfg.data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	nats, err := natsd.New(natsd.Config{
		StoreDir: filepath.Join(s.cfg.data, "nats"), Protected: []string{natslog.Stream, natsdigest.Stream},
	}, s.logger)
	if err != nil {
		return err
	}
	group, err := lifecycle.New(
		lifecycle.Part{Name: "nats", Run: nats.Run, Ready: nats.Ready()},
		lifecycle.Part{Name: "core", Run: func(ctx context.Context) error { return s.core(ctx, nats) }, Grace: coreGrace},
	)
	if err != nil {
		return err
	}
	return group.Run(ctx)
}

// core runs everything that stands on NATS.
func (s *server) core(ctx context.Context, nats *natsd.Server) error {
	copied, err := archive.Open(filepath.Join(s.cfg.data, archiveFolder))
	if err != nil {
		return err
	}
	return errors.Join(s.withArchive(ctx, nats, copied), copied.Close())
}

// withArchive is core with the second copy of the ledger.
func (s *server) withArchive(ctx context.Context, nats *natsd.Server, copied *archive.Archive) error {
	if err := s.setUp(ctx, nats, copied); err != nil {
		return err
	}
	conn, err := nats.Connect(ctx, natsd.RoleApp, "flagledger")
	if err != nil {
		return fmt.Errorf("connect to nats: %w", err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return fmt.Errorf("open jetstream: %w", err)
	}
	store, err := openAnalytics(ctx, s.cfg)
	if err != nil {
		return err
	}
	parts, err := s.parts(js, store, copied)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	group, err := lifecycle.New(parts...)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	return errors.Join(damaged(group.Run(ctx)), store.Close())
}

// setUp creates or checks what the service itself may not change.
func (s *server) setUp(ctx context.Context, nats *natsd.Server, copied *archive.Archive) error {
	conn, err := nats.Connect(ctx, natsd.RoleBoot, "flagledger boot")
	if err != nil {
		return fmt.Errorf("connect to nats: %w", err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return fmt.Errorf("open jetstream: %w", err)
	}
	if err := s.setUpLedger(ctx, js, copied); err != nil {
		return err
	}
	if err := natsingest.Setup(ctx, js, natsingest.StreamConfig{}); err != nil {
		return err
	}
	if err := export.Setup(ctx, js); err != nil {
		return err
	}
	if err := notify.Setup(ctx, js); err != nil {
		return err
	}
	if err := natsdigest.Setup(ctx, js); err != nil {
		return err
	}
	if err := natsscans.Setup(ctx, js); err != nil {
		return err
	}
	if err := natslease.Setup(ctx, js, natslease.Config{}); err != nil {
		return err
	}
	kv, err := natskv.New(js, natskv.Config{})
	if err != nil {
		return err
	}
	return kv.Setup(ctx)
}

// parts are the long-lived parts of core, in the order of their start.
func (s *server) parts(js jetstream.JetStream, store analyticsStore, copied *archive.Archive) ([]lifecycle.Part, error) {
	log, err := natslog.New(js, s.logger, natslog.Config{})
	if err != nil {
		return nil, err
	}
	kv, err := natskv.New(js, natskv.Config{})
	if err != nil {
		return nil, err
	}
	past, err := s.openPast(js, log, copied)
	if err != nil {
		return nil, err
	}
	view := projector.New(log, s.logger, projector.Config{States: past.states, Journal: past.journal})
	l := ledger.New(log, view, s.now)
	publisher := natsingest.NewPublisher(js)
	writer, err := natsingest.NewWriter(js, store, publisher, s.logger, natsingest.WriterConfig{FlushInterval: s.cfg.flush, MaxItems: 100_000, MaxBytes: 32 << 20})
	if err != nil {
		return nil, err
	}
	sources, err := httpprobe.New(s.cfg.sources, s.now)
	if err != nil {
		return nil, err
	}
	engine, err := workflow.New(agenda{view}, store, l, workflow.Config{
		Complete: writer.Complete, Recorded: eventOf(log), Probe: sources,
	})
	if err != nil {
		return nil, err
	}
	scans := natsscans.New(js)
	inspector := hygiene.NewInspector(store, scans, hygiene.Limits{Decided: s.cfg.staleAfter})
	keeper, err := hygiene.NewKeeper(agenda{view}, inspector, l, s.cfg.hygiene, s.logger, s.now)
	if err != nil {
		return nil, err
	}
	runner, err := s.newRunner(js, engine)
	if err != nil {
		return nil, err
	}
	retention, err := analytics.NewRetention(store, s.cfg.retention, s.logger, s.now)
	if err != nil {
		return nil, err
	}
	outlets, err := newExports(js, s.cfg.exports, publisher, s.logger, s.now)
	if err != nil {
		return nil, err
	}
	channels, err := newNotifications(js, s.cfg.notifications, log, agenda{view}.channelsOf, s.logger, s.now)
	if err != nil {
		return nil, err
	}
	metrics := meters{
		past:   past,
		engine: engine, runner: runner, publisher: publisher, writer: writer, exports: outlets, notifications: channels,
	}.registry()
	pages, err := web.Handler(web.Dist())
	if err != nil {
		return nil, err
	}
	api, err := httpapi.New(httpapi.Deps{
		Fallback: pages,
		Commands: l, Projector: view, Log: log, Ingest: publisher, DeadLetters: publisher, Results: store,
		Metrics: metrics, Logger: s.logger, Now: s.now,
		Transparency: past.proofs, Samples: store, Usage: store, Looks: engine, Hygiene: inspector, Scans: scans, Past: past.timeline, Digests: past.digests,
		Checks: map[string]func(context.Context) error{"analytics": answers(store)},
	}, httpapi.Config{Version: version, MetricsOpen: s.cfg.metricsOpen, ExposureAttributes: s.cfg.exposureAttributes})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", s.cfg.listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", s.cfg.listen, err)
	}
	before := append(past.parts(), append(outlets.parts(), channels.parts()...)...)
	return append(before, []lifecycle.Part{
		{Name: "projector", Run: view.Run, Ready: view.Ready()},
		{Name: "ruleset mirror", Run: projector.NewMirror(view, kv, s.logger).Run},
		{Name: "analytics writer", Run: writer.Run},
		{Name: "retention", Run: retention.Run},
		{Name: "results", Run: refreshing{store, s.logger, s.now}.Run},
		{Name: "workflow", Run: runner.Run},
		{Name: "hygiene", Run: keeper.Run},
		{Name: "remote exposures", Run: api.Run},
		{Name: "scrubbed", Run: until, Ready: past.scrubber.Ready()}, // beside all that has started by now
		{Name: "http", Run: httpapi.NewServer(api, listener).Run, Grace: httpGrace},
		{Name: "first start", Run: func(ctx context.Context) error { return s.open(ctx, l, view, listener.Addr()) }},
	}...), nil
}

// until is a part that does nothing: others wait for what its Ready stands for.
func until(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// newRunner ticks engine while this process holds the workflow's lease.
func (s *server) newRunner(js jetstream.JetStream, engine *workflow.Engine) (*workflow.Runner, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host" // only people read it
	}
	lease, err := natslease.New(js, s.logger, natslease.Config{Name: fmt.Sprintf("%s, process %d", host, os.Getpid()), Now: s.now})
	if err != nil {
		return nil, err
	}
	return workflow.NewRunner(engine, s.logger, workflow.RunnerConfig{Schedule: cron.Every(s.cfg.tick), Now: s.now, Lease: lease})
}

// open finishes a start: from here on the commands on this machine find the
// server.
func (s *server) open(ctx context.Context, l *ledger.Ledger, view ledger.View, addr net.Addr) error {
	o, err := s.firstStart(ctx, l, view, "http://"+reachable(addr))
	if err != nil {
		return err
	}
	s.cfg.opened(o)
	<-ctx.Done()
	return nil
}

// reachable is the address to call for one that is listened on.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr.String()
}
