package natslog

import (
	"context"
	"errors"

	"github.com/flagledger/flagledger/ledger"
)

// maxPins bounds how often appendPinned tries while others keep appending.
const maxPins = 100

// appendPinned checks the expectations by reading and then appends under the
// condition that the stream has not moved since. A stream that moved for
// somebody else's sake is no conflict: it looks again.
func (l *Log) appendPinned(ctx context.Context, b ledger.Batch) (uint64, error) {
	for attempt := range maxPins {
		end, err := l.End(ctx)
		if err != nil {
			return 0, err
		}
		if err := l.verify(ctx, b.Expect); err != nil {
			return 0, err
		}
		last, err := l.publish(ctx, b, map[int]guard{0: {whole: true, seq: end}})
		if !errors.Is(err, ledger.ErrConflict) {
			return last, err
		}
		if err := pause(ctx, min(attempt, 3)); err != nil {
			return 0, outcome(ctx, err)
		}
	}
	return 0, &ledger.ConflictError{}
}

func (l *Log) verify(ctx context.Context, expect []ledger.Expect) error {
	for _, e := range expect {
		newest, err := l.newest(ctx, e.Filter)
		if err != nil {
			return err
		}
		if newest != e.Seq {
			return &ledger.ConflictError{Filter: e.Filter}
		}
	}
	return nil
}
