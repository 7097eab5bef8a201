package duckstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/flagledger/flagledger/analytics"
)

// exposedCounts gives a row for each stratum and cohort, then one for the whole
// rollout, with stratum null.
const exposedCounts = `
SELECT stratum, cohort, count(*) FILTER (treated), count(*) FILTER (NOT treated), count(mixed_at),
	NULL::TIMESTAMP, NULL::TIMESTAMP
FROM spans GROUP BY stratum, cohort
UNION ALL
SELECT NULL, 0, count(DISTINCT unit) FILTER (treated), count(DISTINCT unit) FILTER (NOT treated), 0,
	(SELECT max(x.happened_at) FROM newest x WHERE x.variant = $treatment),
	(SELECT max(x.happened_at) FROM newest x WHERE x.variant = $control)
FROM spans
ORDER BY ALL`

// newest is the newest exposure of each variant under the strata's versions.
const newest = `,
newest AS (
	SELECT x.variant, max(greatest(x.happened_at, s.starts)) AS happened_at
	FROM exposures x JOIN strata s
		ON x.flag_version >= s.first_version AND x.flag_version <= s.last_version
	WHERE x.project = $project AND x.environment = $environment AND x.flag = $flag
		AND x.bucketed_by = $by AND x.rule IS NOT DISTINCT FROM $rule AND x.variant IN ($treatment, $control)
		AND x.happened_at < $until AND s.starts < $until
	GROUP BY x.variant
)`

// Exposed implements analytics.Reader.
func (s *Store) Exposed(ctx context.Context, q analytics.ExposedQuery) (analytics.Exposed, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	text, args := rolloutQuery(q.Rollout, q.Until, 0)
	rows, err := s.db.QueryContext(ctx, text+newest+exposedCounts, args...)
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
	defer rows.Close()
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
	text, args := rolloutQuery(q.Rollout, q.Until, 0)
	above := any(nil)
	if q.Above != nil {
		above = *q.Above
	}
	args = append(args, sql.Named("event", q.Event), sql.Named("from", q.Strata[0].Start),
		sql.Named("above", above))
	text += fmt.Sprintf(hits, `e.value > $above::DOUBLE`) + fmt.Sprintf(`
SELECT count(value), coalesce(quantile_cont(value, %g), 0), count(*) FILTER (bad)
FROM hits WHERE NOT treated`, q.Quantile)
	var v analytics.ControlValues
	if err := s.db.QueryRowContext(ctx, text, args...).Scan(&v.N, &v.Quantile, &v.Above); err != nil {
		return v, fmt.Errorf("control of %s: %w", q.Flag, err)
	}
	return v, nil
}
