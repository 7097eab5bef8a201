package storetest

import (
	"cmp"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// member is a unit's part in one stratum, by the definitions of GateQuery.
type member struct {
	unit            string
	cohort          int
	treated, mixed  bool
	entered, leaves time.Time
}

// first returns the earliest of the times, and whether there is one.
func first(times []time.Time) (time.Time, bool) {
	if len(times) == 0 {
		return time.Time{}, false
	}
	return slices.MinFunc(times, time.Time.Compare), true
}

// seenUnder gives the effective times at which a unit was exposed to a variant
// under a stratum's versions, before until.
func (h *history) seenUnder(q analytics.GateQuery, s analytics.Stratum, unit, variant string) []time.Time {
	var times []time.Time
	for _, e := range h.exposures {
		if e.Unit != unit || e.Rule != q.Rule || e.Variant != variant || e.Version < s.FirstVersion || e.Version > s.LastVersion {
			continue
		}
		t := e.At
		if t.Before(s.Start) {
			t = s.Start
		}
		if t.Before(q.Until) {
			times = append(times, t)
		}
	}
	return times
}

// population finds the members of stratum k, unit by unit.
func (h *history) population(q analytics.GateQuery, k int) []member {
	stratum := q.Strata[k]
	end := q.Until
	if !stratum.End.IsZero() && stratum.End.Before(end) {
		end = stratum.End
	}
	inside := func(times []time.Time) []time.Time {
		return slices.DeleteFunc(slices.Clone(times), func(t time.Time) bool { return !t.Before(end) })
	}
	var members []member
	for _, unit := range h.units() {
		on, wasOn := first(inside(h.seenUnder(q, stratum, unit, q.Treatment)))
		off, wasOff := first(inside(h.seenUnder(q, stratum, unit, q.Control)))
		if !wasOn && !wasOff {
			continue
		}
		m := member{unit: unit, leaves: end, mixed: wasOn && wasOff}
		m.treated = wasOn && (!wasOff || !on.After(off))
		m.entered = off
		other := on
		if m.treated {
			m.entered, other = on, off
		}
		if m.mixed && other.Before(m.leaves) {
			m.leaves = other
		}
		if w := m.entered.Add(q.Bad.Window); q.Bad.Window > 0 && w.Before(m.leaves) {
			m.leaves = w
		}
		m.cohort = h.cohort(q, k, unit, m.entered)
		members = append(members, m)
	}
	return members
}

func (h *history) cohort(q analytics.GateQuery, k int, unit string, entered time.Time) int {
	cohort := analytics.Fresh
	for j, earlier := range q.Strata[:k] {
		if t, ok := first(h.seenUnder(q, earlier, unit, q.Treatment)); ok && !t.After(entered) {
			return analytics.AlreadyTreated
		}
		if t, ok := first(h.seenUnder(q, earlier, unit, q.Control)); ok && !t.After(entered) {
			cohort = j
		}
	}
	return cohort
}

func (h *history) units() []string {
	var units []string
	for _, e := range h.exposures {
		units = append(units, e.Unit)
	}
	slices.Sort(units)
	return slices.Compact(units)
}

// during gives the events of a member while it is at risk, in the order of
// time.
func (h *history) during(q analytics.GateQuery, m member) []analytics.Event {
	var events []analytics.Event
	for _, e := range h.events {
		if e.Name == q.Bad.Event && concerns(e, q.Flag) && e.Units[q.By] == m.unit && !e.At.Before(m.entered) && e.At.Before(m.leaves) {
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b analytics.Event) int { return a.At.Compare(b.At) })
	return events
}

func concerns(e analytics.Event, flag string) bool {
	return len(e.Flags) == 0 || slices.Contains(e.Flags, flag)
}

func isBad(q analytics.GateQuery, e analytics.Event) bool {
	if q.Bad.Above != nil {
		return e.Value != nil && *e.Value > *q.Bad.Above
	}
	return e.Failed
}

// reference answers a GateQuery that Normal has given, bucket by bucket.
func (h *history) reference(q analytics.GateQuery) (units, requests []stats.Row) {
	for k := range q.Strata {
		members := h.population(q, k)
		for i := q.Index(q.Strata[k].Start); i < q.Index(q.Until); i++ {
			cohorts := map[int]*stats.Row{}
			request := stats.Row{Stratum: k, At: q.At(i)}
			for _, m := range members {
				row := cohorts[m.cohort]
				if row == nil {
					row = &stats.Row{Stratum: k, Cohort: m.cohort, At: q.At(i)}
					cohorts[m.cohort] = row
				}
				h.countMember(q, m, i, row, &request)
			}
			for cohort, row := range cohorts {
				if cohort != analytics.AlreadyTreated && row.XT+row.XC > 0 {
					units = append(units, *row)
				}
			}
			if request.NT+request.NC > 0 {
				requests = append(requests, request)
			}
		}
	}
	slices.SortFunc(units, func(a, b stats.Row) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Cohort, b.Cohort))
	})
	slices.SortFunc(requests, func(a, b stats.Row) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Stratum, b.Stratum))
	})
	return units, requests
}

// countMember adds one member's part of bucket i.
func (h *history) countMember(q analytics.GateQuery, m member, i int64, row, request *stats.Row) {
	n, x := &row.NC, &row.XC
	rn, rx := &request.NC, &request.XC
	if m.treated {
		n, x, rn, rx = &row.NT, &row.XT, &request.NT, &request.XT
	}
	goneBad := false
	var firstBad int64
	for _, e := range h.during(q, m) {
		bad := isBad(q, e)
		if q.Index(e.At) == i {
			*rn++
			if bad {
				*rx++
			}
		}
		if bad && !goneBad {
			goneBad, firstBad = true, q.Index(e.At)
		}
	}
	touches := m.entered.Before(m.leaves) && q.Index(m.entered) <= i && q.At(i).Before(m.leaves)
	if !touches || goneBad && firstBad < i {
		return
	}
	*n++
	if goneBad && firstBad == i {
		*x++
	}
}
