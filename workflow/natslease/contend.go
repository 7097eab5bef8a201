package natslease

import (
	"context"
	"time"
)

// sighting is the entry as a contender has seen it, and since when.
type sighting struct {
	entry

	seen  bool
	since time.Time
}

// note takes in what was read. now is after the answer came: whatever was
// stored by then was sent before, so a holder's term ends before the
// contender's patience.
func (s *sighting) note(e entry, now time.Time) {
	if !s.seen || e.revision != s.revision {
		s.since = now
	}
	s.entry, s.seen = e, true
}

// left is how long the entry must still stay as it is before id may take over.
// A lease that was given up can be taken at once, and so can one's own: it is
// there when a lease ran out although its last renewal was stored. No entry
// at all is no proof that nobody holds the lease.
func (s *sighting) left(id string, patience time.Duration, now time.Time) time.Duration {
	if s.revision != 0 && (s.Holder == "" || s.Holder == id) {
		return 0
	}
	return patience - now.Sub(s.since)
}

// contend waits until the lease is this one's; it returns false when ctx is
// done. While the bucket does not answer nobody gets the lease.
func (l *Lease) contend(ctx context.Context) (*tenure, bool) {
	var s sighting
	for {
		pause := l.cfg.poll()
		e, err := l.look(ctx)
		if err == nil {
			now := time.Now()
			s.note(e, now)
			left := s.left(l.id, l.cfg.Duration, now)
			if left <= 0 {
				var t *tenure
				if t, err = l.take(ctx, e.revision); t != nil {
					l.report(ctx, nil)
					return t, true
				}
			} else {
				pause = min(pause, left)
			}
		}
		if ctx.Err() != nil {
			return nil, false
		}
		l.report(ctx, err)
		if !wait(ctx, pause) {
			return nil, false
		}
	}
}

func (l *Lease) look(ctx context.Context) (entry, error) {
	ctx, cancel := context.WithTimeout(ctx, l.cfg.Duration)
	defer cancel()
	return l.register.read(ctx)
}

// take writes the own claim over the entry at revision last. A tenure that is
// over before it begins is none.
func (l *Lease) take(ctx context.Context, last uint64) (*tenure, error) {
	ctx, cancel := context.WithTimeout(ctx, l.cfg.term())
	defer cancel()
	sent := time.Now()
	revision, err := l.register.swap(ctx, l.claim(), last)
	if err != nil || ctx.Err() != nil {
		return nil, err
	}
	return &tenure{revision: revision, sent: sent}, nil
}
