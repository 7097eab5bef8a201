package sqlreader

import (
	"database/sql"
	"fmt"
	"maps"
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
	byTime  map[timeKey]flow
	arms    map[armKey]analytics.ArmCounts
}

// timeKey is an arm, as the query numbers it, in a bucket.
type timeKey struct{ arm, bucket int64 }

// flow is analytics.Flow without its keys.
type flow struct{ enter, leave, bad, events, badEvents int64 }

func (f flow) plus(o flow, sign int64) flow {
	return flow{
		f.enter + sign*o.enter, f.leave + sign*o.leave, f.bad + sign*o.bad,
		f.events + sign*o.events, f.badEvents + sign*o.badEvents,
	}
}

// armKey is one side of a stratum, or of the whole rollout.
type armKey struct {
	stratum   int
	treatment bool
}

func newTally(cohorts int) *tally {
	return &tally{cohorts: cohorts, byTime: map[timeKey]flow{}, arms: map[armKey]analytics.ArmCounts{}}
}

// of undoes the query's arm number, which is even for the control.
func (t *tally) of(arm int64) analytics.Flow {
	group := int(arm / 2)
	return analytics.Flow{Stratum: group / t.cohorts, Cohort: group%t.cohorts - 2, Treatment: arm%2 == 1}
}

func (t *tally) scan(rows *sql.Rows) error {
	var kind, arm, bucket, last, n, bad, newest int64
	if err := rows.Scan(&kind, &arm, &bucket, &last, &n, &bad, &newest); err != nil {
		return err
	}
	switch kind {
	case ofSpans:
		t.add(arm, bucket, flow{enter: n})
		t.add(arm, last, flow{leave: n})
	case ofEvents:
		t.add(arm, bucket, flow{events: n, badEvents: bad})
		c := analytics.ArmCounts{Events: n, Bad: bad, Newest: time.UnixMicro(newest).UTC()}
		f := t.of(arm)
		t.arm(armKey{f.Stratum, f.Treatment}, c, 1)
		t.arm(armKey{analytics.Whole, f.Treatment}, c, 1)
	case ofUnits:
		c, f := analytics.ArmCounts{Active: n}, t.of(arm)
		if bucket < never {
			c.BadUnits = n
			t.add(arm, bucket, flow{leave: n, bad: n})
			t.add(arm, last, flow{leave: -n})
		}
		t.arm(armKey{f.Stratum, f.Treatment}, c, 1)
	case ofWhole:
		t.arm(armKey{analytics.Whole, arm == 1}, analytics.ArmCounts{Active: n, BadUnits: bad}, 1)
	default:
		return fmt.Errorf("row of kind %d", kind)
	}
	return nil
}

func (t *tally) add(arm, bucket int64, f flow) {
	k := timeKey{arm, bucket}
	if sum := t.byTime[k].plus(f, 1); sum != (flow{}) {
		t.byTime[k] = sum
	} else {
		delete(t.byTime, k)
	}
}

// arm adds counts, or takes them away. Those taken away leave Newest alone.
func (t *tally) arm(k armKey, c analytics.ArmCounts, sign int64) {
	sum := t.arms[k]
	sum.Active += sign * c.Active
	sum.BadUnits += sign * c.BadUnits
	sum.Events += sign * c.Events
	sum.Bad += sign * c.Bad
	if sign > 0 && c.Newest.After(sum.Newest) {
		sum.Newest = c.Newest
	}
	t.arms[k] = sum
}

// renew implements counts. Which event is the newest cannot be told when it was
// one of those taken away, and none as new has come.
func (t *tally) renew(was, is *tally) bool {
	for k, c := range was.arms {
		if !c.Newest.IsZero() && c.Newest.Equal(t.arms[k].Newest) && is.arms[k].Newest.Before(c.Newest) {
			return false
		}
	}
	for k, f := range was.byTime {
		t.add(k.arm, k.bucket, flow{}.plus(f, -1))
	}
	for k, f := range is.byTime {
		t.add(k.arm, k.bucket, f)
	}
	for k, c := range was.arms {
		t.arm(k, c, -1)
	}
	for k, c := range is.arms {
		t.arm(k, c, 1)
	}
	return true
}

func (t *tally) units() (n int64) {
	for f := range maps.Values(t.byTime) {
		n += f.enter
	}
	return n
}

func (t *tally) rows() int { return len(t.byTime) }

// flows are those of the gate. The units that were treated before are not at
// risk; their events count.
func (t *tally) flows() []analytics.Flow {
	all := make([]analytics.Flow, 0, len(t.byTime))
	for k, c := range t.byTime {
		f := t.of(k.arm)
		f.Bucket, f.Events, f.BadEvents = k.bucket, c.events, c.badEvents
		if f.Cohort != analytics.AlreadyTreated {
			f.Enter, f.Leave, f.Bad = c.enter, c.leave, c.bad
		}
		all = append(all, f)
	}
	return all
}

// totals gives the current stratum's counts and the whole rollout's. With one
// stratum they are the same, and the query has not counted twice.
func (t *tally) totals(current int) []analytics.ArmTotal {
	var totals []analytics.ArmTotal
	for _, treatment := range []bool{true, false} {
		stage, whole := t.arms[armKey{current, treatment}], t.arms[armKey{analytics.Whole, treatment}]
		if current == 0 {
			whole = stage
		}
		totals = append(totals,
			analytics.ArmTotal{Stratum: current, Treatment: treatment, ArmCounts: stage},
			analytics.ArmTotal{Stratum: analytics.Whole, Treatment: treatment, ArmCounts: whole})
	}
	return totals
}
