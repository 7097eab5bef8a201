package main

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/analytics/export"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/workflow/httpprobe"
	"github.com/flagledger/flagledger/workflow/notify"
)

// The environment variables and defaults of the server.
const (
	varListen     = "FLAGLEDGER_LISTEN"
	varAnalytics  = "FLAGLEDGER_ANALYTICS"
	varPostgres   = "FLAGLEDGER_POSTGRES"
	varExports    = "FLAGLEDGER_EXPORTS"
	varNotify     = "FLAGLEDGER_NOTIFICATIONS"
	varSources    = "FLAGLEDGER_SOURCES"
	defaultListen = "127.0.0.1:8080"
	defaultData   = "flagledger-data"
)

// serveFlags are the flags of serve as they were given.
type serveFlags struct {
	data, listen, logLevel string
	analytics, exports     string
	postgres               string
	notifications          string
	sources                string
	tick                   time.Duration
	flush                  time.Duration
	retentionDays          int
	metricsOpen            bool
	exposureAttributes     []string
	hygieneEvery           time.Duration
	staleAfter             time.Duration
}

func newServe(a *app) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server: ledger, projector, workflow engine, analytics and API in one process",
		Long: `serve runs everything on embedded engines and one data folder.

At the first start it creates the project "default" with the environments
development, staging and production, and an admin token. The token is written,
for its owner only, to cli.json in the data folder, where the commands of this
program on the same machine find it.

Exposures and events go to a DuckDB file in the data folder. Above some hundred
million of them, keep them in ClickHouse 24.8 or later: name an existing database
by the URL of its HTTP interface, or by clickhouse://host:9000/... of the native
one. What is in one store is not copied to the other.`,
		Example: example("flagledger serve", "flagledger serve --listen 0.0.0.0:8080 --data /var/lib/flagledger",
			varAnalytics+"='http://user:password@clickhouse:8123/flagledger?compress=gzip' flagledger serve"),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.started = true
			cfg, err := f.config(a.getenv)
			if err != nil {
				return err
			}
			cfg.opened = func(o opened) {
				newPaper(a.stderr, false).printf("flagledger %s answers at %s", version, o.url)
			}
			logger := slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: cfg.logLevel}))
			return newServer(cfg, logger).Run(cmd.Context())
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.data, "data", "", "data folder ($"+varData+", else "+defaultData+")")
	fs.StringVar(&f.listen, "listen", "", "host:port to listen on ($"+varListen+", else "+defaultListen+")")
	fs.StringVar(&f.analytics, "analytics", "",
		"where exposures and events are kept: duckdb, in the data folder, or the URL of a ClickHouse database ($"+varAnalytics+", else duckdb)")
	fs.StringVar(&f.postgres, "postgres", "",
		"URL of a Postgres 15 or later that gets every event, and tables for queries in SQL ($"+varPostgres+", else none)")
	fs.StringVar(&f.exports, "exports", "",
		"JSON file that says which other tools get assignments and events ($"+varExports+")")
	fs.StringVar(&f.notifications, "notifications", "",
		"JSON file that says who is told of what happens, by chat, webhook or e-mail ($"+varNotify+")")
	fs.StringVar(&f.sources, "sources", "",
		"JSON file that says which Prometheus servers and webhooks the gates of plans may ask ($"+varSources+")")
	fs.StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	fs.DurationVar(&f.tick, "tick", time.Second, "how often the workflow engine looks for rollouts that are due, in whole seconds")
	fs.DurationVar(&f.flush, "flush", defaultFlush, "the longest that an accepted exposure or event waits to be counted")
	fs.IntVar(&f.retentionDays, "retention-days", 0, "forget exposures and events after so many days; 0 keeps them")
	fs.StringSliceVar(&f.exposureAttributes, "exposure-attributes", nil,
		"attributes of contexts, such as country,plan, that exposures of remote evaluations carry")
	fs.DurationVar(&f.hygieneEvery, "hygiene-every", defaultHygiene, "how often to look for flags that have turned stale")
	fs.DurationVar(&f.staleAfter, "stale-after", hygiene.DefaultDecided,
		"how long a flag may serve one variant to everybody before it is stale")
	fs.BoolVar(&f.metricsOpen, "metrics-open", false, "serve /metrics without a token")
	return cmd
}

// config checks the flags and fills in environment and defaults.
func (f serveFlags) config(getenv func(string) string) (serverConfig, error) {
	cfg := serverConfig{
		data:               first(f.data, getenv(varData), defaultData),
		listen:             first(f.listen, getenv(varListen), defaultListen),
		analytics:          first(f.analytics, getenv(varAnalytics), embeddedAnalytics),
		postgres:           first(f.postgres, getenv(varPostgres)),
		tick:               f.tick,
		flush:              f.flush,
		hygiene:            f.hygieneEvery,
		staleAfter:         f.staleAfter,
		retention:          time.Duration(f.retentionDays) * 24 * time.Hour,
		metricsOpen:        f.metricsOpen,
		exposureAttributes: f.exposureAttributes,
	}
	if err := cfg.logLevel.UnmarshalText([]byte(strings.ToUpper(f.logLevel))); err != nil {
		return cfg, usagef("--log-level %q is not one of debug, info, warn, error", f.logLevel)
	}
	if cfg.tick < time.Second || cfg.tick%time.Second != 0 {
		return cfg, usagef("--tick %s is not a whole number of seconds above 0", cfg.tick)
	}
	if f.retentionDays < 0 {
		return cfg, usagef("--retention-days %d is negative", f.retentionDays)
	}
	if cfg.hygiene <= 0 || cfg.staleAfter <= 0 {
		return cfg, usagef("--hygiene-every %s and --stale-after %s must be above 0", cfg.hygiene, cfg.staleAfter)
	}
	if cfg.flush <= 0 {
		return cfg, usagef("--flush %s is not above 0", cfg.flush)
	}
	var err error
	if cfg.exports, err = readList("exports", first(f.exports, getenv(varExports)), getenv, export.ParseConfig); err != nil {
		return cfg, err
	}
	if cfg.notifications, err = readList("notifications", first(f.notifications, getenv(varNotify)), getenv, notify.ParseConfig); err != nil {
		return cfg, err
	}
	cfg.sources, err = readList("sources", first(f.sources, getenv(varSources)), getenv, httpprobe.ParseConfig)
	return cfg, err
}

// readList reads a file of the server's configuration; none is no file.
func readList[T any](
	what, path string, getenv func(string) string, parse func([]byte, func(string) string) ([]T, error),
) ([]T, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path) //nolint:gosec // who starts the server names the file
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return parse(text, getenv)
}

// defaultFlush lets a gate see an event within a second of its report.
const defaultFlush = 200 * time.Millisecond

// defaultHygiene is often enough for what takes weeks to come about.
const defaultHygiene = 10 * time.Minute
