package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/flagledger/flagledger/client"
)

// The flags of the example project that the application asks for at every
// invoice, beside the one that chooses the engine.
const (
	FlagEngine      = "new-pdf-engine"
	FlagMaintenance = "maintenance-mode"
	FlagDashboard   = "redesigned-dashboard"
	FlagChatbot     = "ai-chatbot"
	FlagBulk        = "bulk-invoice-api"
)

// RenderEvent is the event that every rendering reports: its value is the
// latency in milliseconds, and it has failed if the invoice was not printed.
const RenderEvent = "invoice.render"

// Config says what traffic to make.
type Config struct {
	URL string // of the server
	Key string // a server key
	// Flag chooses the engine; "" means FlagEngine.
	Flag string
	// Seed of the generated company.
	Seed uint64
	// Invoices is a file to take the invoices from (see LoadInvoices); ""
	// generates them.
	Invoices string
	// Rate is invoices per second; 0 is as many as the machine allows and
	// the server takes.
	Rate float64
	// Workers render at the same time; 0 means one per core.
	Workers int
	// Healthy uses the repaired engine in place of the one with the defect.
	Healthy bool
	// Watchers is how many more SDK clients follow the ruleset.
	Watchers int
	// Limit ends the run after so many invoices; 0 does not.
	Limit int
	// Interval between lines of progress; 0 means 500 ms.
	Interval time.Duration
	// FlushInterval of the SDK; 0 means 100 ms.
	FlushInterval time.Duration
	// Until ends the run when it ends: give it os.Stdin, and the traffic
	// dies with the process that has started it. Nil does not. What it
	// gives is not used.
	Until io.Reader
	// Logger hears of the SDK's trouble; nil discards.
	Logger *slog.Logger
}

func (cfg Config) validate() error {
	if cfg.Rate < 0 || cfg.Workers < 0 || cfg.Watchers < 0 || cfg.Limit < 0 || cfg.Interval < 0 || cfg.FlushInterval < 0 {
		return errors.New("rate, workers, watchers, limit and intervals must not be negative")
	}
	return nil
}

func (cfg Config) withDefaults() Config {
	if cfg.Flag == "" {
		cfg.Flag = FlagEngine
	}
	if cfg.Workers == 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.Interval == 0 {
		cfg.Interval = 500 * time.Millisecond
	}
	if cfg.FlushInterval == 0 {
		cfg.FlushInterval = 100 * time.Millisecond
	}
	return cfg
}

// queueSize of the traffic's client, and how full it may get before the
// workers wait for the server.
const (
	queueSize = 20_000
	queueHigh = queueSize / 2
)

// traffic is one run.
type traffic struct {
	cfg    Config
	source Source
	client *client.Client
	tally  *tally
	begin  time.Time
	end    context.CancelFunc

	outMu sync.Mutex
	out   *json.Encoder
	err   error // the first of writing
}

// RunTraffic makes traffic until ctx or cfg.Until ends or cfg.Limit is
// reached, and then delivers what was reported. It writes lines of Progress to
// out, one JSON document each, from several goroutines but one line at a time.
//
// The error is about cfg, the invoice file or out. A server that is down or
// refuses the key is not one: it is told in Progress.Error, as an application
// would go on with its defaults.
func RunTraffic(ctx context.Context, cfg Config, out io.Writer) error {
	if err := cfg.validate(); err != nil {
		return fmt.Errorf("traffic: %w", err)
	}
	cfg = cfg.withDefaults()
	source, err := newSource(cfg)
	if err != nil {
		return fmt.Errorf("traffic: %w", err)
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	if cfg.Until != nil {
		go func() {
			_, _ = io.Copy(io.Discard, cfg.Until) // an error is an end too
			end()
		}()
	}
	t := &traffic{cfg: cfg, source: source, tally: newTally(), begin: time.Now(), end: end, out: json.NewEncoder(out)}
	if err := t.run(ctx); err != nil {
		return fmt.Errorf("traffic: %w", err)
	}
	return nil
}

func newSource(cfg Config) (Source, error) {
	if cfg.Invoices == "" {
		return NewGenerator(cfg.Seed), nil
	}
	return LoadInvoices(cfg.Invoices, cfg.Seed)
}

func (t *traffic) run(ctx context.Context) error {
	opened := make(chan struct{}) // t.client may be used
	c, err := client.Open(ctx, client.Config{
		URL: t.cfg.URL, Key: t.cfg.Key, Logger: t.cfg.Logger,
		FlushInterval: t.cfg.FlushInterval, QueueSize: queueSize,
		OnChange: func(ch client.Change) {
			select {
			case <-opened: // the first ruleset is no news
				t.write(Progress{Kind: KindRevision, At: ch.At, Revision: ch.Revision})
			default:
			}
		},
	})
	if err != nil {
		return err
	}
	t.client = c
	close(opened)
	watching, err := watch(ctx, t.cfg, t.write)
	if err != nil {
		return errors.Join(err, t.close(ctx))
	}
	t.write(Progress{Kind: KindStarted, Customers: t.source.Customers()})
	t.work(ctx)
	watching.close()
	err = t.close(ctx)
	t.write(Progress{Kind: KindDone, Error: text(err)})
	t.outMu.Lock()
	defer t.outMu.Unlock()
	return t.err
}

// close delivers what was reported, also when ctx is why the run ends.
func (t *traffic) close(ctx context.Context) error { return t.client.Close(context.WithoutCancel(ctx)) }

// work runs the workers and the lines of progress.
func (t *traffic) work(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var workers, reporter sync.WaitGroup
	for i := range t.cfg.Workers {
		workers.Go(func() { t.newWorker(i).run(ctx) })
	}
	reporter.Go(func() { t.report(ctx) })
	workers.Wait()
	stop()
	reporter.Wait()
}

// report writes a line of progress at every interval.
func (t *traffic) report(ctx context.Context) {
	tick := time.NewTicker(t.cfg.Interval)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p := t.tally.snapshot(true, time.Since(last).Seconds())
			last = time.Now()
			p.Kind = KindProgress
			t.line(p)
		}
	}
}

// write completes p with the counts so far and writes it.
func (t *traffic) write(p Progress) {
	full := t.tally.snapshot(false, 0)
	full.Kind, full.At, full.Revision, full.Error = p.Kind, p.At, p.Revision, p.Error
	full.Watchers, full.Arrivals, full.Customers = p.Watchers, p.Arrivals, p.Customers
	t.line(full)
}

// line writes p with what the client knows. An output that is gone ends the
// run.
func (t *traffic) line(p Progress) {
	status := t.client.Status()
	p.Stale, p.Client = status.Stale, t.client.Stats()
	if p.At.IsZero() {
		p.At = time.Now()
	}
	p.At = p.At.UTC()
	p.Seconds = p.At.Sub(t.begin).Seconds()
	if p.Revision == 0 {
		p.Revision = status.Revision
	}
	if p.Error == "" && p.Kind != KindDone {
		p.Error = text(status.Err)
	}
	t.outMu.Lock()
	defer t.outMu.Unlock()
	if t.err != nil {
		return
	}
	if err := t.out.Encode(p); err != nil {
		t.err = fmt.Errorf("write progress: %w", err)
		t.end()
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
