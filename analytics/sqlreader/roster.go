package sqlreader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// roster is the units of a rollout in memory, and how its gates stand. It is
// brought from one mark to a later one by the rows that come into view in between,
// which the feed has for all rollouts of a place. Its berth guards it.
type roster struct {
	rollout analytics.Rollout
	strata  []analytics.Stratum // that have begun
	feed    *feed
	flag    uint64
	variant [2]uint64
	rule    uint64

	at      mark
	counted time.Time // until when it was, when it was read from the store
	slots   map[uint64]int32
	firsts  []int64 // 2*strata for each slot
	stays   []stay  // a row for each slot and stratum
	exposed *exposedTally
	gates   map[string]*standing
}

// errNeedsStore is returned when an answer needs more than is in memory.
var errNeedsStore = errors.New("not in memory")

// newRoster reads the units that are seen at a mark.
func newRoster(ctx context.Context, v *view, f *feed, rollout analytics.Rollout, strata []analytics.Stratum) (*roster, error) {
	r := &roster{
		rollout: rollout, strata: strata, feed: f, at: v.mark(), counted: v.until,
		slots: map[uint64]int32{}, exposed: &exposedTally{rowsBy: map[[2]int]analytics.ExposedRow{}}, gates: map[string]*standing{},
	}
	numbers, err := v.number(ctx, rollout.Flag, rollout.Treatment, rollout.Control, rollout.Rule)
	if err != nil {
		return nil, err
	}
	r.flag, r.variant, r.rule = numbers[0], [2]uint64{numbers[1], numbers[2]}, numbers[3]
	seen, err := f.sightings(ctx, v, r.flag, rollout.Flag, r.at)
	if err != nil {
		return nil, err
	}
	changed := r.changes(seen)
	if len(changed) > maxUnits {
		return nil, errMany
	}
	r.change(changed)
	r.newest(seen)
	return r, nil
}

// changes gives the units whose first exposures change by sightings, and to what.
func (r *roster) changes(seen []sighting) map[uint64]firsts {
	changed := map[uint64]firsts{}
	for _, s := range seen {
		v := r.variantOf(s)
		if v < 0 {
			continue
		}
		now, ok := changed[s.unit]
		if !ok {
			now = unseen(len(r.strata))
			if slot, known := r.slots[s.unit]; known {
				copy(now, r.firstsOf(slot))
			}
		}
		if now.see(s, v, r.strata) {
			changed[s.unit] = now
		}
	}
	return changed
}

// variantOf is the position of a sighting's variant, or -1.
func (r *roster) variantOf(s sighting) int {
	switch {
	case s.flag != r.flag || s.rule != r.rule:
		return -1
	case s.variant == r.variant[0]:
		return 0
	case s.variant == r.variant[1]:
		return 1
	}
	return -1
}

// change sets the first exposures of units.
func (r *roster) change(changed map[uint64]firsts) {
	for unit, now := range changed {
		slot, ok := r.slots[unit]
		if !ok {
			slot = int32(len(r.slots))
			r.slots[unit] = slot
			r.firsts = append(r.firsts, now...)
			r.stays = append(r.stays, absent(len(r.strata))...)
		}
		addTo(r.exposed, r.staysOf(slot), -1)
		copy(r.firstsOf(slot), now)
		copy(r.staysOf(slot), now.stays(r.strata))
		addTo(r.exposed, r.staysOf(slot), 1)
	}
}

func (r *roster) firstsOf(slot int32) firsts {
	n := 2 * len(r.strata)
	return r.firsts[int(slot)*n : (int(slot)+1)*n]
}

func (r *roster) staysOf(slot int32) []stay {
	n := len(r.strata)
	return r.stays[int(slot)*n : (int(slot)+1)*n]
}

// numbers is about how much memory it takes, in numbers of 64 bits.
func (r *roster) numbers() int {
	return 4*len(r.slots) + len(r.firsts) + len(r.stays)*(3+2*len(r.gates))
}

// newest notes the newest exposures.
func (r *roster) newest(seen []sighting) {
	for _, s := range seen {
		v := r.variantOf(s)
		if v < 0 {
			continue
		}
		if k := stratumOf(r.strata, s.version); k >= 0 {
			at := microTime(max(s.last, r.strata[k].Start.UnixMicro()))
			if at.After(r.exposed.newest[v]) {
				r.exposed.newest[v] = at
			}
		}
	}
}

// gate gives the standing of a gate, counting it if nobody has asked for it yet.
func (r *roster) gate(ctx context.Context, v *view, name string, q analytics.GateQuery) (*standing, error) {
	if g := r.gates[name]; g != nil {
		return g, nil
	}
	if v == nil {
		return nil, errNeedsStore
	}
	numbers, err := v.number(ctx, q.Bad.Event)
	if err != nil {
		return nil, err
	}
	g := newStanding(q, numbers[0])
	if err := r.count(ctx, v, g); err != nil {
		return nil, fmt.Errorf("count: %w", err)
	}
	r.gates[name] = g
	return g, nil
}

// count reads all events of a gate.
func (r *roster) count(ctx context.Context, v *view, g *standing) error {
	begin := r.strata[0].Start.Truncate(time.Hour).UnixMicro()
	parts, err := r.feed.history(ctx, v, g.event, begin, r.at)
	if err != nil {
		return err
	}
	g.marks = blank(len(r.stays))
	for slot := range int32(len(r.slots)) {
		g.enter(g.tally, r.staysOf(slot))
	}
	for _, part := range parts {
		r.take(g, part)
	}
	return nil
}

// take counts further events.
func (r *roster) take(g *standing, d *digest) {
	into := &folding{tally: g.tally, earliest: d.span.from.us}
	for i, unit := range d.units {
		if slot, ok := r.slots[unit]; ok {
			m := r.member(g, slot)
			was := sides(m)
			g.fold(into, m, d.of(i))
			g.whole(was, sides(m))
		}
	}
	into.end()
}

func (r *roster) member(g *standing, slot int32) member {
	n := len(r.strata)
	return member{flag: r.flag, stays: r.staysOf(slot), marks: g.marks[int(slot)*n : (int(slot)+1)*n]}
}
