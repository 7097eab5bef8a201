package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/chstore"
	"github.com/flagledger/flagledger/analytics/duckstore"
)

// analyticsStore is what the server needs of a store.
type analyticsStore interface {
	analytics.Writer
	analytics.Reader
	analytics.Pruner
	analytics.Sampler
	analytics.UsageReader
	io.Closer
	// Refresh brings the answers that take long to count up to date at now.
	Refresh(ctx context.Context, now time.Time) error
}

// embeddedAnalytics is the store in the data folder.
const embeddedAnalytics = "duckdb"

func openAnalytics(ctx context.Context, c serverConfig) (analyticsStore, error) {
	if c.analytics == embeddedAnalytics {
		return duckstore.Open(ctx, duckstore.Config{Path: filepath.Join(c.data, "analytics.duckdb")})
	}
	return chstore.Open(ctx, chstore.Config{DSN: c.analytics, Retention: c.retention})
}

// refreshing keeps the results that people look at in step with the data, so
// that the next look waits for little.
type refreshing struct {
	store analyticsStore
	log   *slog.Logger
	now   func() time.Time
}

// It pauses for a minute, or ten times as long as the last round took.
const (
	refreshEvery = time.Minute
	refreshShare = 10
)

// Run goes on until ctx is done. A failure is logged, and tried again in the
// next round.
func (r refreshing) Run(ctx context.Context) error {
	for {
		begun := r.now()
		if err := r.store.Refresh(ctx, begun); err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "results are not refreshed", slog.Any("err", err))
		}
		timer := time.NewTimer(max(refreshEvery, refreshShare*r.now().Sub(begun)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// answers checks that the store does.
func answers(store analyticsStore) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := store.Position(ctx)
		return err
	}
}
