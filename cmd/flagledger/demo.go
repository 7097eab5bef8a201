package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/flagledger/flagledger/internal/hygiene"
)

// demoFlags are the flags of demo as they were given.
type demoFlags struct {
	once, healthy bool
	data, listen  string
	invoices      string
	seed          uint64
	rate          float64
	timeout       time.Duration
	watchers      int
}

const demoData = "flagledger-demo"

func newDemo(a *app) *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the story: a bad release that rolls itself back",
		Long: `demo starts a server, records five example flags, starts the rollout of a new
PDF engine, and lets an invoicing application of 12,000 accounts use it: a
process of its own that speaks to the server with the Go SDK over HTTP.

The new engine does more work than the old one and fails on invoices with more
than 200 line items. The gate sees it, and the rollout goes back to 0%. The
plan's soaks are seconds instead of days; nothing else is different from a real
rollout.

With --once it ends when the rollout has ended, and the exit code is 0 only if
it was rolled back (with --healthy: only if it reached 100%). Without, the
server stays up for you to look around.`,
		Example: example(
			"flagledger demo", "flagledger demo --once --json", "flagledger demo --once --healthy",
			"flagledger demo --invoices invoices.csv"),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.started = true
			d := &presenter{app: a, flags: f, out: newPaper(a.stdout, a.terminal && !a.given.noColor && a.getenv(varNoColor) == "")}
			return d.run(cmd.Context())
		},
	}
	fs := cmd.Flags()
	fs.BoolVar(&f.once, "once", false, "end with the rollout, on a data folder that is thrown away unless --data names one")
	fs.BoolVar(&f.healthy, "healthy", false, "use the repaired engine: the rollout climbs to 100%")
	fs.StringVar(&f.data, "data", "", "data folder (else "+demoData+")")
	fs.StringVar(&f.listen, "listen", "", "host:port to listen on (else "+defaultListen+"; with --once any free port)")
	fs.StringVar(&f.invoices, "invoices", "", "CSV file with the invoices to render, instead of generated ones")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of the generated company")
	fs.Float64Var(&f.rate, "rate", 0, "invoices per second; 0 is as many as the machine allows")
	fs.DurationVar(&f.timeout, "limit", 10*time.Minute, "give up after this time")
	fs.IntVar(&f.watchers, "watchers", 100, "further SDK clients that watch how fast a change arrives")
	return cmd
}

// presenter is one telling of the story.
type presenter struct {
	*app
	flags demoFlags
	out   *paper
	api   *adminClient
	begin time.Time
	url   string
	// dashboard is the address of the dashboard for who ran the demo.
	dashboard string
}

// run tells the story from the start of the server to the summary.
func (d *presenter) run(ctx context.Context) (err error) {
	d.begin = d.now()
	cfg, cleanUp, err := d.serverConfig()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cleanUp()) }()
	serving, stop := context.WithCancel(ctx)
	ready, ended := make(chan opened, 1), make(chan error, 1)
	cfg.opened = func(o opened) { ready <- o }
	logger := slog.New(slog.NewTextHandler(d.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	go func() { ended <- newServer(cfg, logger).Run(serving) }()
	defer func() {
		stop()
		if stopErr := <-ended; stopErr != nil {
			err = errors.Join(err, stopErr)
		}
	}()
	select {
	case o := <-ready:
		if err := d.connect(o); err != nil {
			return err
		}
		d.dashboard = fmt.Sprintf("%s/#key=%s", o.url, o.token)
	case startErr := <-ended:
		ended <- nil
		return startErr
	}
	d.say("server", fmt.Sprintf("answers at %s, everything is in %s", bold(d.url), cfg.data))
	if !d.flags.once {
		d.say("dashboard", "watch it there, signed in: "+bold(d.dashboard))
	}
	return d.tell(ctx)
}

// serverConfig chooses folder and port, and returns what removes the folder.
func (d *presenter) serverConfig() (serverConfig, func() error, error) {
	f := serveFlags{
		data: first(d.flags.data, demoData), listen: first(d.flags.listen, defaultListen),
		logLevel: "error", tick: time.Second, flush: defaultFlush,
		hygieneEvery: defaultHygiene, staleAfter: hygiene.DefaultDecided,
	}
	cleanUp := func() error { return nil }
	if d.flags.once {
		f.listen = first(d.flags.listen, "127.0.0.1:0")
		if d.flags.data == "" {
			dir, err := os.MkdirTemp("", "flagledger-demo-")
			if err != nil {
				return serverConfig{}, nil, fmt.Errorf("make a data folder: %w", err)
			}
			f.data = dir
			cleanUp = func() error { return os.RemoveAll(dir) }
		}
	}
	cfg, err := f.config(func(string) string { return "" })
	return cfg, cleanUp, err
}

func (d *presenter) connect(o opened) error {
	server, err := parseServer(o.url)
	if err != nil {
		return err
	}
	d.url = o.url
	d.api = newAdminClient(config{server: server, token: o.token, timeout: d.given.timeout})
	return nil
}

// tell records the flags, runs the rollout and sums it up.
func (d *presenter) tell(ctx context.Context) error {
	if err := d.record(ctx); err != nil {
		return err
	}
	d.say("flags", fmt.Sprintf("%d example flags recorded in %s", len(exampleFlags()), demoEnvironment))
	limited, cancel := context.WithTimeout(ctx, d.flags.timeout)
	defer cancel()
	watched, err := d.watchRollout(limited)
	if err != nil {
		return err
	}
	result := watched.result(d)
	if d.given.json {
		if err := d.printResult(result); err != nil {
			return err
		}
	} else {
		d.summary(result)
	}
	if !d.flags.once {
		d.invite()
		<-ctx.Done()
		return nil
	}
	want := outcomeRolledBack
	if d.flags.healthy {
		want = outcomeCompleted
	}
	if result.Outcome != want {
		return fmt.Errorf("the rollout ended as %s, expected %s", result.Outcome, want)
	}
	return nil
}

// say writes a line of the timeline.
func (d *presenter) say(what, text string) {
	if d.given.json {
		return
	}
	d.out.printf("%s  %s  %s", dim(fmt.Sprintf("%6.1fs", d.now().Sub(d.begin).Seconds())), bold(fmt.Sprintf("%-9s", what)), text)
}
