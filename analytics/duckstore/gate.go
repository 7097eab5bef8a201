package duckstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/flagledger/flagledger/analytics"
)

// counts gives two kinds of row: flows by bucket, for AssembleGate, and totals
// by arm, with stratum null for the whole rollout.
const counts = `,
per_unit AS MATERIALIZED (
	SELECT span, count(*) AS events, count(*) FILTER (bad) AS bad_events,
		min(happened_at) FILTER (bad) AS bad_at, max(happened_at) AS newest
	FROM hits GROUP BY span
),
active AS (
	SELECT s.stratum, s.treated, s.unit, p.events, p.bad_events, p.newest
	FROM per_unit p JOIN spans s ON s.span = p.span
),
risk AS (
	SELECT s.stratum, s.cohort, s.treated, p.bad_at IS NOT NULL AS bad,
		epoch_us(s.entered) // $width AS first_bucket,
		epoch_us(coalesce(p.bad_at, s.leaves - to_microseconds(1))) // $width AS last_bucket
	FROM spans s LEFT JOIN per_unit p ON p.span = s.span
	WHERE s.cohort <> $already_treated AND s.leaves > s.entered
)
SELECT true AS is_flow, stratum, cohort, treated, first_bucket AS bucket,
	count(*) AS enter, 0 AS leave, 0 AS bad, 0 AS events, 0 AS bad_events, NULL::TIMESTAMP AS newest
FROM risk GROUP BY ALL
UNION ALL
SELECT true, stratum, cohort, treated, last_bucket,
	0, count(*), count(*) FILTER (bad), 0, 0, NULL
FROM risk GROUP BY ALL
UNION ALL
SELECT true, stratum, cohort, treated, epoch_us(happened_at) // $width AS bucket,
	0, 0, 0, count(*), count(*) FILTER (bad), NULL
FROM hits GROUP BY ALL
UNION ALL
SELECT false, stratum, 0, treated, 0,
	count(DISTINCT unit), 0, count(DISTINCT unit) FILTER (bad_events > 0),
	sum(events)::BIGINT, sum(bad_events)::BIGINT, max(newest)
FROM active GROUP BY GROUPING SETS ((stratum, treated), (treated))`

// Gate implements analytics.Reader.
func (s *Store) Gate(ctx context.Context, q analytics.GateQuery) (analytics.GateSeries, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	text, args := rolloutQuery(q.Rollout, q.Until, q.Bad.Window)
	bad := `e.failed`
	if q.Bad.Above != nil {
		bad = `e.value > $above`
		args = append(args, sql.Named("above", *q.Bad.Above))
	}
	args = append(args, sql.Named("event", q.Bad.Event), sql.Named("from", q.Strata[0].Start),
		sql.Named("width", q.Bucket.Microseconds()))
	rows, err := s.db.QueryContext(ctx, text+fmt.Sprintf(hits, bad)+counts, args...)
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	flows, totals, err := readCounts(rows)
	if err != nil {
		return analytics.GateSeries{}, fmt.Errorf("gate of %s: %w", q.Flag, err)
	}
	return analytics.AssembleGate(q, flows, totals), nil
}

func readCounts(rows *sql.Rows) (flows []analytics.Flow, totals []analytics.ArmTotal, err error) {
	defer rows.Close()
	for rows.Next() {
		var (
			isFlow  bool
			stratum sql.NullInt64
			f       analytics.Flow
			newest  sql.NullTime
		)
		if err := rows.Scan(&isFlow, &stratum, &f.Cohort, &f.Treatment, &f.Bucket,
			&f.Enter, &f.Leave, &f.Bad, &f.Events, &f.BadEvents, &newest); err != nil {
			return nil, nil, err
		}
		f.Stratum = int(stratum.Int64)
		if isFlow {
			flows = append(flows, f)
			continue
		}
		if !stratum.Valid {
			f.Stratum = analytics.Whole
		}
		totals = append(totals, analytics.ArmTotal{Stratum: f.Stratum, Treatment: f.Treatment, ArmCounts: analytics.ArmCounts{
			Active: f.Enter, BadUnits: f.Bad, Events: f.Events, Bad: f.BadEvents, Newest: newest.Time,
		}})
	}
	return flows, totals, rows.Err()
}
