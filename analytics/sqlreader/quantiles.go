package sqlreader

import (
	"context"
	"database/sql"
	"fmt"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// valueQuantiles describes the values of a metric in each cell. %[1]s are the
// events, %[2]v is the quantile and %[3]v the number of standard errors at which
// its neighbours are.
//
//	vals     the values, with their order and number in their cell
//	places   where the quantile and its neighbours lie in that order
//	marks    their values, by interpolation
//	clusters the values of each unit, and those above the quantile
const valueQuantiles = `,
vals AS %[4]s (
	SELECT stratum, cohort, variant, value, unit, x,
		CAST(row_number() OVER (PARTITION BY stratum, cohort, variant, value ORDER BY x) - 1 AS DOUBLE) AS nth,
		CAST(count(*) OVER (PARTITION BY stratum, cohort, variant, value) AS DOUBLE) AS n
	FROM (SELECT s.stratum AS stratum, s.cohort AS cohort, s.variant AS variant, s.value AS value, s.unit AS unit, e.value AS x %[1]s)
),
places AS (
	SELECT *, (n - 1) * %[2]v AS at_q,
		(n - 1) * greatest(CAST(0 AS DOUBLE), %[2]v - %[3]v * sqrt(%[2]v * (1 - %[2]v) / n)) AS at_low,
		(n - 1) * least(CAST(1 AS DOUBLE), %[2]v + %[3]v * sqrt(%[2]v * (1 - %[2]v) / n)) AS at_high
	FROM vals
),
marks AS %[4]s (
	SELECT stratum, cohort, variant, value, count(*) AS n,
		sum(x * greatest(CAST(0 AS DOUBLE), 1 - abs(nth - at_q))) AS q,
		sum(x * greatest(CAST(0 AS DOUBLE), 1 - abs(nth - at_low))) AS low,
		sum(x * greatest(CAST(0 AS DOUBLE), 1 - abs(nth - at_high))) AS high
	FROM places GROUP BY stratum, cohort, variant, value
),
clusters AS (
	SELECT v.stratum AS stratum, v.cohort AS cohort, v.variant AS variant, v.value AS value, any_value(m.n) AS n, any_value(m.q) AS q,
		any_value(m.low) AS low, any_value(m.high) AS high,
		CAST(count(*) AS DOUBLE) AS d, CAST(count(*) FILTER (WHERE v.x > m.q) AS DOUBLE) AS above
	FROM vals v JOIN marks m ON m.stratum = v.stratum AND m.cohort = v.cohort AND m.variant = v.variant AND m.value = v.value
	GROUP BY v.stratum, v.cohort, v.variant, v.value, v.unit
)
SELECT stratum, cohort, variant, value, any_value(n), any_value(q), any_value(low), any_value(high),
	count(*), sum(above), sum(above * above), sum(d), sum(d * d), sum(above * d)
FROM clusters GROUP BY stratum, cohort, variant, value`

// valuesOf are the events with a value that count for a metric.
const valuesOf = `
	FROM %s e JOIN subjects s ON s.unit = e.unit
	WHERE e.concerned = 1 AND e.value IS NOT NULL AND e.us < s.leaves AND %s`

// quantiles reads a metric that is a quantile.
func (x *experiment) quantiles(ctx context.Context, metric int) ([]analytics.Quantile, error) {
	m := x.q.Metrics[metric]
	events := fmt.Sprintf(valuesOf, x.happened([]string{"@event"}, x.strata[0].Start), between(m.After, spanEnd(m)))
	query := fmt.Sprintf(valueQuantiles, events, double(m.Quantile), double(distuv.UnitNormal.Quantile(1-stats.QuantileAlpha/2)), x.materialized)
	var quantiles []analytics.Quantile
	err := x.each(ctx, query, []any{sql.Named("event", m.Numerator.Event)}, func(rows *sql.Rows) (err error) {
		q := analytics.Quantile{Metric: metric}
		s, c := &q.Sample, &q.Sample.Clusters
		q.Cell, err = x.scanCell(rows, &s.Values, &s.Value, &s.Low, &s.High, &c.N, &c.Num, &c.NumSquares, &c.Den, &c.DenSquares, &c.Products)
		quantiles = append(quantiles, q)
		return err
	})
	return quantiles, err
}
