package duckstore

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// hitEvents joins events with the units for which they count. %[1]s are rows
// that say which events count, from and until when after the unit has entered;
// %[2]s and %[3]s bound the time.
const hitEvents = `
	FROM event_units e JOIN (VALUES %[1]s) p(metric, side, event, quantity, from_us, to_us, maturity) ON p.event = e.name
	JOIN subjects s ON s.unit = e.unit_id
		AND epoch_us(e.happened_at) >= s.entered + p.from_us AND epoch_us(e.happened_at) < s.entered + p.to_us
	WHERE e.project = $project AND e.environment = $environment AND e.attribute = $by
		AND e.happened_at >= %[2]s AND e.happened_at < %[3]s
		AND (p.side >= 2 OR epoch_us(e.happened_at) < s.leaves AND ` + concerned + `)
		AND (p.maturity = 0 OR s.entered + p.maturity <= s.limit_us)`

// unitSums adds up n, d, pn and pd, the numerator and the denominator of each
// unit and metric and those before, and then the changes of their products.
//
//	adds     what each bucket adds; %[1]s is that of an event, %[2]s the one
//	         from which the unit counts, and %[3]s are hitEvents
//	totals   what there is at the end of the bucket
//	capped   the same within the caps %[6]s
//	changes  with n0 and the others, what there was before the bucket
//
// %[4]s and %[5]s are those of totals and before, %[7]s the sums.
const unitSums = `,
adds AS (
	SELECT stratum, unit, metric, bucket, any_value(cohort) AS cohort, any_value(variant) AS variant, any_value(value) AS value,
		coalesce(sum(x) FILTER (side = 0), 0) AS n, coalesce(sum(x) FILTER (side = 1), 0) AS d,
		coalesce(sum(x) FILTER (side = 2), 0) AS pn, coalesce(sum(x) FILTER (side = 3), 0) AS pd
	FROM (
		SELECT s.stratum, s.unit, s.cohort, s.variant, s.value, p.metric, p.side,
			CASE WHEN p.side >= 2 OR p.maturity > 0 THEN %[2]s ELSE %[1]s END AS bucket,
			CASE p.quantity WHEN 2 THEN e.failed::DOUBLE WHEN 3 THEN coalesce(e.value, 0)
				WHEN 4 THEN (e.value IS NOT NULL)::DOUBLE ELSE 1 END AS x
	%[3]s
	) GROUP BY stratum, unit, metric, bucket
),
totals AS (SELECT * REPLACE (%[4]s) FROM adds WINDOW w AS (PARTITION BY stratum, unit, metric ORDER BY bucket)),
capped AS (
	SELECT t.* REPLACE (least(n, c.num) AS n, least(d, c.den) AS d, least(pn, c.num) AS pn, least(pd, c.den) AS pd)
	FROM totals t JOIN (VALUES %[6]s) c(metric, num, den) ON c.metric = t.metric
),
changes AS (SELECT *, %[5]s FROM capped WINDOW w AS (PARTITION BY stratum, unit, metric ORDER BY bucket))
SELECT metric, stratum, cohort, variant, value, bucket, %[7]s
FROM changes GROUP BY ALL`

// Without steps there is one bucket.
const (
	totalsByStep = `sum(n) OVER w AS n, sum(d) OVER w AS d, sum(pn) OVER w AS pn, sum(pd) OVER w AS pd`
	beforeByStep = `lag(n, 1, 0) OVER w AS n0, lag(d, 1, 0) OVER w AS d0, lag(pn, 1, 0) OVER w AS pn0, lag(pd, 1, 0) OVER w AS pd0`
	totalsAtOnce = `n AS n`
	beforeAtOnce = `0 AS n0, 0 AS d0, 0 AS pn0, 0 AS pd0`
)

// changeSums are the sums of stats.PairedRatioSums in the order of its scan.
func changeSums() string {
	sums := make([]string, 0, 14)
	for _, a := range []string{"n", "d", "pn", "pd"} {
		sums = append(sums, fmt.Sprintf("sum(%[1]s - %[1]s0), sum(%[1]s * %[1]s - %[1]s0 * %[1]s0)", a))
	}
	for _, p := range [][2]string{{"n", "d"}, {"pn", "pd"}, {"n", "pn"}, {"n", "pd"}, {"d", "pn"}, {"d", "pd"}} {
		sums = append(sums, fmt.Sprintf("sum(%[1]s * %[2]s - %[1]s0 * %[2]s0)", p[0], p[1]))
	}
	return commas(sums)
}

// sums reads the sums of all metrics at once: they join the same units.
func (r *resultReader) sums(ctx context.Context) ([]analytics.MetricSums, error) {
	var parts, caps []string
	var args []any
	for i, m := range r.q.Metrics {
		if m.Quantile > 0 {
			continue
		}
		for side, part := range partsOf(m) {
			name := fmt.Sprintf("event%dside%d", i, side)
			args = append(args, sql.Named(name, part.Event))
			parts = append(parts, part.row(i, side, name, m.Maturity()))
		}
		num, den := math.MaxFloat64, math.MaxFloat64
		if m.Cap != nil {
			num = *m.Cap
		}
		if m.Numerator.Of == analytics.OfAny {
			num = min(num, 1)
		}
		if m.Denominator != nil && m.Denominator.Of == analytics.OfAny {
			den = 1
		}
		caps = append(caps, fmt.Sprintf("(%d, %v::DOUBLE, %v::DOUBLE)", i, num, den))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	totals, before := totalsByStep, beforeByStep
	if r.q.Step == 0 {
		totals, before = totalsAtOnce, beforeAtOnce
	}
	query := fmt.Sprintf(unitSums, bucketOf(r.q, "epoch_us(e.happened_at)"), bucketOf(r.q, "s.entered + p.maturity"),
		fmt.Sprintf(hitEvents, commas(parts), timestamp(r.earliest()), timestamp(r.q.Until)),
		totals, before, commas(caps), changeSums())
	var sums []analytics.MetricSums
	err := r.each(ctx, query, args, func(rows *sql.Rows) error {
		var stratum, variant, value int
		var cohort int64
		var s analytics.MetricSums
		err := rows.Scan(&s.Metric, &stratum, &cohort, &variant, &value, &s.Bucket,
			&s.PostNum, &s.PostNumSquares, &s.PostDen, &s.PostDenSquares, &s.PreNum, &s.PreNumSquares, &s.PreDen, &s.PreDenSquares,
			&s.PostNumPostDen, &s.PreNumPreDen, &s.PostNumPreNum, &s.PostNumPreDen, &s.PostDenPreNum, &s.PostDenPreDen)
		s.Cell = r.cell(stratum, variant, value, cohort)
		sums = append(sums, s)
		return err
	})
	return sums, err
}

// part is one side of a metric: what its events add from and until when after
// the unit has entered.
type part struct {
	analytics.Measure
	from, to time.Duration
}

// partsOf gives the sides of a metric: 0 and 1 are the numerator and the
// denominator, 2 and 3 those before.
func partsOf(m analytics.MetricSpec) map[int]part {
	to := m.After + m.Window
	if m.Window == 0 {
		to = forever
	}
	parts := map[int]part{0: {m.Numerator, m.After, to}}
	if m.Denominator != nil {
		parts[1] = part{*m.Denominator, m.After, to}
	}
	if m.Before > 0 {
		for side, p := range parts {
			parts[side+2] = part{p.Measure, -m.Before, 0}
		}
	}
	return parts
}

// row is the part as a row of hitEvents; event names the parameter.
func (p part) row(metric, side int, event string, maturity time.Duration) string {
	quantities := []analytics.Quantity{
		analytics.OfAny, analytics.OfCount, analytics.OfFailed, analytics.OfSum, analytics.OfValues,
	}
	return fmt.Sprintf("(%d, %d, $%s, %d, %d::BIGINT, %d::BIGINT, %d::BIGINT)", metric, side, event,
		slices.Index(quantities, p.Of), p.from.Microseconds(), p.to.Microseconds(), maturity.Microseconds())
}

// earliest is when the first event that can count happened.
func (r *resultReader) earliest() time.Time {
	longest := time.Duration(0)
	for _, m := range r.q.Metrics {
		longest = max(longest, m.Before)
	}
	return r.q.Strata[0].Start.Add(-longest)
}

func microseconds(us int64) time.Duration { return time.Duration(us) * time.Microsecond }
