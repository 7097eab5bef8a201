package natslog

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/ledger"
)

// Read implements ledger.Log. The end is asked of the stream's leader, so a
// write that was acknowledged before is read, also from a replica that is
// behind. It returns ErrUnavailable when nothing arrives for Config.Patience,
// and ErrHole when an entry is missing that must be there.
func (l *Log) Read(ctx context.Context, from uint64, filter string, fn func(ledger.Stored) error) error {
	if err := ledger.CheckFilter(filter); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	until, err := l.newest(ctx, filter)
	if err != nil {
		return fmt.Errorf("read %s: %w", filter, err)
	}
	from = max(from, 1)
	if until < from {
		return ctx.Err()
	}
	c := cursor{log: l, filter: filter, from: from}
	defer c.close()
	waiting, stalled := context.WithCancelCause(ctx)
	defer stalled(nil)
	watch := time.AfterFunc(l.cfg.Patience, func() {
		stalled(fmt.Errorf("%w: nothing for %s", ledger.ErrUnavailable, l.cfg.Patience))
	})
	defer watch.Stop()
	for {
		watch.Reset(l.cfg.Patience)
		s, err := c.next(waiting)
		watch.Stop()
		if err != nil {
			return fmt.Errorf("read %s: %w", filter, err)
		}
		if s.Seq > until {
			return fmt.Errorf("read %s: entry %d is missing: %w", filter, until, ledger.ErrHole)
		}
		if err := fn(s); err != nil {
			return err
		}
		if s.Seq == until {
			return ctx.Err()
		}
	}
}

// Follow implements ledger.Log. It outlives reconnects, new leaders and
// restarts of the server, trying for as long as ctx lasts.
func (l *Log) Follow(ctx context.Context, from uint64, caughtUp func(), fn func(ledger.Stored) error) error {
	from = max(from, 1)
	info, err := l.info(ctx)
	if err == nil {
		err = intact(info.State, from)
	}
	if err != nil {
		return fmt.Errorf("follow from %d: %w", from, err)
	}
	end, behind := info.State.LastSeq, true
	if from > end {
		caughtUp()
		behind = false
	}
	c := cursor{log: l, filter: ledger.AllSubjects, from: from}
	defer c.close()
	for {
		s, err := c.next(ctx)
		if err != nil {
			return fmt.Errorf("follow from %d: %w", from, err)
		}
		if err := fn(s); err != nil {
			return err
		}
		if behind && s.Seq >= end {
			caughtUp()
			behind = false
		}
	}
}

// intact tells whether the stream has everything that a reader who continues
// at sequence next will ask for.
func intact(state jetstream.StreamState, next uint64) error {
	switch {
	case next > state.LastSeq+1:
		return fmt.Errorf("the ledger ends at %d, but %d has been seen: %w", state.LastSeq, next-1, ledger.ErrHole)
	case state.FirstSeq > 1:
		return fmt.Errorf("the ledger begins at %d: %w", state.FirstSeq, ledger.ErrHole)
	case state.NumDeleted > 0 || state.Msgs != state.LastSeq:
		return fmt.Errorf("the ledger has %d entries up to %d: %w", state.Msgs, state.LastSeq, ledger.ErrHole)
	}
	return nil
}
