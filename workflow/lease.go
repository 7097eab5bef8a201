package workflow

import (
	"context"
	"log/slog"
)

// Lease lets one of several runners work while the others stand by. It keeps
// them from doing the same work at the same time; that a decision is recorded
// once does not depend on it.
type Lease interface {
	// Hold waits until the lease is the caller's and calls work, whose
	// context ends when the lease may be somebody else's or ctx ends. After a
	// loss it stands by again; at the end it gives the lease up. It returns
	// nil when ctx ends, and what work returns if work ends by itself.
	Hold(ctx context.Context, work func(ctx context.Context) error) error
}

// Leading says whether the runner is the one that works: it runs, and holds
// the lease if it has one. It may be called at any time.
func (r *Runner) Leading() bool { return r.leading.Load() }

// lead works for as long as the lease is held, and says so once.
func (r *Runner) lead(ctx context.Context) error {
	r.logger.LogAttrs(ctx, slog.LevelInfo, "workflow leads")
	err := r.work(ctx)
	r.logger.LogAttrs(ctx, slog.LevelInfo, "workflow leads no more")
	return err
}
