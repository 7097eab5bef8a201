package demo

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/flagledger/flagledger/client"
)

// arrivalPatience is how long the watchers have to see a revision before those
// that have are reported without the others.
const arrivalPatience = 3 * time.Second

// watching is a number of SDK clients that evaluate nothing and only note when
// they run a revision.
type watching struct {
	clients   []*client.Client
	transport *http.Transport
	write     func(Progress)

	mu      sync.Mutex
	ready   bool               // changes before are no news
	latest  []sighting         // of each watcher
	pending map[uint64]*sights // by revision
	closed  bool
}

// sighting is the newest revision a watcher has seen.
type sighting struct {
	revision uint64
	at       int64 // Unix nanoseconds
}

// sights of one revision.
type sights struct {
	arrivals []int64
	seen     []bool // by watcher
	patience *time.Timer
}

// watch opens the watchers and returns when each has a ruleset or given up
// waiting for one.
func watch(ctx context.Context, cfg Config, write func(Progress)) (*watching, error) {
	w := &watching{
		clients: make([]*client.Client, cfg.Watchers), latest: make([]sighting, cfg.Watchers),
		transport: &http.Transport{}, write: write, pending: make(map[uint64]*sights),
	}
	var opening errgroup.Group
	opening.SetLimit(16)
	for i := range w.clients {
		opening.Go(func() (err error) {
			w.clients[i], err = client.Open(ctx, client.Config{
				URL: cfg.URL, Key: cfg.Key, HTTPClient: &http.Client{Transport: w.transport},
				FlushInterval: time.Hour, // it reports nothing
				OnChange:      func(ch client.Change) { w.saw(i, ch) },
			})
			return err
		})
	}
	if err := opening.Wait(); err != nil {
		w.close()
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ready = true
	return w, nil
}

// saw notes that watcher i runs a revision. A watcher that went from 5 to 7
// has seen 6 too: whatever it said is in effect.
func (w *watching) saw(i int, ch client.Change) {
	w.mu.Lock()
	before, at := w.latest[i].revision, ch.At.UnixNano()
	w.latest[i] = sighting{ch.Revision, at}
	if !w.ready || w.closed || before == 0 {
		w.mu.Unlock()
		return
	}
	if w.pending[ch.Revision] == nil {
		w.expect(ch.Revision)
	}
	var complete []Progress
	for revision, s := range w.pending {
		if revision > before && revision <= ch.Revision && !s.seen[i] {
			s.seen[i] = true
			s.arrivals = append(s.arrivals, at)
		}
		if len(s.arrivals) == len(w.clients) {
			complete = append(complete, w.conclude(revision))
		}
	}
	w.mu.Unlock()
	for _, p := range complete {
		w.write(p)
	}
}

// expect begins to collect the sights of a revision, with those of watchers
// that are past it already.
func (w *watching) expect(revision uint64) {
	s := &sights{seen: make([]bool, len(w.clients))}
	for i, l := range w.latest {
		if l.revision > revision {
			s.seen[i] = true
			s.arrivals = append(s.arrivals, l.at)
		}
	}
	s.patience = time.AfterFunc(arrivalPatience, func() { w.giveUp(revision) })
	w.pending[revision] = s
}

// conclude stops collecting and returns what there is.
func (w *watching) conclude(revision uint64) Progress {
	s := w.pending[revision]
	s.patience.Stop()
	delete(w.pending, revision)
	slices.Sort(s.arrivals)
	return Progress{Kind: KindArrivals, Revision: revision, Watchers: len(w.clients), Arrivals: s.arrivals}
}

func (w *watching) giveUp(revision uint64) {
	w.mu.Lock()
	if w.closed || w.pending[revision] == nil {
		w.mu.Unlock()
		return
	}
	p := w.conclude(revision)
	w.mu.Unlock()
	w.write(p)
}

// close ends the watchers, and reports what has been seen until now.
func (w *watching) close() {
	w.mu.Lock()
	w.closed = true
	var rest []Progress
	for revision := range w.pending {
		rest = append(rest, w.conclude(revision))
	}
	w.mu.Unlock()
	for _, p := range rest {
		w.write(p)
	}
	var closing sync.WaitGroup
	for _, c := range w.clients {
		if c != nil {
			closing.Go(func() { _ = c.Close(context.Background()) }) // nothing was reported
		}
	}
	closing.Wait()
	w.transport.CloseIdleConnections()
}
