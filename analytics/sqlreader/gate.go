package sqlreader

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// gateCounts groups by arm, one number for stratum, cohort and side; see tally.
// The first column says what a row counts.
//
// %[1]d is the number of cohorts, %[2]s says when an event is bad, %[3]s are
// the events of at_risk, and the others give buckets.
//
// A unit is first taken to leave when its span ends; the few that go bad before
// are moved. That saves joining them back to the spans.
const gateCounts = `,
at_risk AS %[8]s (
	SELECT unit, entered, leaves, (stratum * %[1]d + cohort + 2) * 2 + CASE WHEN variant = 0 THEN 1 ELSE 0 END AS arm,
		%[4]s AS first, %[5]s AS last
	FROM subjects WHERE leaves > entered
),
hits AS %[8]s (
	SELECT s.unit AS unit, s.arm AS arm, s.last AS last, e.us AS us, CASE WHEN %[2]s THEN 1 ELSE 0 END AS bad %[3]s
),
units AS %[8]s (
	SELECT arm, unit, any_value(last) AS last, min(CASE WHEN bad = 1 THEN %[6]s ELSE %[7]s END) AS bucket
	FROM hits GROUP BY arm, unit
)
SELECT 0 AS kind, arm, first AS bucket, last, count(*) AS n, 0 AS bad, 0 AS newest FROM at_risk GROUP BY arm, first, last
UNION ALL
SELECT 1, arm, bucket, 0, count(*), count(*) FILTER (WHERE bad = 1), max(us)
FROM (SELECT arm, %[6]s AS bucket, bad, us FROM hits) GROUP BY arm, bucket
UNION ALL
SELECT 2, arm, bucket, last, count(*), 0, 0 FROM units GROUP BY arm, bucket, last`

// wholeCounts counts units that may be in several strata.
const wholeCounts = `
UNION ALL
SELECT 3, side, 0, 0, count(DISTINCT unit), count(DISTINCT unit) FILTER (WHERE bucket < %d), 0
FROM (SELECT arm %% 2 AS side, unit, bucket FROM units) GROUP BY side`

// hitsOf are the events, %[2]s, of the units of a table that happen while they
// are at risk.
const hitsOf = `
	FROM %[2]s e JOIN %[1]s s ON s.unit = e.unit
	WHERE e.concerned = 1 AND e.us >= s.entered AND e.us < s.leaves`

func (v *view) hits(table string) string {
	return fmt.Sprintf(hitsOf, table, v.happened([]string{"@event"}, v.strata[0].Start))
}

// ofRollout is the population of a gate.
func ofRollout(r analytics.Rollout, window time.Duration, events ...string) population {
	return population{
		project: r.Project, environment: r.Environment, flag: r.Flag, by: r.By, rule: r.Rule,
		variants: []string{r.Treatment, r.Control}, strata: r.Strata,
		window: window, cohort: gateCohort, named: events,
	}
}

// gateCohort is the expression for a unit that entered stratum k. An exposure in
// an earlier stratum counts from that stratum's start, which is before any entry
// into this one, so the time itself can be compared.
func gateCohort(k int) string {
	if k == 0 {
		return fmt.Sprint(analytics.Fresh)
	}
	treated, controls := make([]string, k), make([]string, k)
	for j := range k {
		treated[j] = fmt.Sprintf("f%dv0 <= e%d", j, k)
		controls[k-1-j] = fmt.Sprintf("WHEN f%[1]dv1 <= e%[2]d THEN %[1]d", j, k)
	}
	return fmt.Sprintf("CASE WHEN %s THEN %d %s ELSE %d END",
		strings.Join(treated, " OR "), analytics.AlreadyTreated, strings.Join(controls, " "), analytics.Fresh)
}

// Gate implements analytics.Reader.
func (r *Reader) Gate(ctx context.Context, q analytics.GateQuery) (analytics.GateSeries, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	same := q
	same.Until = time.Time{}
	name, err := nameOf("gate", same)
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	var series analytics.GateSeries
	done, err := r.follow(ctx, q.Rollout, q.Until, func(o *roster, v *view) error {
		g, err := o.gate(ctx, v, name, q)
		if err == nil {
			series = analytics.AssembleGate(q, g.tally.flows(), g.tally.totals(len(q.Strata)-1))
		}
		return err
	})
	if done {
		return series, nil
	}
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	series = analytics.AssembleGate(q, nil, nil)
	count := func(ctx context.Context, v *view) (*tally, error) {
		t := newTally(len(q.Strata) + 2)
		query, args := v.gate(q, t.cohorts)
		return t, v.each(ctx, query, args, t.scan)
	}
	err = r.look(ctx, ofRollout(q.Rollout, q.Bad.Window, q.Bad.Event), q.Until, func(v *view) error {
		return current(ctx, r, name, v, count, func(t *tally) {
			series = analytics.AssembleGate(q, t.flows(), t.totals(len(q.Strata)-1))
		})
	})
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	return series, nil
}

func (v *view) gate(q analytics.GateQuery, cohorts int) (query string, args []any) {
	bad, args := "e.failed", []any{sql.Named("event", q.Bad.Event)}
	if q.Bad.Above != nil {
		bad = "e.value > @above"
		args = append(args, sql.Named("above", *q.Bad.Above))
	}
	bucket := func(us string) string { return v.bucket(us, q.Bucket) }
	query = fmt.Sprintf(gateCounts, cohorts, bad, v.hits("at_risk"), bucket("entered"), bucket("leaves - 1"),
		bucket("us"), integer(never), v.materialized)
	if len(q.Strata) > 1 {
		query += fmt.Sprintf(wholeCounts, int64(never))
	}
	return query, args
}
