package sqlreader

import (
	"context"
	"errors"
	"maps"
	"math"
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

// digestKey names the events of one name in a span.
type digestKey struct {
	name uint64
	span span
}

// digest is events by unit and time.
type digest struct {
	span  span
	units []uint64
	start []int // of a unit's events in rows, and their end in the next
	rows  []happening
	used  time.Time
}

func (d *digest) of(i int) []happening { return d.rows[d.start[i]:d.start[i+1]] }

func newDigest(s span, rows []happening) *digest {
	slices.SortFunc(rows, func(a, b happening) int {
		switch {
		case a.unit < b.unit, a.unit == b.unit && a.us < b.us:
			return -1
		case a.unit == b.unit && a.us == b.us:
			return 0
		}
		return 1
	})
	d := &digest{span: s, rows: rows}
	for i := range rows {
		if i == 0 || rows[i].unit != rows[i-1].unit {
			d.units, d.start = append(d.units, rows[i].unit), append(d.start, i)
		}
	}
	d.start = append(d.start, len(rows))
	return d
}

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

// digest gives the events of a name in a span. Without a view it returns
// errNeedsStore for those that are not in memory.
func (f *feed) digest(ctx context.Context, v *view, name uint64, s span) (*digest, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := digestKey{name, s}
	d := f.digests[key]
	if d == nil {
		rows, err := f.rows(ctx, v, name, s)
		if err != nil {
			return nil, err
		}
		d = newDigest(s, rows)
		f.digests[key] = d
	}
	d.used = time.Now()
	return d, nil
}

func (f *feed) rows(ctx context.Context, v *view, name uint64, s span) ([]happening, error) {
	if !f.reaches(s) {
		if v == nil {
			return nil, errNeedsStore
		}
		return v.happenings(ctx, f.place, s, v.only(name), maxHistory)
	}
	var rows []happening
	for _, h := range f.events {
		if h.name == name && s.has(h.us, h.ingested) {
			rows = append(rows, h)
		}
	}
	return rows, nil
}

// history gives the events of a name since a time that are seen at a mark, in
// parts: old ones that are shared with others, and what has come since. The first
// few rollouts that ask within a minute get the events of their own units alone.
func (f *feed) history(ctx context.Context, v *view, name uint64, us int64, at mark) ([]*digest, error) {
	f.mu.Lock()
	old := f.shared(name, us, at)
	if old == nil {
		f.lone++
	}
	lone := f.lone <= fewGates
	f.mu.Unlock()
	if old != nil {
		d, err := f.digest(ctx, v, name, span{old.span.to, at})
		return []*digest{old, d}, err
	}
	s, also := since(us, at), v.only(name)
	if lone {
		also += ownUnits
	}
	n, err := v.countHappenings(ctx, f.place, s, also)
	switch {
	case err != nil:
		return nil, err
	case n > maxHistory:
		return nil, errMany
	case lone:
		rows, err := v.happenings(ctx, f.place, s, also, maxHistory)
		return []*digest{newDigest(s, rows)}, err
	}
	d, err := f.digest(ctx, v, name, s)
	return []*digest{d}, err
}

// shared is a digest of all events since a time that can be gone on from.
func (f *feed) shared(name uint64, us int64, at mark) *digest {
	for key, d := range f.digests {
		if key.name == name && key.span.from.written == math.MaxUint64 && key.span.from.us <= us &&
			key.span.to.before(at) && f.from.before(key.span.to) && at.written <= f.written {
			return d
		}
	}
	return nil
}
