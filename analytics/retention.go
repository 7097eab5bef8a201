package analytics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Pauses of a Retention.
const (
	PruneEvery = 24 * time.Hour
	// PruneRetry follows a failure.
	PruneRetry = time.Hour
)

// Retention removes what is older than it is to be kept.
type Retention struct {
	pruner Pruner
	keep   time.Duration
	log    *slog.Logger
	now    func() time.Time
}

// NewRetention keeps exposures, events and the names of batches for keep; 0 is
// for ever. It returns an error for less than a day: a gate looks back further,
// and a batch whose name is forgotten while the stream has it would count
// again.
func NewRetention(pruner Pruner, keep time.Duration, log *slog.Logger, now func() time.Time) (*Retention, error) {
	if pruner == nil || log == nil || now == nil {
		return nil, errors.New("analytics retention: pruner, log and now must all be given")
	}
	if keep != 0 && keep < 24*time.Hour {
		return nil, fmt.Errorf("analytics retention: %v is neither 0 nor at least a day", keep)
	}
	return &Retention{pruner: pruner, keep: keep, log: log, now: now}, nil
}

// Run prunes at once and then every PruneEvery, until ctx is done; then it
// returns nil. A failure is logged and tried again after PruneRetry. It owns no
// goroutine.
func (r *Retention) Run(ctx context.Context) error {
	if r.keep == 0 {
		<-ctx.Done()
		return nil
	}
	for {
		pause := time.NewTimer(r.prune(ctx))
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil
		case <-pause.C:
		}
	}
}

// prune gives the pause to the next one.
func (r *Retention) prune(ctx context.Context) time.Duration {
	before := r.now().Add(-r.keep)
	removed, err := r.pruner.Prune(ctx, before)
	switch {
	case ctx.Err() != nil:
		return 0
	case err != nil:
		r.log.ErrorContext(ctx, "old analytics cannot be removed",
			slog.Any("err", err), slog.Time("before", before), slog.Duration("pause", PruneRetry))
		return PruneRetry
	}
	r.log.InfoContext(ctx, "old analytics removed",
		slog.Int64("removed", removed), slog.Time("before", before))
	return PruneEvery
}
