package sqlreader

import (
	"cmp"
	"slices"

	"github.com/flagledger/flagledger/analytics"
)

// standing is how a gate stands: its tally, and what each unit has added to it, so
// that the events that are new are all that is read. It says in Go what gateCounts
// says in SQL.
type standing struct {
	event  uint64 // the name's number
	failed bool
	above  float64
	window int64
	width  int64 // of a bucket

	tally *tally
	marks []standingOf // of unit i in stratum k at i*strata+k
}

// standingOf is what a unit has done in a stratum.
type standingOf struct {
	events   int64
	firstBad int64 // never: none
}

func newStanding(q analytics.GateQuery, event uint64) *standing {
	g := &standing{
		event: event, failed: q.Bad.Failed, window: q.Bad.Window.Microseconds(), width: q.Bucket.Microseconds(),
		tally: newTally(len(q.Strata) + 2),
	}
	if q.Bad.Above != nil {
		g.above = *q.Bad.Above
	}
	return g
}

func (g *standing) bad(h *happening) bool {
	if g.failed {
		return h.failed
	}
	return h.value > g.above
}

// arm numbers an arm as the query does.
func (g *standing) arm(k int, s stay) int64 {
	return int64(k*g.tally.cohorts+int(s.cohort)+2)*2 + int64(1-s.variant)
}

// enter counts the spans of a unit in a tally.
func (g *standing) enter(t *tally, stays []stay) {
	for k, s := range stays {
		if leaves := s.until(g.window); s.variant >= 0 && leaves > s.entered {
			arm := g.arm(k, s)
			t.add(arm, s.entered/g.width, flow{enter: 1})
			t.add(arm, (leaves-1)/g.width, flow{leave: 1})
		}
	}
}

// member is a unit of a rollout while its events are counted.
type member struct {
	flag  uint64
	stays []stay
	marks []standingOf
}

// fold counts further events of a unit, in the order of time, in the strata that it
// is in.
func (g *standing) fold(into *folding, m member, events []happening) {
	for k, s := range m.stays {
		leaves := s.until(g.window)
		if s.variant < 0 || leaves <= s.entered {
			continue
		}
		i, _ := slices.BinarySearchFunc(events, s.entered, func(h happening, us int64) int { return cmp.Compare(h.us, us) })
		n, firstBad, newest := g.pass(into, g.arm(k, s), m.flag, events[i:], leaves)
		if n.events > 0 {
			g.note(into.tally, k, s, &m.marks[k], standingOf{n.events, firstBad})
			c := analytics.ArmCounts{Events: n.events, Bad: n.badEvents, Newest: microTime(newest)}
			into.tally.arm(armKey{k, s.variant == 0}, c, 1)
			into.tally.arm(armKey{analytics.Whole, s.variant == 0}, c, 1)
		}
	}
}

// whole counts a unit over all strata, from what it had done to what it has.
func (g *standing) whole(was, is [2]standingOf) {
	for i := range is {
		c := analytics.ArmCounts{
			Active:   truth(is[i].events > 0) - truth(was[i].events > 0),
			BadUnits: truth(is[i].firstBad < never) - truth(was[i].firstBad < never),
		}
		if c != (analytics.ArmCounts{}) {
			g.tally.arm(armKey{analytics.Whole, i == 0}, c, 1)
		}
	}
}

func truth(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// pass counts the events before a time.
func (g *standing) pass(into *folding, arm int64, flag uint64, events []happening, leaves int64) (n flow, firstBad, newest int64) {
	firstBad = never
	run := into.of(arm, g.width)
	for i := range events {
		h := &events[i]
		if h.us >= leaves {
			break
		}
		if !h.concerns(flag) {
			continue
		}
		n.events++
		newest = h.us
		bad := g.bad(h)
		if bad {
			n.badEvents++
			firstBad = min(firstBad, h.us)
		}
		run.add(h.us, g.width, bad)
	}
	return n, firstBad, newest
}

// note moves a unit to the bucket of its first bad event.
func (g *standing) note(t *tally, k int, s stay, had *standingOf, more standingOf) {
	c := analytics.ArmCounts{}
	if had.events == 0 {
		c.Active = 1
	}
	had.events += more.events
	if more.firstBad < had.firstBad {
		arm := g.arm(k, s)
		if had.firstBad == never {
			c.BadUnits = 1
			t.add(arm, (s.until(g.window)-1)/g.width, flow{leave: -1})
		} else {
			t.add(arm, had.firstBad/g.width, flow{leave: -1, bad: -1})
		}
		t.add(arm, more.firstBad/g.width, flow{leave: 1, bad: 1})
		had.firstBad = more.firstBad
	}
	if c != (analytics.ArmCounts{}) {
		t.arm(armKey{k, s.variant == 0}, c, 1)
	}
}

// sides is what a unit has done as treatment and as control, in all strata.
func sides(m member) [2]standingOf {
	all := [2]standingOf{{0, never}, {0, never}}
	for k, s := range m.stays {
		if s.variant >= 0 {
			all[s.variant].events += m.marks[k].events
			all[s.variant].firstBad = min(all[s.variant].firstBad, m.marks[k].firstBad)
		}
	}
	return all
}

// blank are the marks of units without events.
func blank(n int) []standingOf { return slices.Repeat([]standingOf{{0, never}}, n) }
