package archive

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/flagledger/flagledger/ledger"
)

// Read implements projector.History, as ledger.Log.Read does: it calls fn for each
// event from sequence from on whose subject matches filter, in order, up to the
// newest at its call. Of one subject it reads only that subject's records.
func (a *Archive) Read(ctx context.Context, from uint64, filter string, fn func(ledger.Stored) error) error {
	if err := ledger.CheckFilter(filter); err != nil {
		return fmt.Errorf("read the archive: %w", err)
	}
	from = max(from, 1)
	if filter == ledger.AllSubjects {
		return a.readAll(ctx, from, fn)
	}
	a.mu.RLock()
	sequences := a.index.sequences(from, filter)
	a.mu.RUnlock()
	for _, seq := range sequences {
		s, err := a.Event(uint64(seq))
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if err := fn(s); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// readAll streams the segments.
func (a *Archive) readAll(ctx context.Context, from uint64, fn func(ledger.Stored) error) error {
	a.mu.RLock()
	until, segments := a.index.len(), append([]segment(nil), a.segments...)
	start := int64(0)
	if from <= until {
		at, _ := a.index.place(from)
		start = int64(at)
	}
	a.mu.RUnlock()
	if from > until {
		return ctx.Err()
	}
	next := from
	for _, seg := range segments[segmentOf(segments, from):] {
		in := ledger.NewEventFileReader(io.NewSectionReader(seg.file, start, seg.size-start), start)
		start = 0
		for next <= until {
			rec, err := in.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			var s ledger.Stored
			var stated ledger.Hash
			if err == nil {
				s, stated, err = rec.Event()
			}
			if err != nil || s.Seq != next || s.Hash() != stated {
				return fmt.Errorf("event %d in %s: %w: %w", next, a.path(seg.first), ErrDamaged, err)
			}
			if err := fn(s); err != nil {
				return err
			}
			if next++; next%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	if next <= until {
		return fmt.Errorf("event %d is missing: %w", next, ErrDamaged)
	}
	return ctx.Err()
}
