package duckstore

import (
	"context"
	"database/sql"
	"fmt"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// valueQuantiles describes the values of a metric in each cell. %[1]s are
// hitEvents, %[2]v is the quantile and %[3]v the number of standard errors at
// which its neighbours are.
//
//	vals     the values, with their order and number in their cell
//	spans    where the quantile and its neighbours lie in that order
//	marks    their values, by interpolation
//	clusters the values of each unit, and those above the quantile
const valueQuantiles = `,
vals AS MATERIALIZED (
	SELECT s.stratum, s.cohort, s.variant, s.value AS dim, s.unit, e.value AS x,
		row_number() OVER (PARTITION BY s.stratum, s.cohort, s.variant, s.value ORDER BY e.value) - 1 AS nth,
		count(*) OVER (PARTITION BY s.stratum, s.cohort, s.variant, s.value) AS n
	%[1]s AND e.value IS NOT NULL
),
spans AS (
	SELECT *, (n - 1) * %[2]v::DOUBLE AS at_q, (n - 1) * greatest(0, %[2]v - %[3]v * sqrt(%[2]v * (1 - %[2]v) / n)) AS at_low,
		(n - 1) * least(1, %[2]v + %[3]v * sqrt(%[2]v * (1 - %[2]v) / n)) AS at_high
	FROM vals
),
marks AS (
	SELECT stratum, cohort, variant, dim, any_value(n) AS n,
		sum(x * greatest(0, 1 - abs(nth - at_q))) AS q,
		sum(x * greatest(0, 1 - abs(nth - at_low))) AS low,
		sum(x * greatest(0, 1 - abs(nth - at_high))) AS high
	FROM spans GROUP BY ALL
),
clusters AS (
	SELECT v.stratum, v.cohort, v.variant, v.dim, count(*)::DOUBLE AS d, (count(*) FILTER (v.x > m.q))::DOUBLE AS n
	FROM vals v JOIN marks m ON (m.stratum, m.cohort, m.variant, m.dim) = (v.stratum, v.cohort, v.variant, v.dim)
	GROUP BY v.stratum, v.cohort, v.variant, v.dim, v.unit
)
SELECT m.stratum, m.cohort, m.variant, m.dim, any_value(m.n), any_value(m.q), any_value(m.low), any_value(m.high),
	count(*), sum(c.n), sum(c.n * c.n), sum(c.d), sum(c.d * c.d), sum(c.n * c.d)
FROM marks m JOIN clusters c ON (m.stratum, m.cohort, m.variant, m.dim) = (c.stratum, c.cohort, c.variant, c.dim)
GROUP BY m.stratum, m.cohort, m.variant, m.dim`

// quantiles reads a metric that is a quantile.
func (r *resultReader) quantiles(ctx context.Context, metric int) ([]analytics.Quantile, error) {
	m := r.q.Metrics[metric]
	parts := partsOf(m)
	hits := fmt.Sprintf(hitEvents, parts[0].row(metric, 0, "event", 0), timestamp(r.earliest()), timestamp(r.q.Until))
	query := fmt.Sprintf(valueQuantiles, hits, m.Quantile, distuv.UnitNormal.Quantile(1-stats.QuantileAlpha/2))
	var quantiles []analytics.Quantile
	err := r.each(ctx, query, []any{sql.Named("event", m.Numerator.Event)}, func(rows *sql.Rows) error {
		var stratum, variant, value int
		var cohort int64
		q := analytics.Quantile{Metric: metric}
		s, c := &q.Sample, &q.Sample.Clusters
		err := rows.Scan(&stratum, &cohort, &variant, &value, &s.Values, &s.Value, &s.Low, &s.High,
			&c.N, &c.Num, &c.NumSquares, &c.Den, &c.DenSquares, &c.Products)
		q.Cell = r.cell(stratum, variant, value, cohort)
		quantiles = append(quantiles, q)
		return err
	})
	return quantiles, err
}
