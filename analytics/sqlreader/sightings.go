package sqlreader

import (
	"context"
	"slices"
	"time"
)

// fewFlags and fewGates are how many flags' exposures and gates' events are read
// alone before those of all are read at once, as after a start.
const (
	fewFlags = 8
	fewGates = 3 * fewFlags
	// maxAlone is how many sightings of one flag are read: some for each unit.
	maxAlone = 10 * maxUnits
)

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
