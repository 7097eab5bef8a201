package main

import (
	"context"
	"io"
	"path/filepath"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/chstore"
	"github.com/flagledger/flagledger/analytics/duckstore"
)

// analyticsStore is what the server needs of a store.
type analyticsStore interface {
	analytics.Writer
	analytics.Reader
	analytics.Pruner
	io.Closer
}

// embeddedAnalytics is the store in the data folder.
const embeddedAnalytics = "duckdb"

func openAnalytics(ctx context.Context, c serverConfig) (analyticsStore, error) {
	if c.analytics == embeddedAnalytics {
		return duckstore.Open(ctx, duckstore.Config{Path: filepath.Join(c.data, "analytics.duckdb")})
	}
	return chstore.Open(ctx, chstore.Config{DSN: c.analytics, Retention: c.retention})
}
