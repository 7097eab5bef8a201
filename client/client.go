package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Client evaluates flags. All its methods may be called from any number of
// goroutines, also after Close: then it answers from its last ruleset and
// reports nothing.
type Client struct {
	cfg      Config
	timing   timing
	server   *server
	state    atomic.Pointer[state] // never nil
	memory   *memory
	queue    *queue
	counters counters
	contact  contact
	latest   atomic.Pointer[evaluator.Ruleset] // what the cache file should hold

	// Signals have room for one: the receiver looks at the latest state.
	acknowledge chan struct{}
	save        chan struct{}

	settled    chan struct{} // Open need not wait any longer
	settleOnce sync.Once
	closing    chan struct{}
	closeOnce  sync.Once
	closeErr   error
	halt       context.CancelFunc // ends what only follows the server; nil until started
	abort      context.CancelFunc // ends what still delivers
	done       chan struct{}      // the last goroutine has ended
}

// New makes a client that does no I/O and starts nothing: it evaluates
// cfg.Bootstrap and reports nothing, which is what tests of a caller want. Use
// Open for the real thing. The error lists every mistake in cfg.
func New(cfg Config) (*Client, error) { return newClient(cfg, defaultTiming()) }

func newClient(cfg Config, t timing) (*Client, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("client config: %w", err)
	}
	cfg = cfg.withDefaults()
	c := &Client{
		cfg: cfg, timing: t, memory: newMemory(cfg.Remember), queue: newQueue(cfg.QueueSize),
		acknowledge: make(chan struct{}, 1), save: make(chan struct{}, 1),
		settled: make(chan struct{}), closing: make(chan struct{}), done: make(chan struct{}),
	}
	httpClient := cfg.HTTPClient
	if httpClient == nil {
		httpClient = &http.Client{Transport: newTransport()}
	}
	c.server = &server{http: httpClient, url: cfg.URL, key: cfg.Key, instance: newID(), timeout: t.request}
	c.state.Store(&state{stale: true, units: []string{evaluator.TargetingKey}})
	if cfg.Bootstrap != nil {
		s, err := newState(*cfg.Bootstrap, SourceBootstrap, c.memory.seed)
		if err != nil {
			return nil, fmt.Errorf("client config: bootstrap: %w", err)
		}
		c.state.Store(s)
	}
	return c, nil
}

// newTransport returns one of the client's own, so that Close can end its
// connections and nobody else's.
func newTransport() *http.Transport {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // somebody has replaced it
		return &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	}
	return t.Clone()
}

// Open makes a client, starts it and waits until it has a ruleset of the
// server. It waits no longer than ctx and cfg.InitTimeout allow, nor when
// there is nothing to wait for: the server refuses the key, or is down and a
// cached or bootstrap ruleset is at hand.
//
// The error is about cfg alone. A server that is down is none: the client
// serves what it has, says so in Status and in Details, and goes on trying.
// The caller must call Close. The end of ctx does not end the client.
func Open(ctx context.Context, cfg Config) (*Client, error) {
	return open(ctx, cfg, defaultTiming())
}

func open(ctx context.Context, cfg Config, t timing) (*Client, error) {
	c, err := newClient(cfg, t)
	if err != nil {
		return nil, err
	}
	c.start(ctx)
	if c.cfg.InitTimeout < 0 {
		return c, nil
	}
	patience := time.NewTimer(c.cfg.InitTimeout)
	defer patience.Stop()
	select {
	case <-c.settled:
	case <-ctx.Done():
	case <-patience.C:
	}
	return c, nil
}

// start starts the four goroutines that live until Close.
func (c *Client) start(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	following, halt := context.WithCancel(ctx)
	delivering, abort := context.WithCancel(ctx)
	c.halt, c.abort = halt, abort
	c.queue.setOpen(true)
	u := &updater{client: c, backoff: backoff{pause: c.timing.stream}, told: told{stale: true}}
	u.ruleset = c.restore(ctx)
	r := &reporter{client: c}

	var parts sync.WaitGroup
	noMore := make(chan struct{})
	parts.Go(func() {
		defer close(noMore)
		u.run(following)
	})
	parts.Go(func() { c.acknowledgeAll(following) })
	parts.Go(func() { c.saveAll(noMore) })
	parts.Go(func() { r.run(delivering) })
	go func() {
		parts.Wait()
		close(c.done)
	}()
}

// ErrUndelivered is returned by Close when reports were lost.
var ErrUndelivered = errors.New("not everything that was reported has been delivered")

// Close stops following the server, delivers what has been reported, and
// returns when the last goroutine of the client has ended. It gives up
// delivering when ctx ends or after ten seconds; then the error wraps
// ErrUndelivered and tells how much was lost. It may be called again, and
// gives the same answer.
func (c *Client) Close(ctx context.Context) error {
	if c.halt == nil {
		return nil
	}
	c.closeOnce.Do(func() {
		lost := c.counters.lost.Load()
		c.queue.setOpen(false)
		close(c.closing)
		c.halt()
		patience := time.AfterFunc(c.timing.closing, c.abort)
		defer patience.Stop()
		defer context.AfterFunc(ctx, c.abort)()
		<-c.done
		c.abort()
		if own, ok := c.server.http.Transport.(*http.Transport); ok && c.cfg.HTTPClient == nil {
			own.CloseIdleConnections()
		}
		if lost = c.counters.lost.Load() - lost; lost > 0 {
			c.closeErr = fmt.Errorf("close client: %w: %d items", ErrUndelivered, lost)
		}
	})
	return c.closeErr
}

// mark sets or clears the stale mark.
func (c *Client) mark(stale bool) { c.state.Store(c.state.Load().withStale(stale)) }

// settle lets Open return.
func (c *Client) settle() { c.settleOnce.Do(func() { close(c.settled) }) }

// signal leaves a mark for a receiver that is busy.
func signal(to chan<- struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}
