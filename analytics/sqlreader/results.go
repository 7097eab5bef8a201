package sqlreader

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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

const valueUnits = `
SELECT %s, n FROM (SELECT value, count(*) AS n FROM subjects GROUP BY value)`

// Results implements analytics.Reader. All but quantiles is kept.
func (r *Reader) Results(ctx context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	return r.results(ctx, q, q.Until)
}

// results answers a question that somebody has asked at that time.
func (r *Reader) results(ctx context.Context, q analytics.ResultQuery, asked time.Time) (analytics.Results, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	var results analytics.Results
	err = r.look(ctx, ofExperiment(q), q.Until, func(v *view) (err error) {
		results, err = (&experiment{v, q}).read(ctx, r, asked)
		return err
	})
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	return results, nil
}

// ofExperiment is the population of a result.
func ofExperiment(q analytics.ResultQuery) population {
	p := population{
		project: q.Project, environment: q.Environment, flag: q.Flag, by: q.By, rule: q.Rule,
		variants: q.Variants, strata: q.Strata,
		cohort:    func(k int) string { return cohortNumber(k, len(q.Variants)) },
		dimension: q.Dimension, maturities: q.Maturities()[1:],
	}
	for _, m := range q.Metrics {
		if m.Quantile > 0 {
			continue
		}
		p.named, p.before = append(p.named, m.Numerator.Event), max(p.before, m.Before)
		if m.Denominator != nil {
			p.named = append(p.named, m.Denominator.Event)
		}
	}
	slices.Sort(p.named)
	p.named = slices.Compact(p.named)
	return p
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

func (x *experiment) read(ctx context.Context, r *Reader, asked time.Time) (analytics.Results, error) {
	same := x.q
	same.Until = time.Time{}
	if x.dimension != "" {
		name, err := nameOf("values", same)
		if err == nil {
			err = current(ctx, r, name, x.view, countValues, func(n valueCounts) { x.values = n.mostFrequent() })
		}
		if err != nil {
			return analytics.Results{}, fmt.Errorf("values of %s: %w", x.dimension, err)
		}
	}
	name, err := nameOf("results", []any{same, x.values})
	if err != nil {
		return analytics.Results{}, err
	}
	var members []analytics.Members
	var sums []analytics.MetricSums
	count := func(ctx context.Context, v *view) (*resultCounts, error) { return (&experiment{v, x.q}).count(ctx) }
	if len(x.strata) > 0 && x.strata[len(x.strata)-1].End.IsZero() {
		r.kept.find(name).asks(question{x.q, asked})
	}
	err = current(ctx, r, name, x.view, count, func(c *resultCounts) { members, sums = c.lists() })
	if err != nil {
		return analytics.Results{}, err
	}
	r.noteSlow(name)
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

// count reads what adds up.
func (x *experiment) count(ctx context.Context) (*resultCounts, error) {
	c := newResultCounts()
	if err := x.members(ctx, c); err != nil {
		return nil, fmt.Errorf("units: %w", err)
	}
	if err := x.sums(ctx, c); err != nil {
		return nil, fmt.Errorf("sums: %w", err)
	}
	return c, nil
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

func (x *experiment) members(ctx context.Context, into *resultCounts) error {
	maturities := []string{"SELECT " + integer(-1) + " AS maturity"}
	for _, m := range x.q.Maturities() {
		maturities = append(maturities, "SELECT "+integer(m.Microseconds()))
	}
	query := fmt.Sprintf(memberCounts, strings.Join(maturities, " UNION ALL "),
		x.bucket("entered + o.maturity", x.q.Step), x.bucket("mixed", x.q.Step), integer(x.until.UnixMicro()), int64(never))
	return x.each(ctx, query, nil, func(rows *sql.Rows) error {
		var k memberKey
		var maturity, n int64
		cell, err := x.scanCell(rows, &maturity, &k.bucket, &n)
		k.cell, k.maturity = cell, time.Duration(max(0, maturity))*time.Microsecond
		if maturity < 0 {
			into.addMembers(k, members{mixed: n})
		} else {
			into.addMembers(k, members{units: n})
		}
		return err
	})
}
