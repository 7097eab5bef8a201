package sqlreader

import (
	"database/sql"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// What a row of a gate's query counts.
const (
	ofSpans  = iota // units by the first and the last bucket of their span
	ofEvents        // events by bucket, of which bad, and the newest
	ofUnits         // units with an event by the bucket of their first bad one, or never, and the last of their span
	ofWhole         // units with an event, by side, over all strata, and of those the bad
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

// of undoes the query's arm number, which is even for the control.
func (t *tally) of(arm int64) analytics.Flow {
	group := int(arm / 2)
	return analytics.Flow{Stratum: group / t.cohorts, Cohort: group%t.cohorts - 2, Treatment: arm%2 == 1}
}

func (t *tally) arm(stratum int, treatment bool) *analytics.ArmCounts {
	k := armKey{stratum, treatment}
	if t.arms[k] == nil {
		t.arms[k] = &analytics.ArmCounts{}
	}
	return t.arms[k]
}

func (t *tally) scan(rows *sql.Rows) error {
	var kind, arm, bucket, last, n, bad, newest int64
	if err := rows.Scan(&kind, &arm, &bucket, &last, &n, &bad, &newest); err != nil {
		return err
	}
	switch kind {
	case ofSpans:
		t.spans(t.of(arm), bucket, last, n)
	case ofEvents:
		t.events(t.of(arm), bucket, n, bad, time.UnixMicro(newest).UTC())
	case ofUnits:
		t.units(t.of(arm), bucket, last, n)
	case ofWhole:
		whole := t.arm(analytics.Whole, arm == 1)
		whole.Active, whole.BadUnits = n, bad
	default:
		return fmt.Errorf("row of kind %d", kind)
	}
	return nil
}

func (t *tally) spans(f analytics.Flow, first, last, n int64) {
	if f.Cohort == analytics.AlreadyTreated {
		return
	}
	enter, leave := f, f
	enter.Bucket, enter.Enter = first, n
	leave.Bucket, leave.Leave = last, n
	t.flows = append(t.flows, enter, leave)
}

func (t *tally) events(f analytics.Flow, bucket, n, bad int64, newest time.Time) {
	f.Bucket, f.Events, f.BadEvents = bucket, n, bad
	t.flows = append(t.flows, f)
	for _, s := range []int{f.Stratum, analytics.Whole} {
		c := t.arm(s, f.Treatment)
		c.Events, c.Bad = c.Events+n, c.Bad+bad
		if newest.After(c.Newest) {
			c.Newest = newest
		}
	}
}

func (t *tally) units(f analytics.Flow, bucket, last, n int64) {
	arm := t.arm(f.Stratum, f.Treatment)
	arm.Active += n
	if bucket >= never {
		return
	}
	arm.BadUnits += n
	if f.Cohort == analytics.AlreadyTreated {
		return
	}
	goes, stays := f, f
	goes.Bucket, goes.Leave, goes.Bad = bucket, n, n
	stays.Bucket, stays.Leave = last, -n
	t.flows = append(t.flows, goes, stays)
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
