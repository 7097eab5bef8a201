package sqlreader

import (
	"context"
	"math"
	"slices"
	"time"
)

// This file reads what is older than a feed, for rosters that begin.

// fewFlags and fewGates are how many flags' exposures and gates' events are read
// alone before those of all are read at once, as after a start.
const (
	fewFlags = 2
	fewGates = 3 * fewFlags
	// maxAlone is how many sightings of one flag are read: some for each unit.
	maxAlone = 10 * maxUnits
)

// sightings gives all exposures of a flag, which has a number and a name, that are
// seen at a mark.
func (f *feed) sightings(ctx context.Context, v *view, number uint64, name string, at mark) ([]sighting, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all != nil && f.all.at.before(at) && f.reaches(span{f.all.at, at}) {
		f.asked = time.Now()
		return slices.Concat(f.all.byFlag[number], f.within(number, span{f.all.at, at})), nil
	}
	if f.alone++; f.alone > fewFlags {
		if n, err := v.countSightings(ctx, f.place, at); err != nil || n <= maxHistory {
			return f.readAll(ctx, v, number, at, err)
		}
	}
	return v.allSightings(ctx, f.place, at, name, maxAlone)
}

// readAll reads the exposures of all flags, unless something failed before.
func (f *feed) readAll(ctx context.Context, v *view, number uint64, at mark, failed error) ([]sighting, error) {
	if failed != nil {
		return nil, failed
	}
	all, err := v.allSightings(ctx, f.place, at, "", maxHistory)
	if err != nil {
		return nil, err
	}
	f.all, f.asked = &sightingsAt{at, map[uint64][]sighting{}}, time.Now()
	for _, s := range all {
		f.all.byFlag[s.flag] = append(f.all.byFlag[s.flag], s)
	}
	return f.all.byFlag[number], nil
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
