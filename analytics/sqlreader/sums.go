package sqlreader

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// unitSums adds up, for each unit, the numerators and denominators of metrics
// and those before, and then the changes of their products.
//
//	adds    what each bucket %[2]s adds, %[1]s
//	totals  what there is at the end of the bucket, and what it added
//	ends    the same within the metric's cap, at the end and before the bucket
//
// %[3]s are the events, and %[4]s says that the unit's time is over. The others
// are the columns of totals, of ends, and the sums.
const unitSums = `,
adds AS (
	SELECT s.stratum AS stratum, s.unit AS unit, %[2]s AS bucket, any_value(s.cohort) AS cohort,
		any_value(s.variant) AS variant, any_value(s.value) AS value, %[1]s
	FROM %[3]s e JOIN subjects s ON s.unit = e.unit
	WHERE (e.us < s.entered OR e.us < s.leaves AND e.concerned = 1)%[4]s
	GROUP BY s.stratum, s.unit, bucket
),
totals AS (SELECT *, %[5]s FROM adds),
ends AS (SELECT stratum, cohort, variant, value, bucket, %[6]s FROM totals)
SELECT stratum, cohort, variant, value, bucket, %[7]s
FROM ends GROUP BY stratum, cohort, variant, value, bucket`

// sums reads the sums of the metrics, those of one maturity at once.
func (x *experiment) sums(ctx context.Context, into *resultCounts) error {
	for _, maturity := range x.q.Maturities() {
		c := columns{steps: x.q.Step > 0}
		for i, m := range x.q.Metrics {
			if m.Quantile == 0 && m.Maturity() == maturity {
				c.add(i, m)
			}
		}
		if len(c.metrics) == 0 {
			continue
		}
		if err := x.sumsOf(ctx, into, &c, maturity); err != nil {
			return err
		}
	}
	return nil
}

func (x *experiment) sumsOf(ctx context.Context, into *resultCounts, c *columns, maturity time.Duration) error {
	bucket, mature := "0", ""
	if maturity > 0 {
		counts := fmt.Sprintf("s.entered + %d", maturity.Microseconds())
		bucket, mature = x.bucket(counts, x.q.Step), fmt.Sprintf(" AND %s <= least(s.ends, %s)", counts, integer(x.until.UnixMicro()))
	} else if x.q.Step > 0 {
		bucket = x.bucket("greatest(e.us, s.entered)", x.q.Step)
	}
	query := fmt.Sprintf(unitSums, commas(c.adds), bucket, x.happened(c.names, x.strata[0].Start.Add(-c.before)), mature,
		commas(c.totals), commas(c.ends), commas(c.sums))
	return x.each(ctx, query, c.args, func(rows *sql.Rows) error {
		var bucket int64
		found := make([]stats.PairedRatioSums, len(c.metrics))
		fields := []any{&bucket}
		for i := range found {
			s := &found[i]
			fields = append(fields, &s.PostNum, &s.PostNumSquares, &s.PostDen, &s.PostDenSquares,
				&s.PreNum, &s.PreNumSquares, &s.PreDen, &s.PreDenSquares, &s.PostNumPostDen, &s.PreNumPreDen,
				&s.PostNumPreNum, &s.PostNumPreDen, &s.PostDenPreNum, &s.PostDenPreDen)
		}
		cell, err := x.scanCell(rows, fields...)
		for i, metric := range c.metrics {
			into.addSums(sumKey{metric, cell, bucket}, found[i])
		}
		return err
	})
}

// columns collects the parts of unitSums that are written for each metric.
type columns struct {
	metrics []int // positions in the query
	steps   bool
	before  time.Duration
	events  []string // each once
	names   []string // their parameters
	args    []any

	adds, totals, ends, sums []string
}

// The sides of a metric: numerator and denominator, and those before.
const (
	num, den       = "n", "d"
	preNum, preDen = "pn", "pd"
)

// add writes metric i's part.
func (c *columns) add(i int, m analytics.MetricSpec) {
	c.metrics, c.before = append(c.metrics, i), max(c.before, m.Before)
	found := map[string]bool{}
	side := func(name string, of analytics.Measure, from, to time.Duration, limit float64) {
		found[name] = true
		which := slices.Index(c.events, of.Event)
		if which < 0 {
			which = len(c.events)
			event := fmt.Sprint("event", which)
			c.events, c.names, c.args = append(c.events, of.Event), append(c.names, "@"+event), append(c.args, sql.Named(event, of.Event))
		}
		if of.Of == analytics.OfAny {
			limit = min(limit, 1)
		}
		column := fmt.Sprint(name, i)
		c.adds = append(c.adds, fmt.Sprintf("sum(CASE WHEN e.which = %d AND %s THEN %s ELSE %s END) AS a%s",
			which, between(from, to), quantity(of), double(0), column))
		total := "a%[1]s AS t%[1]s" // without steps there is one bucket
		if c.steps {
			total = "sum(a%[1]s) OVER (PARTITION BY stratum, unit ORDER BY bucket) AS t%[1]s"
		}
		c.totals = append(c.totals, fmt.Sprintf(total, column))
		c.ends = append(c.ends, fmt.Sprintf("least(t%[1]s, %[2]s) AS %[1]s, least(t%[1]s - a%[1]s, %[2]s) AS b%[1]s", column, double(limit)))
	}
	numCap, denCap := math.MaxFloat64, math.MaxFloat64
	if m.Cap != nil {
		numCap = *m.Cap
	}
	side(num, m.Numerator, m.After, spanEnd(m), numCap)
	if m.Before > 0 {
		side(preNum, m.Numerator, -m.Before, 0, numCap)
	}
	if m.Denominator != nil {
		side(den, *m.Denominator, m.After, spanEnd(m), denCap)
		if m.Before > 0 {
			side(preDen, *m.Denominator, -m.Before, 0, denCap)
		}
	}
	c.sums = append(c.sums, changes(i, found))
}

// changes are the sums of stats.PairedRatioSums in the order of their scan; a
// side that the metric has not adds nothing.
func changes(metric int, found map[string]bool) string {
	sums := make([]string, 0, 14)
	product := func(sides ...string) {
		at, before := make([]string, len(sides)), make([]string, len(sides))
		for i, s := range sides {
			if !found[s] {
				sums = append(sums, "0")
				return
			}
			at[i], before[i] = fmt.Sprint(s, metric), fmt.Sprint("b", s, metric)
		}
		sums = append(sums, fmt.Sprintf("sum(%s - %s)", strings.Join(at, " * "), strings.Join(before, " * ")))
	}
	for _, s := range []string{num, den, preNum, preDen} {
		product(s)
		product(s, s)
	}
	for _, p := range [][2]string{{num, den}, {preNum, preDen}, {num, preNum}, {num, preDen}, {den, preNum}, {den, preDen}} {
		product(p[0], p[1])
	}
	return commas(sums)
}

// between says that the event happened in a span after the unit has entered.
func between(from, to time.Duration) string {
	return fmt.Sprintf("e.us >= s.entered + %d AND e.us < s.entered + %d", from.Microseconds(), to.Microseconds())
}

// quantity is what an event adds, as a DOUBLE.
func quantity(m analytics.Measure) string {
	switch m.Of {
	case analytics.OfFailed:
		return "CAST(e.failed AS DOUBLE)"
	case analytics.OfSum:
		return "coalesce(e.value, 0)"
	case analytics.OfValues:
		return "CAST(e.value IS NOT NULL AS DOUBLE)"
	case analytics.OfAbove:
		return fmt.Sprintf("CAST(coalesce(e.value > %s, false) AS DOUBLE)", double(m.Above))
	default: // OfAny, which has a cap, and OfCount
		return double(1)
	}
}

func double(x float64) string { return fmt.Sprintf("CAST(%v AS DOUBLE)", x) }

// spanEnd is how long after its first exposure a unit's events count.
func spanEnd(m analytics.MetricSpec) time.Duration {
	const forever = 100 * 365 * 24 * time.Hour
	if m.Window == 0 {
		return forever
	}
	return m.After + m.Window
}
