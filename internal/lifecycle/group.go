package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// DefaultGrace is how long a part with no Grace of its own may take to stop.
const DefaultGrace = 10 * time.Second

// ErrEnded is the failure of a part whose Run returned nil before it was told
// to stop. A process that has silently lost a part must not go on as if whole.
var ErrEnded = errors.New("ended before it was told to stop")

// StuckError reports a part that was told to stop and was still running when
// its grace was over. Its goroutine is left behind; the process should exit.
type StuckError struct {
	Part  string
	Grace time.Duration
}

// Error names the part and the time it was given.
func (e *StuckError) Error() string {
	return fmt.Sprintf("%s: still running %s after it was told to stop", e.Part, e.Grace)
}

// Part is one long-lived part of a process.
type Part struct {
	// Name identifies the part in errors. It must be unique in its group.
	Name string
	// Run must block until ctx ends and return after the last goroutine of
	// the part has ended. Returning earlier, even with nil, is a failure.
	Run func(ctx context.Context) error
	// Ready is closed by the part once parts that depend on it may start.
	// Nil means that the next part may start at once.
	Ready <-chan struct{}
	// Grace is how long the part may take to stop; 0 means DefaultGrace.
	Grace time.Duration
}

// Group is an ordered set of parts. Create it with New.
type Group struct {
	parts []Part
}

// New returns a group that starts parts in the given order. It refuses a part
// without Name or Run, a repeated Name and a negative Grace. It starts nothing.
func New(parts ...Part) (*Group, error) {
	g := &Group{parts: make([]Part, 0, len(parts))}
	seen := make(map[string]bool, len(parts))
	for i, p := range parts {
		switch {
		case p.Name == "":
			return nil, fmt.Errorf("part %d has no name", i)
		case seen[p.Name]:
			return nil, fmt.Errorf("part %s is given twice", p.Name)
		case p.Run == nil:
			return nil, fmt.Errorf("part %s has no Run", p.Name)
		case p.Grace < 0:
			return nil, fmt.Errorf("part %s: grace %s is negative", p.Name, p.Grace)
		}
		if p.Grace == 0 {
			p.Grace = DefaultGrace
		}
		seen[p.Name] = true
		g.parts = append(g.parts, p)
	}
	return g, nil
}

// Run starts the parts, blocks until ctx ends or a part fails, stops those
// that were started and returns. It must be called once.
//
// It returns nil if ctx ended and every part then stopped in time and without
// an error of its own; a part that answers its stop with context.Canceled has
// none. Otherwise it returns the first failure, joined with what went wrong
// while stopping. Each error carries the name of its part.
func (g *Group) Run(ctx context.Context) error {
	// Buffered for all: nobody reads it once stopping has begun.
	ended := make(chan *running, len(g.parts))
	started, failed := g.start(ctx, ended)

	var errs []error
	if failed != nil {
		errs = append(errs, failed.failure())
	}
	for i := len(started) - 1; i >= 0; i-- {
		if err := started[i].stop(); err != nil && started[i] != failed {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// start returns the parts it has started, once ctx has ended (failed is nil)
// or a part has ended by itself (that part).
func (g *Group) start(ctx context.Context, ended chan *running) (started []*running, failed *running) {
	for _, p := range g.parts {
		if ctx.Err() != nil {
			return started, nil
		}
		started = append(started, launch(ctx, p, ended))
		if p.Ready == nil {
			continue
		}
		select {
		case <-p.Ready:
		case <-ctx.Done():
			return started, nil
		case r := <-ended:
			return started, r
		}
	}
	select {
	case <-ctx.Done():
		return started, nil
	case r := <-ended:
		return started, r
	}
}
