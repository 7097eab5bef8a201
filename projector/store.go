package projector

import (
	"context"
	"errors"

	"github.com/flagledger/flagledger/ledger"
)

// Checkpoint says how far a Store is: the newest event that it has, and that
// event's hash. A sequence alone would not do, because a log that has lost its
// end gives the same sequences again.
type Checkpoint struct {
	Seq  uint64
	Hash ledger.Hash
}

// Delta is what a Store applies in one transaction.
type Delta struct {
	From, To Checkpoint
	// Events are those after From up to To.
	Events []ledger.Stored
	// Rows replace those of the same key, or are new.
	Rows Rows
}

// Store keeps the events and what they add up to as tables, for queries in SQL
// and as a second copy of the ledger. memstore keeps it in memory, pgstore in
// Postgres; storetest is the contract both pass. All methods may be called
// concurrently.
type Store interface {
	// Checkpoint returns how far the store is, zero for an empty one.
	Checkpoint(ctx context.Context) (Checkpoint, error)
	// Apply applies d as a whole or not at all, and returns ErrFenced when the
	// store is not at d.From: another one writes to it. After any other
	// error it may or may not be applied.
	Apply(ctx context.Context, d Delta) error
	// Events calls fn for each event from sequence from on, in order. An error
	// of fn ends it and is returned.
	Events(ctx context.Context, from uint64, fn func(ledger.Stored) error) error
	// Table returns all rows of a table, ordered by their keys.
	Table(ctx context.Context, table string) ([]Row, error)
}

// ErrFenced says that the checkpoint of the store has moved.
var ErrFenced = errors.New("another projector writes to the store: its checkpoint has moved")
