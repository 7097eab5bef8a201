package sqlreader

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// memberCounts counts units by the bucket in which they count, for each of the
// maturities, and, as those of maturity -1, the ones that were mixed. %[1]s are
// the maturities, %[2]s and %[3]s the buckets, %[4]s is the end, and
// %[5]d never.
const memberCounts = `
SELECT stratum, cohort, variant, value, maturity, bucket, count(*)
FROM (
	SELECT stratum, cohort, variant, value, o.maturity AS maturity, CASE WHEN o.maturity < 0 THEN %[3]s ELSE %[2]s END AS bucket
	FROM subjects CROSS JOIN (%[1]s) o
	WHERE o.maturity = 0 OR o.maturity < 0 AND mixed < %[5]d
		OR o.maturity > 0 AND entered + o.maturity <= least(ends, %[4]s)
)
GROUP BY stratum, cohort, variant, value, maturity, bucket`

const mostFrequent = `
SELECT %s FROM (SELECT value, count(*) AS n FROM subjects GROUP BY value) ORDER BY n DESC, value LIMIT %d`

// Results implements analytics.Reader.
func (r *Reader) Results(ctx context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	var results analytics.Results
	err = r.look(ctx, ofExperiment(q), func(v *view) (err error) {
		results, err = (&experiment{v, q}).read(ctx)
		return err
	})
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	return results, nil
}

// ofExperiment is the population of a result.
func ofExperiment(q analytics.ResultQuery) population {
	return population{
		project: q.Project, environment: q.Environment, flag: q.Flag, by: q.By, rule: q.Rule,
		variants: q.Variants, strata: begun(q.Strata, q.Until), until: q.Until,
		cohort:    func(k int) string { return cohortNumber(k, len(q.Variants)) },
		dimension: q.Dimension,
	}
}

// cohortNumber is the expression for ResultQuery.Seen's number of stratum k.
func cohortNumber(k, variants int) string {
	terms, base := []string{integer(0)}, int64(1)
	for j := range k {
		terms = append(terms, fmt.Sprintf("%d * (r%d + 1)", base, j))
		base *= int64(variants + 1)
	}
	return strings.Join(terms, " + ")
}

// experiment answers one query.
type experiment struct {
	*view
	q analytics.ResultQuery
}

func (x *experiment) read(ctx context.Context) (analytics.Results, error) {
	if x.dimension != "" {
		if err := x.findValues(ctx); err != nil {
			return analytics.Results{}, fmt.Errorf("values of %s: %w", x.dimension, err)
		}
	}
	members, err := x.members(ctx)
	if err != nil {
		return analytics.Results{}, fmt.Errorf("units: %w", err)
	}
	sums, err := x.sums(ctx)
	if err != nil {
		return analytics.Results{}, fmt.Errorf("sums: %w", err)
	}
	var quantiles []analytics.Quantile
	for i, m := range x.q.Metrics {
		if m.Quantile == 0 {
			continue
		}
		found, err := x.quantiles(ctx, i)
		if err != nil {
			return analytics.Results{}, fmt.Errorf("metric %s: %w", m.Name, err)
		}
		quantiles = append(quantiles, found...)
	}
	return analytics.AssembleResults(x.q, members, sums, quantiles), nil
}

func (x *experiment) findValues(ctx context.Context) error {
	values := []string{} // none, which is not all
	query := fmt.Sprintf(mostFrequent, fmt.Sprintf(x.text, "value"), analytics.MaxValues)
	err := x.each(ctx, query, nil, func(rows *sql.Rows) error {
		var raw any
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		text, err := textOf(raw)
		values = append(values, text)
		return err
	})
	x.values = values
	return err
}

// scanCell scans a row that begins with a cell.
func (x *experiment) scanCell(rows *sql.Rows, rest ...any) (analytics.Cell, error) {
	var c analytics.Cell
	var value int
	if err := rows.Scan(append([]any{&c.Stratum, &c.Cohort, &c.Variant, &value}, rest...)...); err != nil {
		return c, err
	}
	if x.dimension != "" {
		c.Value = analytics.Others
		if value < len(x.values) {
			c.Value = x.values[value]
		}
	}
	return c, nil
}

func (x *experiment) members(ctx context.Context) ([]analytics.Members, error) {
	maturities := []string{"SELECT " + integer(-1) + " AS maturity"}
	for _, m := range x.q.Maturities() {
		maturities = append(maturities, "SELECT "+integer(m.Microseconds()))
	}
	query := fmt.Sprintf(memberCounts, strings.Join(maturities, " UNION ALL "),
		x.bucket("entered + o.maturity", x.q.Step), x.bucket("mixed", x.q.Step), integer(x.until.UnixMicro()), int64(never))
	var members []analytics.Members
	err := x.each(ctx, query, nil, func(rows *sql.Rows) error {
		var m analytics.Members
		var maturity, n int64
		cell, err := x.scanCell(rows, &maturity, &m.Bucket, &n)
		m.Cell, m.Units = cell, n
		if maturity < 0 {
			maturity, m.Units, m.Mixed = 0, 0, n
		}
		m.Maturity = time.Duration(maturity) * time.Microsecond
		members = append(members, m)
		return err
	})
	return members, err
}
