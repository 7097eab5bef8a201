package analytics

import (
	"context"
	"time"
)

// Position is how far a store has read a stream of batches. The zero Position
// is the beginning of anything.
type Position struct {
	// Epoch names one life of the stream, by its creation in Unix
	// nanoseconds; 0 is none. Sequences of two epochs cannot be compared.
	Epoch int64
	Seq   uint64
	// At is when the stream received that sequence, in UTC microseconds. A
	// stream that loses its tail uses sequences again; the time tells.
	At time.Time
}

// Written says what a Write has done.
type Written struct {
	Batches    int // new ones
	Duplicates int // seen before, not counted again
	Exposures  int
	Events     int // metric events, however many units each
}

// Writer stores batches. There is one at a time.
type Writer interface {
	// Position is the newest position written.
	Position(ctx context.Context) (Position, error)
	// Write stores the batches and the position in one transaction: after
	// an error, or a crash, either all of it is there or nothing. A batch
	// whose project, environment and ID were stored before is left out.
	// The batches are not retained.
	Write(ctx context.Context, batches []Batch, to Position) (Written, error)
}

// Pruner forgets.
type Pruner interface {
	// Prune removes what happened, and the names of batches received,
	// before the time given. It returns the number of exposures and events
	// removed.
	Prune(ctx context.Context, before time.Time) (int64, error)
}

// Reader answers from what has been written. Its methods may be called
// concurrently, with each other and with Write, and each sees one state of the
// store. They return an error that wraps ErrQuery for a query that Normal
// refuses.
type Reader interface {
	// Gate gives the evidence of one guardrail.
	Gate(ctx context.Context, q GateQuery) (GateSeries, error)
	// Exposed counts the units of a rollout.
	Exposed(ctx context.Context, q ExposedQuery) (Exposed, error)
	// Control describes the values of an event in the control arm.
	Control(ctx context.Context, q ControlQuery) (ControlValues, error)
	// Results compares variants on metrics, for display.
	Results(ctx context.Context, q ResultQuery) (Results, error)
}
