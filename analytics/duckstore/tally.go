package duckstore

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// What a row of a gate's query counts.
const (
	enters     = iota // units by the first bucket of their span
	leaves            // units by the last bucket of their span
	goes              // units by the bucket of their first bad event, and the last of their span
	happens           // events by bucket, of which bad, and the newest
	isActive          // units with an event, by arm
	wereActive        // units with an event, by side, over all strata
	wereBad           // units with a bad event, by side, over all strata
)

// tally takes a gate's rows.
type tally struct {
	cohorts int // that an arm may have, AlreadyTreated and Fresh included
	flows   []analytics.Flow
	arms    map[armKey]*analytics.ArmCounts
}

// armKey is one side of a stratum, or of the whole rollout.
type armKey struct {
	stratum   int
	treatment bool
}

// decode undoes the query's arm number, which is even for the control.
func (t *tally) decode(arm int64) (stratum, cohort int, treatment bool) {
	group := int(arm / 2)
	return group / t.cohorts, group%t.cohorts - 2, arm%2 == 1
}

func (t *tally) arm(stratum int, treatment bool) *analytics.ArmCounts {
	k := armKey{stratum, treatment}
	if t.arms[k] == nil {
		t.arms[k] = &analytics.ArmCounts{}
	}
	return t.arms[k]
}

func (t *tally) read(rows *sql.Rows) error {
	defer func() { _ = rows.Close() }() // rows.Err tells
	t.arms = map[armKey]*analytics.ArmCounts{}
	for rows.Next() {
		var what, arm, bucket, last, n, bad, newest int64
		if err := rows.Scan(&what, &arm, &bucket, &last, &n, &bad, &newest); err != nil {
			return err
		}
		switch what {
		case wereActive:
			t.arm(analytics.Whole, arm == 1).Active = n
		case wereBad:
			t.arm(analytics.Whole, arm == 1).BadUnits = n
		case happens:
			t.events(arm, bucket, n, bad, time.UnixMicro(newest).UTC())
		case isActive:
			stratum, _, treatment := t.decode(arm)
			t.arm(stratum, treatment).Active += n
		case enters, leaves, goes:
			t.units(what, arm, bucket, last, n)
		default:
			return fmt.Errorf("row of kind %d", what)
		}
	}
	return rows.Err()
}

func (t *tally) events(arm, bucket, n, bad int64, newest time.Time) {
	stratum, cohort, treatment := t.decode(arm)
	t.flows = append(t.flows, analytics.Flow{
		Stratum: stratum, Cohort: cohort, Treatment: treatment, Bucket: bucket, Events: n, BadEvents: bad,
	})
	for _, s := range []int{stratum, analytics.Whole} {
		c := t.arm(s, treatment)
		c.Events, c.Bad = c.Events+n, c.Bad+bad
		if newest.After(c.Newest) {
			c.Newest = newest
		}
	}
}

func (t *tally) units(what, arm, bucket, last, n int64) {
	stratum, cohort, treatment := t.decode(arm)
	if what == goes {
		t.arm(stratum, treatment).BadUnits += n
	}
	if cohort == analytics.AlreadyTreated {
		return
	}
	f := analytics.Flow{Stratum: stratum, Cohort: cohort, Treatment: treatment, Bucket: bucket}
	switch what {
	case enters:
		f.Enter = n
	case leaves:
		f.Leave = n
	case goes:
		f.Leave, f.Bad = n, n
		moved := f
		moved.Bucket, moved.Leave, moved.Bad = last, -n, 0
		t.flows = append(t.flows, moved)
	}
	t.flows = append(t.flows, f)
}

// totals gives the current stratum's counts and the whole rollout's. With one
// stratum they are the same, and the query has not counted twice.
func (t *tally) totals(current int) []analytics.ArmTotal {
	var totals []analytics.ArmTotal
	for _, treatment := range []bool{true, false} {
		stage, whole := *t.arm(current, treatment), *t.arm(analytics.Whole, treatment)
		if current == 0 {
			whole = stage
		}
		totals = append(totals,
			analytics.ArmTotal{Stratum: current, Treatment: treatment, ArmCounts: stage},
			analytics.ArmTotal{Stratum: analytics.Whole, Treatment: treatment, ArmCounts: whole})
	}
	return totals
}
