package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Log is the ordered, append-only store under the ledger. memlog keeps it in
// memory, natslog on NATS JetStream; logtest is the contract both pass. It
// moves bytes: what they mean is the codec's business. All methods may be
// called concurrently.
type Log interface {
	// Append stores all of the batch's entries in order, or none. It must
	// not return nil before they are durable. It returns a *ConflictError
	// when an expectation does not hold and ErrDuplicate when a batch of
	// this ID is known to be stored; after any other error the batch may or
	// may not be stored, and the caller retries with the same ID.
	Append(ctx context.Context, b Batch) (last uint64, err error)

	// Read calls fn for each stored entry from sequence from (1 is the
	// first) whose subject matches filter, in order, up to the entries
	// stored when Read began. An error of fn ends it and is returned.
	Read(ctx context.Context, from uint64, filter string, fn func(Stored) error) error

	// Follow is Read over all subjects that does not end: it waits for new
	// entries until ctx is done or fn fails. A sequence that is missing is
	// ErrHole. caughtUp is called once, when everything stored at the start
	// has been given to fn.
	Follow(ctx context.Context, from uint64, caughtUp func(), fn func(Stored) error) error

	// End returns the sequence of the newest entry, 0 when there is none.
	End(ctx context.Context) (uint64, error)
}

// Stored is one event as the log holds it.
type Stored struct {
	Seq     uint64
	Subject string
	Data    []byte // owned by the receiver
	At      time.Time
}

// Errors that a Log returns, for errors.Is.
var (
	// ErrConflict: somebody else wrote first. Reload, decide again.
	ErrConflict = errors.New("the ledger has moved on")
	// ErrDuplicate: the batch is already stored.
	ErrDuplicate = errors.New("the batch is already stored")
	// ErrHole: a sequence is missing. The log is damaged and must not be used.
	ErrHole = errors.New("the ledger has a hole")
	// ErrFull: the log is at its size limit; nothing was stored.
	ErrFull = errors.New("the ledger is full")
	// ErrUnavailable: the log did not answer in time.
	ErrUnavailable = errors.New("the ledger is not available")
)

// ConflictError says which expectation failed. errors.Is(err, ErrConflict)
// holds. Filter is empty when the store does not say which one it was.
type ConflictError struct{ Filter string }

func (e *ConflictError) Error() string {
	if e.Filter == "" {
		return ErrConflict.Error()
	}
	return fmt.Sprintf("%v on %s", ErrConflict, e.Filter)
}

// Is makes a ConflictError match ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }
