package sqlreader

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// advance brings a roster to a later mark. Without a view it returns errNeedsStore,
// and has changed nothing, if that needs what is not in memory.
func (r *roster) advance(ctx context.Context, v *view, to mark) error {
	if to == r.at {
		return nil
	}
	step := span{r.at, to}
	seen, err := r.feed.news(r.flag, step)
	if err != nil {
		return err
	}
	changed := r.changes(seen)
	past, fresh := map[string]*digest{}, map[string]*digest{}
	for name, g := range r.gates {
		if fresh[name], err = r.feed.digest(ctx, v, g.event, step); err != nil {
			return err
		}
		if past[name], err = r.past(ctx, v, g, changed); err != nil {
			return err
		}
	}
	r.move(changed, past)
	r.newest(seen)
	for name, g := range r.gates {
		r.take(g, fresh[name])
	}
	r.at = to
	return nil
}

// maxNamed is how many units are named in a query.
const maxNamed = 2000

// past gives the events of units that have been counted, or are to be, as their
// first exposures change: all those since the first of the stays that change.
func (r *roster) past(ctx context.Context, v *view, g *standing, changed map[uint64]firsts) (*digest, error) {
	earliest := int64(forever)
	for unit, now := range changed {
		was, is := r.before(unit), now.stays(r.strata)
		for k := range is {
			if was[k] != is[k] {
				earliest = min(earliest, begins(was[k]), begins(is[k]))
			}
		}
	}
	recent := r.feed.recent()
	switch {
	case earliest == forever:
		return newDigest(span{}, nil), nil
	case earliest >= recent:
		return r.feed.digest(ctx, v, g.event, since(recent, r.at))
	case v == nil || len(changed) > maxNamed:
		return nil, errNeedsStore
	}
	units := make([]string, 0, len(changed))
	for unit := range changed {
		units = append(units, strconv.FormatUint(unit, 10))
	}
	also := fmt.Sprintf("%s AND unit_id IN (%s)", v.only(g.event), strings.Join(units, ", "))
	s := since(earliest, r.at)
	rows, err := v.happenings(ctx, r.feed.place, s, also, maxHistory)
	return newDigest(s, rows), err
}

func begins(s stay) int64 {
	if s.variant < 0 {
		return math.MaxInt64
	}
	return s.entered
}

// before gives the rows of a unit that may be new.
func (r *roster) before(unit uint64) []stay {
	if slot, ok := r.slots[unit]; ok {
		return r.staysOf(slot)
	}
	return absent(len(r.strata))
}

// move changes the first exposures of units, and what they have added to gates. A
// gate that cannot tell its newest event any more is dropped, to be counted again.
func (r *roster) move(changed map[uint64]firsts, past map[string]*digest) {
	if len(changed) == 0 {
		return
	}
	was := map[uint64][]stay{}
	for unit := range changed {
		was[unit] = slices.Clone(r.before(unit))
	}
	r.change(changed)
	for name, g := range r.gates {
		if more := len(r.stays) - len(g.marks); more > 0 {
			g.marks = append(g.marks, blank(more)...)
		}
		if !r.recount(g, was, past[name]) {
			delete(r.gates, name)
		}
	}
}

// recount takes away what units had in strata where their stay has changed, and
// adds what they have now.
func (r *roster) recount(g *standing, was map[uint64][]stay, past *digest) bool {
	had, has := newTally(g.tally.cohorts), newTally(g.tally.cohorts)
	for unit, before := range was {
		slot := r.slots[unit]
		m := r.member(g, slot)
		old := member{r.flag, before, m.marks}
		whole := sides(old)
		old, now := onlyChanged(old, m)
		events := past.find(unit)
		for _, x := range []struct {
			member
			tally *tally
		}{{old, had}, {now, has}} {
			g.enter(x.tally, x.stays)
			into := &folding{tally: x.tally, earliest: past.span.from.us}
			g.fold(into, x.member, events)
			into.end()
		}
		for k, s := range m.stays {
			if s != before[k] {
				m.marks[k] = now.marks[k]
			}
		}
		g.whole(whole, sides(m))
	}
	return g.tally.renew(had, has)
}

// onlyChanged gives copies of a unit in the strata alone where its stay has changed,
// without events.
func onlyChanged(was, is member) (old, now member) {
	n := len(is.stays)
	old, now = member{was.flag, absent(n), blank(n)}, member{is.flag, absent(n), blank(n)}
	for k := range n {
		if was.stays[k] != is.stays[k] {
			old.stays[k], now.stays[k] = was.stays[k], is.stays[k]
		}
	}
	return old, now
}
