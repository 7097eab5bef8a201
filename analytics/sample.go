package analytics

import (
	"context"
	"time"
)

// Sampler draws exposures for an audit. It is called concurrently.
type Sampler interface {
	// Sample draws up to q.N of the exposures that q selects, each with the
	// same chance; the same seed draws the same of the same.
	Sample(ctx context.Context, q SampleQuery) (Sample, error)
}

// SampleQuery selects exposures.
type SampleQuery struct {
	Project, Environment string
	// Flag limits it to one; empty is all.
	Flag string
	// Since leaves out what was exposed before; zero is everything.
	Since time.Time
	N     int
	Seed  uint64
}

// Sample is what was drawn.
type Sample struct {
	// Total is how many exposures there are to draw from.
	Total     int64
	Exposures []Exposure
}
