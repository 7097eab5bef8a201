package duckstore

import (
	"database/sql"
	"fmt"
	"math"
	"strings"

	"github.com/flagledger/flagledger/analytics"
)

// subjects is the common part of the queries of an experiment: WITH clauses
// that end in subjects, a row for each unit in each stratum with its cell, and
// its stay [entered, leaves) in microseconds. It reads the exposures once and
// joins nothing: what a unit did in earlier strata is in its own row. Times
// that have not come are never.
//
//	firsts   a row per unit, with the time f2v1 of its first exposure to
//	         variant 1 under the versions of stratum 2, and the value d2
//	ranked   adds e2, when it entered, r2, the variant, or -1, and m2, when it
//	         was mixed
const subjects = `
WITH firsts AS (
	SELECT unit_id AS unit, %s
	FROM exposures
	WHERE project = $project AND environment = $environment AND flag = $flag AND bucketed_by = $by
		AND rule IS NOT DISTINCT FROM $rule AND variant IN (%s) AND (%s) AND happened_at < %s
	GROUP BY unit_id
),
entered AS (SELECT *, %s FROM firsts),
ranked AS (SELECT *, %s FROM entered),
subjects AS MATERIALIZED (%s
)`

// never is a time after all others, with room to add to it.
const never = math.MaxInt64 / 4

// lists collects the parts of subjects that are written out for each stratum.
type lists struct {
	columns, versions, entered, ranked, rows []string
}

// subjectsOf gives the text and the parameters of subjects. It reports false
// when no stratum begins before the end: there is nobody then. q must come from
// Normal; values are those that its dimension tells apart.
func subjectsOf(q analytics.ResultQuery, values []string) (text string, args []any, ok bool) {
	q.Strata = begun(q.Strata, q.Until)
	if len(q.Strata) == 0 {
		return "", nil, false
	}
	args = []any{
		sql.Named("project", q.Project), sql.Named("environment", q.Environment), sql.Named("flag", q.Flag),
		sql.Named("by", q.By), sql.Named("rule", orNull(q.Rule)),
	}
	names := make([]string, len(q.Variants))
	for v, variant := range q.Variants {
		names[v] = fmt.Sprint("$variant", v)
		args = append(args, sql.Named(names[v][1:], variant))
	}
	for i, value := range values {
		args = append(args, sql.Named(fmt.Sprint("value", i), value))
	}
	if q.Dimension != "" {
		args = append(args, sql.Named("dimension", q.Dimension))
	}
	var l lists
	for k := range q.Strata {
		l.add(q, k, len(values))
	}
	return fmt.Sprintf(subjects, commas(l.columns), commas(names), strings.Join(l.versions, " OR "), timestamp(q.Until),
		commas(l.entered), commas(l.ranked), strings.Join(l.rows, "\n\tUNION ALL")), args, true
}

func commas(list []string) string { return strings.Join(list, ", ") }

// add writes stratum k's part.
func (l *lists) add(q analytics.ResultQuery, k, values int) {
	s := q.Strata[k]
	end := q.Until
	if !s.End.IsZero() && s.End.Before(end) {
		end = s.End
	}
	under := fmt.Sprintf("flag_version >= %d AND flag_version <= %d", clampVersion(s.FirstVersion), clampVersion(s.LastVersion))
	l.versions = append(l.versions, under)
	during := fmt.Sprintf("%s AND happened_at < %s", under, timestamp(end))
	var times []string
	mixed := fmt.Sprint(never)
	rank := fmt.Sprintf("CASE WHEN e%d = %d THEN -1", k, never)
	for v := range q.Variants {
		first := fmt.Sprintf("f%dv%d", k, v)
		l.columns = append(l.columns, fmt.Sprintf("greatest(coalesce(epoch_us(min(happened_at) FILTER (variant = $variant%d AND %s)), %d), %d) AS %s",
			v, during, never, s.Start.UnixMicro(), first))
		times = append(times, first)
		rank += fmt.Sprintf(" WHEN %s = e%d THEN %d", first, k, v)
		mixed += fmt.Sprintf(", CASE WHEN r%d <> %d THEN %s ELSE %d END", k, v, first, never)
	}
	l.entered = append(l.entered, fmt.Sprintf("least(%s) AS e%d", commas(times), k))
	l.ranked = append(l.ranked, fmt.Sprintf("%s END AS r%d", rank, k), fmt.Sprintf("least(%s) AS m%d", mixed, k))
	value := "0"
	if q.Dimension != "" {
		l.columns = append(l.columns, fmt.Sprintf(
			"(min({'at': happened_at, 'value': coalesce(attributes[$dimension], '')}) FILTER (%s)).value AS d%d", during, k))
		value = valueNumber(fmt.Sprintf("d%d", k), values)
	}
	l.rows = append(l.rows, fmt.Sprintf(`
	SELECT %[1]d AS stratum, unit, %[2]s AS cohort, r%[1]d AS variant, %[3]s AS value, e%[1]d AS entered, m%[1]d AS mixed,
		least(m%[1]d, %[4]d) AS leaves, %[4]d AS limit_us
	FROM ranked WHERE r%[1]d >= 0`, k, cohortNumber(k, len(q.Variants)), value, end.UnixMicro()))
}

// cohortNumber is the expression for ResultQuery.Seen's number of stratum k.
func cohortNumber(k, variants int) string {
	terms, base := []string{"0::BIGINT"}, int64(1)
	for j := range k {
		terms = append(terms, fmt.Sprintf("%d * (r%d + 1)", base, j))
		base *= int64(variants + 1)
	}
	return strings.Join(terms, " + ")
}

// valueNumber is the position of a value in the list, or its length. Without a
// list it is the value itself.
func valueNumber(column string, values int) string {
	if values == 0 {
		return column
	}
	text := "CASE " + column
	for i := range values {
		text += fmt.Sprintf(" WHEN $value%d THEN %d", i, i)
	}
	return fmt.Sprintf("%s ELSE %d END", text, values)
}

// bucketOf is the expression for the bucket of a time in microseconds.
func bucketOf(q analytics.ResultQuery, us string) string {
	if q.Step == 0 {
		return "0"
	}
	return fmt.Sprintf("(%s) // %d", us, q.Step.Microseconds())
}
