package demo

import (
	"context"
	"time"
)

// worker is one thread of the application.
type worker struct {
	*traffic
	old, new Engine
	due      time.Time     // of the next invoice, when there is a rate
	every    time.Duration // 0 without a rate
	done     int
}

func (t *traffic) newWorker(i int) *worker {
	w := &worker{traffic: t, old: NewOldEngine(), new: NewBadEngine(), due: time.Now()}
	if t.cfg.Healthy {
		w.new = NewGoodEngine()
	}
	if t.cfg.Rate > 0 {
		w.every = time.Duration(float64(t.cfg.Workers) / t.cfg.Rate * float64(time.Second))
		w.due = w.due.Add(w.every * time.Duration(i) / time.Duration(t.cfg.Workers))
	}
	return w
}

// run handles invoices until ctx ends or the limit is reached.
func (w *worker) run(ctx context.Context) {
	for w.pace(ctx) {
		inv := w.source.Next()
		w.handle(&inv)
		w.done++
		if w.cfg.Limit > 0 && w.tally.handled() >= w.cfg.Limit {
			w.end()
		}
	}
}

// maxLag is how far a worker may fall behind its rate before it lets go of
// what it has missed.
const maxLag = time.Second

// pace waits until the next invoice is due, and for the server when too much
// waits for it already: an application that reports more than is taken would
// only drop it. It reports whether to go on.
func (w *worker) pace(ctx context.Context) bool {
	for w.done%64 == 0 && w.client.Stats().Queued > queueHigh {
		if !wait(ctx, 5*time.Millisecond) {
			return false
		}
	}
	if w.every == 0 {
		return ctx.Err() == nil
	}
	now := time.Now()
	if now.Sub(w.due) > maxLag {
		w.due = now
	}
	at := w.due
	w.due = w.due.Add(w.every)
	return wait(ctx, at.Sub(now))
}

// handle does what the application does for one request.
func (w *worker) handle(inv *Invoice) {
	ctx := inv.Context()
	if w.client.IsEnabled(FlagMaintenance, ctx) {
		w.tally.pause()
		time.Sleep(time.Millisecond) // a refusal costs next to nothing; do not spin
		return
	}
	w.client.IsEnabled(FlagDashboard, ctx)
	w.client.IsEnabled(FlagChatbot, ctx)
	w.client.IsEnabled(FlagBulk, ctx)
	treated := w.client.IsEnabled(w.cfg.Flag, ctx)
	engine := w.old
	if treated {
		engine = w.new
	}
	begin := time.Now()
	_, err := engine.Render(inv)
	w.client.Observe(RenderEvent, ctx, time.Since(begin), err)
	w.tally.add(outcome{invoice: inv, treated: treated, err: err, doomed: w.doomed(inv)})
}

// doomed reports whether the new engine fails on an invoice that the old one
// prints: it is the table that is too small, and no text stands in the way.
func (w *worker) doomed(inv *Invoice) bool {
	return !w.cfg.Healthy && inv.Large() && printable(inv)
}

func printable(inv *Invoice) bool {
	for _, s := range [...]string{inv.Number, inv.Customer, inv.Reference} {
		if _, err := appendEncoded(nil, s); err != nil {
			return false
		}
	}
	return true
}

// wait reports whether ctx is still alive after d.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
