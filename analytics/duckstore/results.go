package duckstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/analytics"
)

// assigned gives the variant of each unit's first exposure, and when it was
// exposed to another. %s lists the variants with their rank, which decides
// between exposures of the same microsecond.
const assigned = `
WITH variants(rank, variant) AS (VALUES %s),
seen AS (
	SELECT x.unit_id AS unit, v.rank, min(x.happened_at) AS happened_at
	FROM exposures x JOIN variants v ON v.variant = x.variant
	WHERE x.project = $project AND x.environment = $environment AND x.flag = $flag AND x.bucketed_by = $by
		AND x.rule IS NOT DISTINCT FROM $rule
		AND x.flag_version >= $first_version AND x.flag_version <= $last_version
		AND x.happened_at >= make_timestamp($from) AND x.happened_at < make_timestamp($until)
	GROUP BY ALL
),
ordered AS (
	SELECT unit, rank, happened_at AS entered,
		row_number() OVER (PARTITION BY unit ORDER BY happened_at, rank) AS nth,
		lead(happened_at) OVER (PARTITION BY unit ORDER BY happened_at, rank) AS mixed_at
	FROM seen
),
units AS (SELECT * FROM ordered WHERE nth = 1)`

// measured gives the sums of one metric per variant. An exposed unit without
// events has zeros; sums over units need no row for it. %s are quantiles.
const measured = `,
hits AS (
	SELECT u.rank, u.unit, e.failed, e.value
	FROM event_units e JOIN units u ON u.unit = e.unit_id AND e.happened_at >= u.entered
		AND e.happened_at < least(u.mixed_at, u.entered + to_microseconds($window))
	WHERE e.project = $project AND e.environment = $environment AND e.name = $event
		AND e.attribute = $by AND e.happened_at >= make_timestamp($from) AND e.happened_at < make_timestamp($until)
		AND ` + concerned + `
),
per_unit AS (
	SELECT rank, unit, count(*)::DOUBLE AS n, (count(*) FILTER (failed))::DOUBLE AS bad,
		coalesce(sum(value), 0) AS total
	FROM hits GROUP BY ALL
),
per_variant AS (
	SELECT rank, count(*) AS converted, sum(n) AS n1, sum(n * n) AS n2, sum(bad) AS b1, sum(bad * bad) AS b2,
		sum(total) AS t1, sum(total * total) AS t2, sum(bad * n) AS bn, sum(total * n) AS tn
	FROM per_unit GROUP BY rank
),
by_value AS (
	SELECT rank, count(value) AS n, coalesce(sum(value), 0) AS v1, coalesce(sum(value * value), 0) AS v2,
		quantile_cont(value, [%s]) AS quantiles
	FROM hits GROUP BY rank
)
SELECT p.rank, p.converted, p.n1, p.n2, p.b1, p.b2, p.t1, p.t2, p.bn, p.tn, v.n, v.v1, v.v2, v.quantiles
FROM per_variant p JOIN by_value v ON v.rank = p.rank`

// Results implements analytics.Reader.
func (s *Store) Results(ctx context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	tx, err := s.db.BeginTx(ctx, nil) // one state for all metrics
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	results, err := readResults(ctx, tx, q)
	if err := errors.Join(err, tx.Rollback()); err != nil {
		return results, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	return results, nil
}

func readResults(ctx context.Context, tx *sql.Tx, q analytics.ResultQuery) (analytics.Results, error) {
	ranks := make([]string, len(q.Variants))
	args := []any{
		sql.Named("project", q.Project), sql.Named("environment", q.Environment), sql.Named("flag", q.Flag),
		sql.Named("by", q.By), sql.Named("rule", orNull(q.Rule)), sql.Named("first_version", int64(clampVersion(q.FirstVersion))),
		sql.Named("last_version", int64(clampVersion(q.LastVersion))),
		sql.Named("from", q.From.UnixMicro()), sql.Named("until", q.Until.UnixMicro()), // see timestamp
	}
	for i, v := range q.Variants {
		ranks[i] = fmt.Sprintf("(%d, $variant%d)", i, i)
		args = append(args, sql.Named(fmt.Sprintf("variant%d", i), v))
	}
	text := fmt.Sprintf(assigned, strings.Join(ranks, ", "))
	results, err := readVariants(ctx, tx, text, args, q.Variants)
	if err != nil {
		return results, err
	}
	for _, m := range q.Metrics {
		if err := readMetric(ctx, tx, text, args, m, results.Variants); err != nil {
			return results, fmt.Errorf("metric %s: %w", m.Name, err)
		}
	}
	return results, nil
}

func readVariants(ctx context.Context, tx *sql.Tx, text string, args []any, variants []string) (analytics.Results, error) {
	results := analytics.Results{Variants: make([]analytics.VariantResult, len(variants))}
	for i, v := range variants {
		results.Variants[i].Variant = v
	}
	rows, err := tx.QueryContext(ctx, text+` SELECT rank, count(*), count(mixed_at) FROM units GROUP BY rank`, args...)
	if err != nil {
		return results, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		var rank int
		var units, mixed int64
		if err := rows.Scan(&rank, &units, &mixed); err != nil {
			return results, err
		}
		results.Variants[rank].Units, results.Variants[rank].Mixed = units, mixed
	}
	return results, rows.Err()
}

func readMetric(ctx context.Context, tx *sql.Tx, text string, args []any, m analytics.MetricSpec, into []analytics.VariantResult) error {
	for i := range into {
		n := into[i].Units
		into[i].Metrics = append(into[i].Metrics, analytics.MetricResult{
			Metric: m.Name, Units: n, Quantiles: make([]float64, len(m.Quantiles)),
			CountPerUnit:  analytics.Moments{N: n},
			FailedPerUnit: analytics.Moments{N: n},
			SumPerUnit:    analytics.Moments{N: n},
		})
	}
	window := m.Window
	if window == 0 {
		window = forever
	}
	args = append(args[:len(args):len(args)],
		sql.Named("event", m.Event), sql.Named("window", window.Microseconds()))
	rows, err := tx.QueryContext(ctx, text+fmt.Sprintf(measured, quantileList(m.Quantiles)), args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		if err := scanMetric(rows, len(m.Quantiles), into); err != nil {
			return err
		}
	}
	return rows.Err()
}

// quantileList writes the quantiles as SQL. An empty list is an error in
// DuckDB, so the median is asked for and dropped.
func quantileList(quantiles []float64) string {
	if len(quantiles) == 0 {
		return "0.5"
	}
	texts := make([]string, len(quantiles))
	for i, p := range quantiles {
		texts[i] = fmt.Sprintf("%g", p)
	}
	return strings.Join(texts, ", ")
}

func scanMetric(rows *sql.Rows, quantiles int, into []analytics.VariantResult) error {
	var (
		rank      int
		m         analytics.MetricResult
		list      any
		count     = &m.CountPerUnit
		bad       = &m.FailedPerUnit
		sum, vals = &m.SumPerUnit, &m.Values
	)
	err := rows.Scan(&rank, &m.Converted, &count.Sum, &count.SumSquares, &bad.Sum, &bad.SumSquares,
		&sum.Sum, &sum.SumSquares, &m.CrossFailedCount, &m.CrossSumCount, &vals.N, &vals.Sum, &vals.SumSquares, &list)
	if err != nil {
		return err
	}
	have := &into[rank].Metrics[len(into[rank].Metrics)-1]
	m.Metric, m.Units, m.Quantiles = have.Metric, have.Units, have.Quantiles
	count.N, bad.N, sum.N = have.Units, have.Units, have.Units
	m.Events, m.Failed = int64(count.Sum), int64(bad.Sum)
	if values, ok := list.([]any); ok {
		for i := range quantiles {
			if v, ok := values[i].(float64); ok {
				m.Quantiles[i] = v
			}
		}
	}
	*have = m
	return nil
}
