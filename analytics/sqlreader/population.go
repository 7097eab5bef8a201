package sqlreader

import (
	"database/sql"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// population is whom a query is about.
type population struct {
	project, environment, flag, by, rule string

	variants []string            // in the order that decides between two of one moment
	strata   []analytics.Stratum // that begin before the end
	window   time.Duration       // since a unit entered; 0 has no end
	cohort   func(k int) string  // the expression of a unit in stratum k
	// dimension is an attribute, or empty; values are those that it tells
	// apart, all of them if nil.
	dimension string
	values    []string
	// named are the events that are counted, and maturities what the answer waits
	// for after a unit has entered.
	named      []string
	before     time.Duration // that events count before a unit has entered
	maturities []time.Duration
}

// subjectRows ends in subjects, a row for each unit in each stratum, with its
// stay [entered, leaves).
//
//	firsts   a row per unit, with the time f2v1 of its first exposure to
//	         variant 1 under the versions of stratum 2, and the value d2
//	during   adds w2v1, the same within the span of the stratum
//	entries  adds e2, when the unit entered
//	ranked   adds r2, its variant or -1, and m2, when it was mixed
const subjectRows = `
WITH firsts AS (
	SELECT unit_id AS unit, %s
	FROM %s
	WHERE project = @project AND environment = @environment AND flag = @flag AND bucketed_by = @by
		AND coalesce(rule, '') = @rule AND variant IN (%s) AND (%s) AND %s
	GROUP BY unit_id
),
during AS (SELECT *, %s FROM firsts),
entries AS (SELECT *, %s FROM during),
ranked AS (SELECT *, %s FROM entries),
stays AS (
	SELECT unit, k.stratum AS stratum, %s
	FROM ranked CROSS JOIN (%s) k
),
subjects AS %s (
	SELECT stratum, unit, cohort, variant, value, entered, mixed, ends, least(mixed, ends, entered + %d) AS leaves
	FROM stays WHERE variant >= 0
)`

// never is a time after all others, with room to add to it.
const never = math.MaxInt64 / 4

// subjects gives the text and the parameters of subjectRows.
func (v *view) subjects() (text string, args []any) {
	args = []any{
		sql.Named("project", v.project), sql.Named("environment", v.environment), sql.Named("flag", v.flag),
		sql.Named("by", v.by), sql.Named("rule", v.rule),
	}
	names := make([]string, len(v.variants))
	for i, variant := range v.variants {
		names[i] = fmt.Sprint("@variant", i)
		args = append(args, sql.Named(names[i][1:], variant))
	}
	if v.dimension != "" {
		args = append(args, sql.Named("dimension", v.dimension))
	}
	for i, value := range v.values {
		args = append(args, sql.Named(fmt.Sprint("value", i), value))
	}
	var l lists
	for k := range v.strata {
		l.add(v, k)
	}
	window := v.window.Microseconds()
	if window == 0 {
		window = never
	}
	return fmt.Sprintf(subjectRows, commas(l.firsts), v.exposures, commas(names), strings.Join(l.versions, " OR "), v.seen(""),
		commas(l.during), commas(l.entries), commas(l.ranked), l.stays(), strings.Join(l.strata, " UNION ALL "), v.materialized, window), args
}

func commas(list []string) string { return strings.Join(list, ", ") }

// lists collects the parts of subjectRows that are written for each stratum.
type lists struct {
	firsts, versions, during, entries, ranked, strata []string

	cohort, variant, value, entered, mixed, ends []string // a case for each
}

// add writes stratum k's part.
func (l *lists) add(v *view, k int) {
	s := v.strata[k]
	under := fmt.Sprintf("flag_version >= %d AND flag_version <= %d", maxVersion(s.FirstVersion), maxVersion(s.LastVersion))
	var times []string
	rank, mixed := fmt.Sprintf("CASE WHEN e%d = %d THEN -1", k, never), integer(never)
	for i := range v.variants {
		first, within := fmt.Sprintf("f%dv%d", k, i), fmt.Sprintf("w%dv%d", k, i)
		l.firsts = append(l.firsts, fmt.Sprintf("min(CASE WHEN variant = @variant%d AND %s THEN %s ELSE %s END) AS %s",
			i, under, fmt.Sprintf(v.micros, "happened_at"), integer(never), first))
		l.during = append(l.during, fmt.Sprintf("CASE WHEN %s < %s THEN greatest(%s, %s) ELSE %s END AS %s",
			first, integer(end(s)), first, integer(s.Start.UnixMicro()), integer(never), within))
		times = append(times, within)
		rank += fmt.Sprintf(" WHEN %s = e%d THEN %d", within, k, i)
		mixed += fmt.Sprintf(", CASE WHEN r%d = %d THEN %s ELSE %s END", k, i, integer(never), within)
	}
	value := "0"
	if v.dimension != "" {
		l.firsts = append(l.firsts, fmt.Sprintf(v.earliest, "coalesce(attributes[@dimension], '')", under)+fmt.Sprint(" AS d", k))
		value = v.valueNumber(fmt.Sprint("d", k))
	}
	l.versions = append(l.versions, under)
	l.entries = append(l.entries, fmt.Sprintf("least(%s) AS e%d", commas(times), k))
	l.ranked = append(l.ranked, fmt.Sprintf("%s END AS r%d", rank, k), fmt.Sprintf("least(%s) AS m%d", mixed, k))
	l.strata = append(l.strata, fmt.Sprintf("SELECT %d AS stratum", k))
	l.cohort, l.variant = append(l.cohort, v.cohort(k)), append(l.variant, fmt.Sprint("r", k))
	l.value, l.ends = append(l.value, value), append(l.ends, integer(end(s)))
	l.entered, l.mixed = append(l.entered, fmt.Sprint("e", k)), append(l.mixed, fmt.Sprint("m", k))
}

// stays gives the columns of a unit's row in each stratum.
func (l *lists) stays() string {
	column := func(cases []string, name string) string {
		last := len(cases) - 1
		text := cases[last]
		for k := last - 1; k >= 0; k-- {
			text = fmt.Sprintf("CASE WHEN k.stratum = %d THEN %s ELSE %s END", k, cases[k], text)
		}
		return text + " AS " + name
	}
	return commas([]string{
		column(l.cohort, "cohort"), column(l.variant, "variant"), column(l.value, "value"),
		column(l.entered, "entered"), column(l.mixed, "mixed"), column(l.ends, "ends"),
	})
}

// end is when a stratum ends. In one without length nobody is.
func end(s analytics.Stratum) int64 {
	switch {
	case s.End.IsZero():
		return never
	case !s.Start.Before(s.End):
		return math.MinInt64 / 4
	}
	return s.End.UnixMicro()
}

// integer is a number that the engines take for one of 64 bits with a sign.
func integer(n int64) string { return fmt.Sprintf("CAST(%d AS BIGINT)", n) }

// maxVersion fits a version into the narrower column; no exposure has more.
func maxVersion(v uint64) uint64 { return min(v, math.MaxInt64) }

// valueNumber is the position of a value in the list, or its length. Without a
// list it is the value itself.
func (v *view) valueNumber(column string) string {
	switch {
	case v.values == nil:
		return column
	case len(v.values) == 0:
		return "0"
	}
	text := "CASE " + column
	for i := range v.values {
		text += fmt.Sprintf(" WHEN @value%d THEN %d", i, i)
	}
	return fmt.Sprintf("%s ELSE %d END", text, len(v.values))
}

// begun gives the strata that start before until. They are in the order of
// time.
func begun(strata []analytics.Stratum, until time.Time) []analytics.Stratum {
	n := 0
	for n < len(strata) && strata[n].Start.Before(until) {
		n++
	}
	return strata[:n]
}
