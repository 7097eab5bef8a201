package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// Commands carries commands out; *ledger.Ledger does.
type Commands interface {
	// Do is as ledger.Ledger.Do.
	Do(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error)
}

// Ingest takes batches of exposures and events over. It is called concurrently.
type Ingest interface {
	// Publish returns nil once b is safe. ErrOverloaded and any other error
	// mean that the caller must send the same batch again.
	Publish(ctx context.Context, b analytics.Batch) error
}

// DeadLetters keeps what was reported and cannot be counted, for people to look
// at. It is called concurrently.
type DeadLetters interface {
	// Reject keeps the items of b that were rejected at the time at.
	Reject(ctx context.Context, b analytics.Batch, rejected []analytics.Rejected, at time.Time) error
}

// Deps are the parts that the API stands on. All but DeadLetters, Past, Digests,
// Transparency, Checks and Fallback are required.
type Deps struct {
	Commands  Commands
	Projector *projector.Projector
	Log       ledger.Log
	Ingest    Ingest
	Results   experiment.Reader
	Samples   analytics.Sampler
	Usage     analytics.UsageReader
	Looks     Looks
	Hygiene   *hygiene.Inspector
	Scans     hygiene.Scans
	Metrics   *prometheus.Registry
	Logger    *slog.Logger
	Now       func() time.Time
	// DeadLetters may be nil: rejected items are then only counted, and
	// named in the answer.
	DeadLetters DeadLetters
	// Past is asked what was true at an event; nil reads Log from its beginning.
	Past Past
	// Digests may be nil: a ruleset of the past is then not compared with the
	// one that was served.
	Digests projector.Digests
	// Transparency may be nil: the routes about proofs then say that there are
	// none.
	Transparency Transparency
	// Checks are further parts that must work for the server to be ready, by
	// name. Each is given two seconds.
	Checks map[string]func(context.Context) error
	// Fallback serves what no route matches, such as the dashboard. Nil
	// answers with an index at / and 404 elsewhere.
	Fallback http.Handler
}

// Config of an API. The zero value is usable.
type Config struct {
	// Version of the program, for the OpenAPI document. Empty is "dev".
	Version string
	// Heartbeat is the pause between two signs of life on a stream. 0 means
	// 15 seconds.
	Heartbeat time.Duration
	// StreamWrite is how long one write to a stream may stall before the
	// reader is dropped. 0 means 10 seconds.
	StreamWrite time.Duration
	// MaxStreams bounds the streams open at once; a further one is told to
	// come back. Browsers, whose keys are public, get nine tenths of them, so
	// that evaluators always find room. 0 means 20,000.
	MaxStreams int
	// Timeout bounds a request that is not a stream. 0 means 10 seconds.
	Timeout time.Duration
	// MinSeqWait bounds how long a read waits for its minSeq. 0 means 5
	// seconds.
	MinSeqWait time.Duration
	// ExposeQueue is how many exposures of remote evaluations wait to be
	// published; more are dropped. 0 means 65,536.
	ExposeQueue int
	// ExposureAttributes names the attributes of contexts that exposures of
	// remote evaluations carry, for results by country or plan.
	ExposureAttributes []string
	// MetricsOpen serves /metrics to everybody.
	MetricsOpen bool
	// AllowOrigins lists the web origins whose pages may use OFREP and
	// ingest; nil means all. Client keys are public, and no cookie is used.
	AllowOrigins []string
}

func (c Config) withDefaults() Config {
	if c.Version == "" {
		c.Version = "dev"
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.Heartbeat, 15 * time.Second},
		{&c.StreamWrite, 10 * time.Second},
		{&c.Timeout, 10 * time.Second},
		{&c.MinSeqWait, 5 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if c.ExposeQueue == 0 {
		c.ExposeQueue = 1 << 16
	}
	if c.MaxStreams == 0 {
		c.MaxStreams = 20_000
	}
	return c
}

func (c Config) validate() error {
	if min(c.Heartbeat, c.StreamWrite, c.Timeout, c.MinSeqWait) < 0 || min(c.ExposeQueue, c.MaxStreams) < 0 {
		return errors.New("a duration or size is negative")
	}
	return nil
}

// API answers HTTP requests. It is safe for concurrent use.
type API struct {
	commands  Commands
	projector *projector.Projector
	log       ledger.Log
	ingest    Ingest
	results   experiment.Reader
	letters   DeadLetters
	past      Past
	digests   projector.Digests

	transparency Transparency
	samples      analytics.Sampler
	usage        analytics.UsageReader
	usages       usages
	looks        Looks
	hygiene      *hygiene.Inspector
	scans        hygiene.Scans
	logger       *slog.Logger
	now          func() time.Time
	checks       map[string]func(context.Context) error
	fallback     http.Handler
	cfg          Config

	mux        *http.ServeMux
	huma       huma.API
	document   []byte // OpenAPI
	metrics    *metrics
	patches    *patchCache
	evaluators *evaluators
	exposer    *exposer

	streams   streamCount
	closing   chan struct{} // closed when streams must end
	closeOnce sync.Once
}

// New returns an API that serves at once; Run must run too, for exposures to
// be recorded.
func New(deps Deps, cfg Config) (*API, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("httpapi: %w", err)
	}
	if deps.Commands == nil || deps.Projector == nil || deps.Log == nil || deps.Ingest == nil || deps.Results == nil ||
		deps.Samples == nil || deps.Usage == nil || deps.Looks == nil || deps.Hygiene == nil || deps.Scans == nil ||
		deps.Metrics == nil || deps.Logger == nil || deps.Now == nil {
		return nil, errors.New("httpapi: a required dependency is nil")
	}
	if deps.Past == nil {
		deps.Past = projector.NewTimeline(deps.Log, nil)
	}
	cfg = cfg.withDefaults()
	a := &API{
		past: deps.Past, digests: deps.Digests, transparency: deps.Transparency, samples: deps.Samples, usage: deps.Usage, looks: deps.Looks, hygiene: deps.Hygiene, scans: deps.Scans,
		commands: deps.Commands, projector: deps.Projector, log: deps.Log, ingest: deps.Ingest, results: deps.Results, letters: deps.DeadLetters,
		logger: deps.Logger, now: deps.Now, checks: deps.Checks, fallback: deps.Fallback, cfg: cfg,
		mux: http.NewServeMux(), patches: newPatchCache(), closing: make(chan struct{}),
	}
	a.evaluators = newEvaluators()
	var err error
	if a.metrics, err = newMetrics(deps.Metrics, a); err != nil {
		return nil, fmt.Errorf("httpapi: register metrics: %w", err)
	}
	a.exposer = newExposer(deps.Ingest, a.metrics, deps.Logger, cfg.ExposeQueue)
	config := openAPIConfig(cfg.Version)
	a.huma = humago.New(a.mux, config)
	a.routes()
	if deps.Fallback == nil {
		page, err := a.index()
		if err != nil {
			return nil, fmt.Errorf("httpapi: %w", err)
		}
		a.mux.HandleFunc("GET /{$}", page)
	}
	if a.document, err = a.describe(); err != nil {
		return nil, fmt.Errorf("httpapi: describe: %w", err)
	}
	return a, nil
}

// Handler returns the handler for all routes.
func (a *API) Handler() http.Handler { return a.chain(a.mux) }

// Run publishes the exposures of remote evaluations until ctx is done, and
// what is left after that. Then it ends all streams.
func (a *API) Run(ctx context.Context) error {
	a.exposer.run(ctx)
	a.CloseStreams()
	return nil
}

// CloseStreams ends all streams at once; their clients reconnect elsewhere.
// New streams end right after they have begun. It may be called repeatedly.
func (a *API) CloseStreams() { a.closeOnce.Do(func() { close(a.closing) }) }

// routes registers everything, by resource.
func (a *API) routes() {
	a.projectRoutes()
	a.flagRoutes()
	a.placementRoutes()
	a.scheduleRoutes()
	a.rolloutRoutes()
	a.looksRoutes()
	a.experimentRoutes()
	a.segmentRoutes()
	a.metricRoutes()
	a.planRoutes()
	a.accessRoutes()
	a.historyRoutes()
	a.liveRoutes()
	a.usageRoutes()
	a.hygieneRoutes()
	a.convergeRoutes()
	a.auditRoutes()
	a.transparencyRoutes()
	a.evaluateRoutes()
	a.rulesetRoutes()
	a.evaluatorRoutes()
	a.ingestRoutes()
	a.ofrepRoutes()
	a.operationRoutes()
}
