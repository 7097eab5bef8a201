package duckstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/flagledger/flagledger/analytics"
)

// counts groups by arm, one number for stratum, cohort and side; see tally. The
// first column says what a row counts: see enters and the others.
//
// %[1]d is the number of cohorts, %[2]s says when an event is bad, %[3]s reads
// the join of events and spans, %[4]d is the width of a bucket in microseconds.
//
// Every unit is first taken to leave when its span ends; the few that go bad
// before, in gone, are moved. That saves joining them back to the spans.
const counts = `,
at_risk AS MATERIALIZED (
	SELECT unit, entered, leaves, (stratum * %[1]d + cohort + 2) * 2 + treated::INTEGER AS arm,
		epoch_us(entered) // %[4]d AS first, epoch_us(leaves - to_microseconds(1)) // %[4]d AS last
	FROM spans WHERE leaves > entered
),
hits AS MATERIALIZED (
	SELECT s.unit, s.arm, s.last, e.happened_at, coalesce(%[2]s, false) AS bad %[3]s
),
active AS (
	SELECT DISTINCT arm, unit FROM hits
),
gone AS MATERIALIZED (
	SELECT arm, unit, any_value(last) AS last, epoch_us(min(happened_at)) // %[4]d AS bucket
	FROM hits WHERE bad GROUP BY arm, unit
)
SELECT 0, arm, first, 0, count(*), 0, 0 FROM at_risk GROUP BY arm, first
UNION ALL
SELECT 1, arm, last, 0, count(*), 0, 0 FROM at_risk GROUP BY arm, last
UNION ALL
SELECT 2, arm, bucket, last, count(*), 0, 0 FROM gone GROUP BY arm, bucket, last
UNION ALL
SELECT 3, arm, epoch_us(happened_at) // %[4]d AS bucket, 0,
	count(*), count(*) FILTER (bad), epoch_us(max(happened_at))
FROM hits GROUP BY arm, bucket
UNION ALL
SELECT 4, arm, 0, 0, count(*), 0, 0 FROM active GROUP BY arm`

// wholeCounts counts units that may be in several strata.
const wholeCounts = `
UNION ALL
SELECT 5, arm % 2 AS side, 0, 0, count(DISTINCT unit), 0, 0 FROM active GROUP BY side
UNION ALL
SELECT 6, arm % 2 AS side, 0, 0, count(DISTINCT unit), 0, 0 FROM gone GROUP BY side`

// Gate implements analytics.Reader.
func (s *Store) Gate(ctx context.Context, q analytics.GateQuery) (analytics.GateSeries, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	text, args, ok := rolloutQuery(q.Rollout, q.Until, q.Bad.Window)
	if !ok {
		return analytics.AssembleGate(q, nil, nil), nil
	}
	bad := `e.failed`
	if q.Bad.Above != nil {
		bad = `e.value > $above`
		args = append(args, sql.Named("above", *q.Bad.Above))
	}
	args = append(args, sql.Named("event", q.Bad.Event))
	t := tally{cohorts: len(q.Strata) + 2}
	events := fmt.Sprintf(hits, "at_risk", timestamp(q.Strata[0].Start), timestamp(q.Until))
	text += fmt.Sprintf(counts, t.cohorts, bad, events, q.Bucket.Microseconds())
	if len(q.Strata) > 1 {
		text += wholeCounts
	}
	rows, err := s.db.QueryContext(ctx, text, args...)
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	if err := t.read(rows); err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	return analytics.AssembleGate(q, t.flows, t.totals(len(q.Strata)-1)), nil
}
