package duckstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/flagledger/flagledger/analytics"
)

// exposedCounts gives a row for each stratum and cohort, then one for the whole
// rollout, with stratum null. The first %s gives the moment at which an
// exposure counts, the second is the end.
const exposedCounts = `,
newest AS (
	SELECT variant, max(%s) AS counts_at
	FROM exposures
	WHERE project = $project AND environment = $environment AND flag = $flag AND bucketed_by = $by
		AND rule IS NOT DISTINCT FROM $rule AND variant IN ($treatment, $control) AND happened_at < %s
	GROUP BY variant
)
SELECT stratum, cohort, count(*) FILTER (treated), count(*) FILTER (NOT treated), count(mixed_at),
	NULL::TIMESTAMP, NULL::TIMESTAMP
FROM spans GROUP BY stratum, cohort
UNION ALL
SELECT NULL, 0, count(DISTINCT unit) FILTER (treated), count(DISTINCT unit) FILTER (NOT treated), 0,
	(SELECT counts_at FROM newest WHERE variant = $treatment),
	(SELECT counts_at FROM newest WHERE variant = $control)
FROM spans
ORDER BY ALL`

// countsAt is the moment at which an exposure counts: not before the start of
// its stratum, and never when it belongs to none.
func countsAt(strata []analytics.Stratum) string {
	text := "CASE"
	for _, s := range strata {
		text += fmt.Sprintf(" WHEN flag_version >= %d AND flag_version <= %d THEN greatest(happened_at, %s)",
			clampVersion(s.FirstVersion), clampVersion(s.LastVersion), timestamp(s.Start))
	}
	return text + " END"
}

// Exposed implements analytics.Reader.
func (s *Store) Exposed(ctx context.Context, q analytics.ExposedQuery) (analytics.Exposed, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	text, args, ok := rolloutQuery(q.Rollout, q.Until, 0)
	if !ok {
		return analytics.Exposed{}, nil
	}
	text += fmt.Sprintf(exposedCounts, countsAt(begun(q.Strata, q.Until)), timestamp(q.Until))
	rows, err := s.db.QueryContext(ctx, text, args...)
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	e, err := readExposed(rows)
	if err != nil {
		return e, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	return e, nil
}

func readExposed(rows *sql.Rows) (analytics.Exposed, error) {
	defer func() { _ = rows.Close() }() // rows.Err tells
	var e analytics.Exposed
	for rows.Next() {
		var (
			stratum            sql.NullInt64
			r                  analytics.ExposedRow
			treatment, control sql.NullTime
		)
		err := rows.Scan(&stratum, &r.Cohort, &r.Treatment, &r.Control, &r.Mixed, &treatment, &control)
		if err != nil {
			return e, err
		}
		if !stratum.Valid {
			e.Treatment = analytics.ExposedArm{Units: r.Treatment, Newest: treatment.Time}
			e.Control = analytics.ExposedArm{Units: r.Control, Newest: control.Time}
			continue
		}
		r.Stratum = int(stratum.Int64)
		e.Rows = append(e.Rows, r)
	}
	return e, rows.Err()
}

// Control implements analytics.Reader.
func (s *Store) Control(ctx context.Context, q analytics.ControlQuery) (analytics.ControlValues, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.ControlValues{}, fmt.Errorf("control of %s: %w", q.Flag, err)
	}
	text, args, ok := rolloutQuery(q.Rollout, q.Until, 0)
	if !ok {
		return analytics.ControlValues{}, nil
	}
	above := any(nil)
	if q.Above != nil {
		above = *q.Above
	}
	args = append(args, sql.Named("event", q.Event), sql.Named("above", above))
	text += fmt.Sprintf(`
SELECT count(e.value), coalesce(quantile_cont(e.value, %g), 0), count(*) FILTER (e.value > $above::DOUBLE)
%s AND NOT s.treated`, q.Quantile,
		fmt.Sprintf(hits, "spans", timestamp(q.Strata[0].Start), timestamp(q.Until)))
	var v analytics.ControlValues
	if err := s.db.QueryRowContext(ctx, text, args...).Scan(&v.N, &v.Quantile, &v.Above); err != nil {
		return v, fmt.Errorf("control of %s: %w", q.Flag, err)
	}
	return v, nil
}
