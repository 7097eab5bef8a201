package analytics

import (
	"context"
	"time"
)

// UsageReader says which flags are evaluated. It is called concurrently.
type UsageReader interface {
	// Usage gives the flags of an environment that have ever been exposed, and
	// with UsageQuery.Events those that an event has named, by key.
	Usage(ctx context.Context, q UsageQuery) (map[string]Usage, error)
}

// UsageQuery selects exposures.
type UsageQuery struct {
	Project, Environment string
	// Since is the first time at which units are counted.
	Since time.Time
	// Events asks for Usage.Named too, which takes reading all events since
	// Since.
	Events bool
}

// Usage is how much a flag is evaluated.
type Usage struct {
	// Units that were exposed since UsageQuery.Since, each counted once.
	Units int64
	// Last is the time of the newest exposure, and Variants are those that have
	// been served since UsageQuery.Since, in order.
	Last     time.Time
	Variants []string
	// Named is the time of the newest event since UsageQuery.Since that names
	// the flag, as requests do that have evaluated it. Zero if there is none.
	Named time.Time
}
