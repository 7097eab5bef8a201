package client

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// maxReasons bounds how many different refusals are logged.
const maxReasons = 100

// reporter carries the queue to the server. It is one goroutine's.
type reporter struct {
	client *Client
	// resume is when the server may be asked again after it refused the key.
	resume time.Time
	logged map[string]bool
}

// run delivers until the client is closing and the queue is empty, or ctx
// ends; what is left then is lost.
func (r *reporter) run(ctx context.Context) {
	c := r.client
	flush := time.NewTicker(c.cfg.FlushInterval)
	defer flush.Stop()
	epoch := time.NewTicker(c.timing.exposureTTL)
	defer epoch.Stop()
	for open := true; open; {
		select {
		case <-flush.C:
			r.deliverAll(ctx, false)
		case <-c.queue.full:
			r.deliverAll(ctx, true)
		case <-epoch.C:
			c.memory.tick()
		case <-c.closing:
			open = false
			r.deliverAll(ctx, false)
		}
	}
}

// deliverAll empties the queue of its batches, or of its complete batches.
func (r *reporter) deliverAll(ctx context.Context, onlyFull bool) {
	if time.Now().Before(r.resume) && !r.isClosing() {
		return
	}
	for {
		b := r.client.queue.take(onlyFull)
		if b == nil {
			return
		}
		if !r.deliver(ctx, b) && !r.isClosing() {
			return
		}
	}
}

// deliver sends one batch until it is settled, and reports whether the next
// may follow. Every attempt has the same id, so that the server counts the
// batch once even if only the answer was lost.
func (r *reporter) deliver(ctx context.Context, b *batch) bool {
	c := r.client
	wait := backoff{pause: c.timing.post}
	end := time.Now().Add(c.timing.retryFor)
	for {
		var answer receipt
		err := c.server.post(ctx, "/api/v1/events", b, &answer, http.StatusAccepted)
		var status *StatusError
		hasStatus := errors.As(err, &status)
		switch {
		case err == nil:
			r.settle(ctx, b, answer)
			return true
		case errors.Is(err, ErrUnauthorized):
			r.resume = time.Now().Add(c.timing.unauthorized)
			r.lose(ctx, b, err)
			return false
		case hasStatus && !status.temporary():
			c.counters.refused.Add(uint64(b.len()))
			if r.first(err.Error()) {
				c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "server refuses what was reported", slog.Any("err", err))
			}
			return true
		}
		c.counters.retries.Add(1)
		delay := wait.next()
		if hasStatus {
			delay = max(delay, min(status.RetryAfter, c.timing.post.most))
		}
		if time.Now().Add(delay).After(end) || !r.pause(ctx, delay) {
			r.lose(ctx, b, err)
			return false
		}
	}
}

// settle counts what the server made of a batch.
func (r *reporter) settle(ctx context.Context, b *batch, answer receipt) {
	n := &r.client.counters
	rejected := min(len(answer.Rejected), b.len())
	n.batches.Add(1)
	n.rejected.Add(uint64(rejected))
	n.accepted.Add(uint64(b.len() - rejected))
	for _, entry := range answer.Rejected {
		// Without numbers, or every item would be a reason of its own.
		reason := entry.Kind + strings.Map(withoutDigits, entry.Path+entry.Message)
		if r.first(reason) {
			r.client.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "server rejects an item",
				slog.String("kind", entry.Kind), slog.String("path", entry.Path), slog.String("reason", entry.Message))
		}
	}
}

// lose gives a batch up. Its exposures are forgotten, so that the next
// evaluation reports them again.
func (r *reporter) lose(ctx context.Context, b *batch, err error) {
	c := r.client
	for i := range b.Exposures {
		c.memory.forget(&b.Exposures[i])
	}
	c.counters.lost.Add(uint64(b.len())) // last: who sees it may count on the rest
	c.cfg.Logger.LogAttrs(ctx, slog.LevelError, "reports are lost",
		slog.Int("items", b.len()), slog.String("batch", b.ID), slog.Any("err", err))
}

// pause waits between two attempts. Close cuts the wait short, once.
func (r *reporter) pause(ctx context.Context, d time.Duration) bool {
	closing := r.client.closing
	if r.isClosing() {
		closing = nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-closing:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

func (r *reporter) isClosing() bool {
	select {
	case <-r.client.closing:
		return true
	default:
		return false
	}
}

// first reports whether a reason has not been logged before.
func (r *reporter) first(reason string) bool {
	if r.logged[reason] || len(r.logged) >= maxReasons {
		return false
	}
	if r.logged == nil {
		r.logged = make(map[string]bool)
	}
	r.logged[reason] = true
	return true
}

func withoutDigits(c rune) rune {
	if c >= '0' && c <= '9' {
		return -1
	}
	return c
}
