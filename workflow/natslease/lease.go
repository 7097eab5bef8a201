package natslease

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Lease is one contender. Its holder ID is random, so that two processes, or
// one before and after its restart, are never taken for each other.
type Lease struct {
	register register
	logger   *slog.Logger
	cfg      Config
	id       string

	holding atomic.Bool // Hold runs
	silent  bool        // the bucket did not answer; said once
}

// New checks cfg. js belongs to the caller.
func New(js jetstream.JetStream, logger *slog.Logger, cfg Config) (*Lease, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if js == nil || logger == nil {
		return nil, errors.New("natslease: JetStream and logger must both be given")
	}
	return newLease(&bucket{js: js, cfg: cfg}, logger, cfg), nil
}

func newLease(r register, logger *slog.Logger, cfg Config) *Lease {
	return &Lease{register: r, logger: logger, cfg: cfg, id: rand.Text()}
}

// Setup makes the bucket, with a lease that is free, or brings the one that
// exists to the wanted settings. Without it the first contender waits for one
// Duration, because it cannot know that there is no holder.
func Setup(ctx context.Context, js jetstream.JetStream, cfg Config) error {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return err
	}
	if err := (&bucket{js: js, cfg: cfg}).setUp(ctx); err != nil {
		return fmt.Errorf("set up bucket %s: %w", cfg.Bucket, err)
	}
	return nil
}

// Hold implements workflow.Lease. The lease is renewed until work has returned,
// also while work stops; only then is it given up. An error of work ends Hold.
// A Lease can be held once at a time.
func (l *Lease) Hold(ctx context.Context, work func(ctx context.Context) error) error {
	if !l.holding.CompareAndSwap(false, true) {
		return errors.New("natslease: Hold is running already")
	}
	defer l.holding.Store(false)
	for {
		t, ok := l.contend(ctx)
		if !ok {
			return nil
		}
		if lost, err := l.serve(ctx, t, work); !lost || err != nil {
			return err
		}
	}
}

// tenure is one time of holding the lease.
type tenure struct {
	revision uint64
	sent     time.Time // before the newest renewal that is known to be stored
	moved    bool      // somebody else has it
}

// serve works for one tenure. lost says that it ended before its time.
func (l *Lease) serve(ctx context.Context, t *tenure, work func(context.Context) error) (lost bool, err error) {
	held, drop := context.WithCancel(ctx)
	defer drop()
	keeping, stop := context.WithCancel(context.WithoutCancel(ctx)) // work that stops still holds the lease
	defer stop()
	// The end comes by itself, whatever a renewal is waiting for.
	end := time.AfterFunc(time.Until(t.sent.Add(l.cfg.term())), func() { drop(); stop() })
	defer end.Stop()
	var wg sync.WaitGroup
	wg.Go(func() {
		defer drop()
		l.keep(keeping, t, end)
	})
	err = work(held)
	lost = held.Err() != nil && ctx.Err() == nil
	stop()
	wg.Wait()
	if !t.moved && (!lost || err != nil) {
		l.release(ctx, t)
	}
	return lost, err
}

// keep renews until ctx is done or the lease has moved.
func (l *Lease) keep(ctx context.Context, t *tenure, end *time.Timer) {
	for next := t.sent.Add(l.cfg.renewal()); wait(ctx, time.Until(next)); {
		sent := time.Now()
		err := l.renew(ctx, t, l.claim())
		if ctx.Err() != nil {
			return
		}
		switch {
		case err == nil:
			t.sent = sent
			end.Reset(time.Until(sent.Add(l.cfg.term())))
			next = sent.Add(l.cfg.renewal())
		case errors.Is(err, errMoved):
			t.moved = true
			return
		default:
			next = time.Now().Add(l.cfg.retry())
		}
		l.report(ctx, err)
	}
}

// renew writes c over the entry of this lease. A write whose answer was lost
// may have moved the entry: what names this lease is its own.
func (l *Lease) renew(ctx context.Context, t *tenure, c claim) error {
	ctx, cancel := context.WithTimeout(ctx, l.cfg.renewal())
	defer cancel()
	revision, err := l.register.swap(ctx, c, t.revision)
	if errors.Is(err, errMoved) {
		e, failed := l.register.read(ctx)
		if failed != nil {
			return failed
		}
		if e.Holder != l.id {
			return err
		}
		revision, err = l.register.swap(ctx, c, e.revision)
	}
	if err == nil {
		t.revision = revision
	}
	return err
}

// release lets the next one in at once. If it fails, the next one waits.
func (l *Lease) release(ctx context.Context, t *tenure) {
	if err := l.renew(context.WithoutCancel(ctx), t, claim{}); err != nil && !errors.Is(err, errMoved) {
		l.logger.LogAttrs(ctx, slog.LevelWarn, "lease not released: it has to run out", slog.Any("err", err))
	}
}

func (l *Lease) claim() claim {
	return claim{Holder: l.id, Name: l.cfg.Name, RenewedAt: l.cfg.Now().UTC()}
}

// report says once that the bucket does not answer, and once that it does
// again.
func (l *Lease) report(ctx context.Context, err error) {
	silent := err != nil && !errors.Is(err, errMoved)
	switch {
	case silent && !l.silent:
		l.logger.LogAttrs(ctx, slog.LevelWarn, "lease out of reach", slog.String("key", l.cfg.Key), slog.Any("err", err))
	case !silent && l.silent:
		l.logger.LogAttrs(ctx, slog.LevelInfo, "lease in reach again", slog.String("key", l.cfg.Key))
	}
	l.silent = silent
}

// wait returns true after d, false if ctx is done first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
