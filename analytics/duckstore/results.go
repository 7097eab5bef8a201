package duckstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/analytics"
)

// memberCounts counts units by the bucket in which they count, for each of the
// maturities %[1]s, then those that were mixed. %[2]s and %[3]s are the buckets.
const memberCounts = `
SELECT stratum, cohort, variant, value, o.maturity, %[2]s AS bucket, count(*) AS units, 0 AS mixed
FROM subjects, (VALUES %[1]s) o(maturity)
WHERE o.maturity = 0 OR entered + o.maturity <= limit_us
GROUP BY ALL
UNION ALL
SELECT stratum, cohort, variant, value, 0, %[3]s AS bucket, 0, count(*)
FROM subjects WHERE mixed <= leaves
GROUP BY ALL`

// mostFrequent lists values as code points: see the package's doc on texts.
const mostFrequent = `
SELECT list_transform(string_split(value, ''), lambda c: unicode(c))
FROM subjects GROUP BY value ORDER BY count(*) DESC, value LIMIT %d`

// Results implements analytics.Reader.
func (s *Store) Results(ctx context.Context, q analytics.ResultQuery) (analytics.Results, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	tx, err := s.db.BeginTx(ctx, nil) // one state for all queries
	if err != nil {
		return analytics.Results{}, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	r := resultReader{tx: tx, q: q}
	results, err := r.read(ctx)
	if err := errors.Join(err, tx.Rollback()); err != nil {
		return results, fmt.Errorf("results of %s: %w", q.Flag, err)
	}
	return results, nil
}

// resultReader answers one query.
type resultReader struct {
	tx     *sql.Tx
	q      analytics.ResultQuery
	values []string // that the dimension tells apart
	text   string   // of subjects
	args   []any
}

func (r *resultReader) read(ctx context.Context) (analytics.Results, error) {
	var ok bool
	if r.text, r.args, ok = subjectsOf(r.q, nil); !ok {
		return analytics.Results{}, nil
	}
	if r.q.Dimension != "" {
		if err := r.each(ctx, fmt.Sprintf(mostFrequent, analytics.MaxValues), nil, r.scanValue); err != nil {
			return analytics.Results{}, fmt.Errorf("values of %s: %w", r.q.Dimension, err)
		}
		if len(r.values) == 0 {
			return analytics.Results{}, nil
		}
		r.text, r.args, _ = subjectsOf(r.q, r.values)
	}
	members, err := r.members(ctx)
	if err != nil {
		return analytics.Results{}, fmt.Errorf("units: %w", err)
	}
	sums, err := r.sums(ctx)
	if err != nil {
		return analytics.Results{}, fmt.Errorf("sums: %w", err)
	}
	var quantiles []analytics.Quantile
	for i, m := range r.q.Metrics {
		if m.Quantile == 0 {
			continue
		}
		found, err := r.quantiles(ctx, i)
		if err != nil {
			return analytics.Results{}, fmt.Errorf("metric %s: %w", m.Name, err)
		}
		quantiles = append(quantiles, found...)
	}
	return analytics.AssembleResults(r.q, members, sums, quantiles), nil
}

// each runs a query over subjects and scans its rows.
func (r *resultReader) each(ctx context.Context, query string, more []any, scan func(*sql.Rows) error) error {
	rows, err := r.tx.QueryContext(ctx, r.text+query, append(r.args[:len(r.args):len(r.args)], more...)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *resultReader) scanValue(rows *sql.Rows) error {
	var list any
	if err := rows.Scan(&list); err != nil {
		return err
	}
	points, ok := list.([]any)
	if !ok {
		return fmt.Errorf("a value is a %T", list)
	}
	var text strings.Builder
	for _, p := range points {
		if c, ok := p.(int32); ok && c > 0 {
			text.WriteRune(c)
		}
	}
	r.values = append(r.values, text.String())
	return nil
}

// cell puts a scanned cell together.
func (r *resultReader) cell(stratum, variant, value int, cohort int64) analytics.Cell {
	c := analytics.Cell{Stratum: stratum, Cohort: cohort, Variant: variant}
	if r.q.Dimension != "" {
		c.Value = analytics.Others
		if value < len(r.values) {
			c.Value = r.values[value]
		}
	}
	return c
}

func (r *resultReader) members(ctx context.Context) ([]analytics.Members, error) {
	var maturities []string
	for _, m := range r.q.Maturities() {
		maturities = append(maturities, fmt.Sprintf("(%d::BIGINT)", m.Microseconds()))
	}
	query := fmt.Sprintf(memberCounts, commas(maturities), bucketOf(r.q, "entered + o.maturity"), bucketOf(r.q, "mixed"))
	var members []analytics.Members
	err := r.each(ctx, query, nil, func(rows *sql.Rows) error {
		var stratum, variant, value int
		var cohort, maturity int64
		var m analytics.Members
		if err := rows.Scan(&stratum, &cohort, &variant, &value, &maturity, &m.Bucket, &m.Units, &m.Mixed); err != nil {
			return err
		}
		m.Cell, m.Maturity = r.cell(stratum, variant, value, cohort), microseconds(maturity)
		members = append(members, m)
		return nil
	})
	return members, err
}
