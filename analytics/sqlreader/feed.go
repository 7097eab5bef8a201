package sqlreader

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// feed holds the rows of a place that are new, so that they are read once and not
// for each answer. What is older is read when it is needed, and let go of.
type feed struct {
	place place

	mu      sync.Mutex
	from    mark   // the rows that are not seen at it are here
	written uint64 // up to that one
	events  []happening
	seen    map[uint64][]sighting // by flag
	rowsIn  int
	lag     mark      // to be let go of next time
	busy    time.Time // until when there is too much to hold

	digests map[digestKey]*digest
	all     *sightingsAt
	asked   time.Time // when all was last used
	alone   int       // flags whose exposures were read alone in this minute
	lone    int       // and gates whose events were
}

// Bounds of what is held in memory: of a feed and of a history in rows, and of the
// time that a feed goes back beyond what it is asked for.
const (
	maxFeed    = 1_000_000
	maxHistory = 6_000_000
	feedMargin = 5 * time.Minute
	// keepHistory is how long history is held for the next rollout that needs it.
	keepHistory = time.Minute
)

// sightingsAt are all exposures that are seen at a mark, by flag.
type sightingsAt struct {
	at     mark
	byFlag map[uint64][]sighting
}

// begin reads the first rows.
func (f *feed) begin(ctx context.Context, v *view) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case time.Now().Before(f.busy):
		return errMany
	case f.digests != nil:
		return nil
	}
	from := mark{v.written, v.until.Add(-feedMargin).UnixMicro()}
	return f.read(ctx, v, since(from.us, mark{v.written, forever}), from)
}

// read adds the rows of a span, and has all that are not seen at from then.
func (f *feed) read(ctx context.Context, v *view, s span, from mark) error {
	events, err := v.happenings(ctx, f.place, s, "", maxFeed)
	var seen []sighting
	if err == nil {
		seen, err = v.sightings(ctx, f.place, s, maxFeed)
	}
	if errors.Is(err, errMany) {
		f.events, f.seen, f.rowsIn, f.digests, f.all = nil, nil, 0, nil, nil
		f.busy = time.Now().Add(retryFollow)
	}
	if err != nil {
		return err
	}
	if f.digests == nil {
		f.digests, f.seen = map[digestKey]*digest{}, map[uint64][]sighting{}
	}
	f.events = append(f.events, events...)
	for _, s := range seen {
		f.seen[s.flag] = append(f.seen[s.flag], s)
	}
	f.rowsIn += len(events) + len(seen)
	f.from, f.written = from, s.to.written
	return nil
}

// follow reads what has been written since, and lets go of what everybody has
// seen the time before: somebody may be at work on that.
func (f *feed) follow(ctx context.Context, v *view, oldest func() mark) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if v.written <= f.written {
		return nil
	}
	f.trim(f.lag)
	f.lag = oldest()
	if f.rowsIn > maxFeed {
		f.trim(mark{f.written, v.until.UnixMicro()})
	}
	to := mark{v.written, forever}
	return f.read(ctx, v, span{mark{f.written, to.us}, to}, f.from)
}

func (f *feed) trim(oldest mark) {
	oldest = mark{max(oldest.written, f.from.written), max(oldest.us-feedMargin.Microseconds(), f.from.us)}
	f.from = oldest
	f.events = slices.DeleteFunc(f.events, func(h happening) bool { return oldest.sees(h.us, h.ingested) })
	f.rowsIn = len(f.events)
	for flag, seen := range f.seen {
		seen = slices.DeleteFunc(seen, func(s sighting) bool { return oldest.sees(s.first, s.ingested) })
		f.seen[flag] = seen
		if f.rowsIn += len(seen); len(seen) == 0 {
			delete(f.seen, flag)
		}
	}
	now := time.Now()
	maps.DeleteFunc(f.digests, func(_ digestKey, d *digest) bool { return now.Sub(d.used) > keepHistory })
	if now.Sub(f.asked) > keepHistory {
		f.all, f.asked, f.alone, f.lone = nil, now, 0, 0
	}
}

// reach is the number up to which the feed has been read.
func (f *feed) reach() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.written
}

// recent is the time since which the feed has all events.
func (f *feed) recent() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.from.us
}

// reaches reports whether the feed has all rows of a span, and up to when it has
// been read.
func (f *feed) reaches(s span) bool {
	return f.from.before(s.from) && s.to.written <= f.written
}

// news gives the exposures of a flag in a span. It returns errNeedsStore if the
// feed does not have them.
func (f *feed) news(flag uint64, s span) ([]sighting, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.reaches(s) {
		return nil, errNeedsStore
	}
	return f.within(flag, s), nil
}

func (f *feed) within(flag uint64, s span) []sighting {
	var found []sighting
	for _, x := range f.seen[flag] {
		if s.has(x.first, x.ingested) {
			found = append(found, x)
		}
	}
	return found
}
