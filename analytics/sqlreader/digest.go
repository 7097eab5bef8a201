package sqlreader

import (
	"context"
	"slices"
	"time"
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

// find gives the events of a unit.
func (d *digest) find(unit uint64) []happening {
	if i, ok := slices.BinarySearch(d.units, unit); ok {
		return d.of(i)
	}
	return nil
}
