package archive

import (
	"context"
	"errors"
	"fmt"

	"github.com/flagledger/flagledger/ledger"
)

// batch is how many events are synced at once while the archive catches up.
const batch = 1000

// Keep appends what the log has and gets, until ctx is done. It returns
// ledger.ErrHole when the log is not the archive's: see Gate.
func (a *Archive) Keep(ctx context.Context, log ledger.Log) error {
	end, err := a.gate(ctx, log)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	var waiting []ledger.Stored
	seq, _ := a.Newest()
	err = log.Follow(ctx, seq+1, func() {}, func(s ledger.Stored) error {
		if waiting = append(waiting, s); s.Seq < end && len(waiting) < batch {
			return nil
		}
		err := a.Append(waiting...)
		waiting = waiting[:0]
		return err
	})
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil
	}
	return err
}

// Gate compares the log with the archive before anything is served. It returns
// ledger.ErrHole, and says what to do, when the log ends before the archive or
// has another event where the archive ends. A log that is ahead is well: the
// archive catches up.
func (a *Archive) Gate(ctx context.Context, log ledger.Log) error {
	_, err := a.gate(ctx, log)
	return err
}

func (a *Archive) gate(ctx context.Context, log ledger.Log) (end uint64, err error) {
	end, err = log.End(ctx)
	if err != nil {
		return 0, fmt.Errorf("compare the ledger with its archive: %w", err)
	}
	seq, hash := a.Newest()
	if seq > end {
		return end, fmt.Errorf("the ledger ends at event %d, its archive has %d: events were lost: %w", end, seq, ledger.ErrHole)
	}
	if seq == 0 {
		return end, nil
	}
	found := errors.New("found")
	var had ledger.Stored
	err = log.Read(ctx, seq, ledger.AllSubjects, func(s ledger.Stored) error { had = s; return found })
	if err != nil && !errors.Is(err, found) {
		return end, fmt.Errorf("compare the ledger with its archive: %w", err)
	}
	if had.Seq != seq || had.Hash() != hash {
		return end, fmt.Errorf("event %d is not the one that the archive has: the ledger was changed or lost events: %w", seq, ledger.ErrHole)
	}
	return end, nil
}
