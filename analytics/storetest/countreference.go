package storetest

import (
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// exposedReference answers an ExposedQuery about a gate's rollout, unit by unit.
func (h *history) exposedReference(q analytics.GateQuery) analytics.Exposed {
	var e analytics.Exposed
	arms := map[bool]map[string]bool{true: {}, false: {}}
	rows := map[[2]int]*analytics.ExposedRow{}
	for k := range q.Strata {
		for _, m := range h.population(q, k) {
			row := rows[[2]int{k, m.cohort}]
			if row == nil {
				row = &analytics.ExposedRow{Stratum: k, Cohort: m.cohort}
				rows[[2]int{k, m.cohort}] = row
			}
			count := &row.Control
			if m.treated {
				count = &row.Treatment
			}
			*count++
			if m.mixed {
				row.Mixed++
			}
			arms[m.treated][m.unit] = true
		}
	}
	for _, row := range rows {
		e.Rows = append(e.Rows, *row)
	}
	e.Sort()
	e.Treatment = analytics.ExposedArm{Units: int64(len(arms[true])), Newest: h.newestSeen(q, q.Treatment)}
	e.Control = analytics.ExposedArm{Units: int64(len(arms[false])), Newest: h.newestSeen(q, q.Control)}
	return e
}

// newestSeen is the newest time at which an exposure to a variant counts.
func (h *history) newestSeen(q analytics.GateQuery, variant string) (newest time.Time) {
	for _, s := range q.Strata {
		if !s.Start.Before(q.Until) {
			break
		}
		for _, unit := range h.units() {
			for _, at := range h.seenUnder(q, s, unit, variant) {
				if at.After(newest) {
					newest = at
				}
			}
		}
	}
	return newest
}

// armReference counts the events of one arm in the strata from one on.
func (h *history) armReference(q analytics.GateQuery, treatment bool, from int) analytics.ArmCounts {
	var c analytics.ArmCounts
	active, bad := map[string]bool{}, map[string]bool{}
	for k := from; k < len(q.Strata); k++ {
		for _, m := range h.population(q, k) {
			if m.treated != treatment {
				continue
			}
			for _, e := range h.during(q, m) {
				c.Events++
				active[m.unit] = true
				if e.At.After(c.Newest) {
					c.Newest = e.At
				}
				if isBad(q, e) {
					c.Bad++
					bad[m.unit] = true
				}
			}
		}
	}
	c.Active, c.BadUnits = int64(len(active)), int64(len(bad))
	return c
}

func sortBy[T any](list []T, at func(T) time.Time) {
	slices.SortStableFunc(list, func(a, b T) int { return at(a).Compare(at(b)) })
}
