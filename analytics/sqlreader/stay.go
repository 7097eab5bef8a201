package sqlreader

import (
	"slices"

	"github.com/flagledger/flagledger/analytics"
)

// This file says in Go, of one unit, what subjectRows says in SQL of all.

// firsts are the times of a unit's first exposures: to variant v under the
// versions of stratum k at 2*k+v, or never.
type firsts []int64

// stay is a unit's row in one stratum. Window is not in it.
type stay struct {
	entered, leaves int64
	mixed           bool
	variant         int8 // -1: it is not in the stratum
	cohort          int8
}

// maxFollowed is how many strata fit a stay's cohort.
const maxFollowed = 100

// until is when the unit leaves, in a gate with a window; 0 has no end.
func (s stay) until(window int64) int64 {
	if window == 0 {
		return s.leaves
	}
	return min(s.leaves, s.entered+window)
}

// stays gives a unit's rows.
func (f firsts) stays(strata []analytics.Stratum) []stay {
	all := make([]stay, len(strata))
	for k := range strata {
		all[k] = f.stay(strata, k)
	}
	return all
}

// absent are the rows of a unit that is in no stratum.
func absent(strata int) []stay { return slices.Repeat([]stay{{variant: -1}}, strata) }

func (f firsts) stay(strata []analytics.Stratum, k int) stay {
	s := strata[k]
	within := func(v int) int64 {
		if f[2*k+v] < end(s) {
			return max(f[2*k+v], s.Start.UnixMicro())
		}
		return never
	}
	treatment, control := within(0), within(1)
	entered := min(treatment, control)
	if entered == never {
		return stay{variant: -1}
	}
	row := stay{entered: entered, cohort: int8(f.cohort(k, entered))}
	mixed := control
	if treatment != entered {
		row.variant, mixed = 1, treatment
	}
	row.mixed, row.leaves = mixed < never, min(mixed, end(s))
	return row
}

// cohort is what gateCohort says.
func (f firsts) cohort(k int, entered int64) int {
	cohort := analytics.Fresh
	for j := range k {
		if f[2*j] <= entered {
			return analytics.AlreadyTreated
		}
		if f[2*j+1] <= entered {
			cohort = j
		}
	}
	return cohort
}

// see takes a sighting into account, and reports whether that changes anything.
func (f firsts) see(s sighting, variant int, strata []analytics.Stratum) bool {
	k := stratumOf(strata, s.version)
	if k < 0 || f[2*k+variant] <= s.first {
		return false
	}
	f[2*k+variant] = s.first
	return true
}

// stratumOf is the stratum that a version belongs to, or -1.
func stratumOf(strata []analytics.Stratum, version uint64) int {
	return slices.IndexFunc(strata, func(s analytics.Stratum) bool {
		return maxVersion(s.FirstVersion) <= version && version <= maxVersion(s.LastVersion)
	})
}

// unseen are the firsts of a unit without exposures.
func unseen(strata int) firsts { return slices.Repeat(firsts{never}, 2*strata) }

// addTo counts a unit's rows, or takes them away.
func addTo(t *exposedTally, stays []stay, sign int64) {
	var whole [2]bool
	for k, s := range stays {
		if s.variant < 0 {
			continue
		}
		r := analytics.ExposedRow{Stratum: k, Cohort: int(s.cohort), Treatment: int64(1 - s.variant), Control: int64(s.variant)}
		if s.mixed {
			r.Mixed = 1
		}
		t.add(r, sign)
		whole[s.variant] = true
	}
	for v, is := range whole {
		if is {
			t.whole[v] += sign
		}
	}
}
