package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// running is a part that has been started. The fields below done are written
// by its goroutine and may be read once done is closed.
type running struct {
	part   Part
	cancel context.CancelFunc
	done   chan struct{}
	err    error
	early  bool
}

// launch runs p under a context that keeps the values of ctx but not its end,
// so that the end of ctx does not stop all parts at the same moment.
func launch(ctx context.Context, p Part, ended chan<- *running) *running {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &running{part: p, cancel: cancel, done: make(chan struct{})}
	go func() {
		r.err = p.Run(own)
		r.early = own.Err() == nil
		close(r.done)
		ended <- r
	}()
	return r
}

// stop tells the part to stop, waits for it at most its grace, and returns
// what the part did wrong, now or before.
func (r *running) stop() error {
	r.cancel()
	grace := time.NewTimer(r.part.Grace)
	defer grace.Stop()
	select {
	case <-r.done:
		return r.failure()
	case <-grace.C:
		return &StuckError{Part: r.part.Name, Grace: r.part.Grace}
	}
}

// failure returns the error of an ended part under its name, or nil.
func (r *running) failure() error {
	switch {
	case r.early && r.err == nil:
		return fmt.Errorf("%s: %w", r.part.Name, ErrEnded)
	case r.err == nil, !r.early && errors.Is(r.err, context.Canceled):
		return nil
	default:
		return fmt.Errorf("%s: %w", r.part.Name, r.err)
	}
}
