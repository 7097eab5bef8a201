package duckstore

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// population is the common part of the rollout queries: WITH clauses that end
// in spans, a row for each stratum and exposed unit with its cohort, its arm
// and its time at risk [entered, leaves). It reads the exposures once and
// joins nothing: what a unit did in earlier strata is in its own row.
//
// firsts  a row per unit, with the time of its first exposure to the treatment
//
//	(t0, t1, ...) and to the control (c0, c1, ...) under the versions of
//	each stratum
//
// The lists are written by strata.
const population = `
WITH firsts AS (
	SELECT unit_id AS unit, %s
	FROM exposures
	WHERE project = $project AND environment = $environment AND flag = $flag AND bucketed_by = $by
		AND rule IS NOT DISTINCT FROM $rule AND variant IN ($treatment, $control)
		AND (%s) AND happened_at < %s
	GROUP BY unit_id
),
spans AS MATERIALIZED (%s
)`

// members gives stratum %[1]d's part of spans; an exposure before its start,
// from a slow clock, counts at its start %[2]s. %[3]s is its end, %[4]s the
// cohort and %[5]d the window in microseconds.
const members = `
	SELECT %[1]d AS stratum, unit, treated, entered, mixed_at, %[4]s AS cohort,
		least(%[3]s, mixed_at, entered + to_microseconds(%[5]d)) AS leaves
	FROM (
		SELECT *, coalesce(t <= c, t IS NOT NULL) AS treated, least(t, c) AS entered,
			CASE WHEN t IS NOT NULL AND c IS NOT NULL THEN greatest(t, c) END AS mixed_at
		FROM (
			SELECT *, CASE WHEN %[2]s < %[3]s AND t%[1]d < %[3]s THEN greatest(t%[1]d, %[2]s) END AS t,
				CASE WHEN %[2]s < %[3]s AND c%[1]d < %[3]s THEN greatest(c%[1]d, %[2]s) END AS c
			FROM firsts
		) WHERE t IS NOT NULL OR c IS NOT NULL
	)`

// hits are the events from the first %[2]s until %[3]s of the units of %[1]s
// that happen while they are at risk.
const hits = `
	FROM event_units e JOIN %[1]s s
		ON s.unit = e.unit_id AND e.happened_at >= s.entered AND e.happened_at < s.leaves
	WHERE e.project = $project AND e.environment = $environment AND e.name = $event
		AND e.attribute = $by AND e.happened_at >= %[2]s AND e.happened_at < %[3]s AND ` + concerned

// concerned are the events that count for the flag.
const concerned = `(e.flags IS NULL OR list_contains(e.flags, $flag))`

// forever stands for no window.
const forever = 100 * 365 * 24 * time.Hour

// rolloutQuery gives the population's text and parameters. It reports false
// when no stratum begins before until: there is nobody then. r must come from
// Normal.
func rolloutQuery(r analytics.Rollout, until time.Time, window time.Duration) (text string, args []any, ok bool) {
	r.Strata = begun(r.Strata, until)
	if len(r.Strata) == 0 {
		return "", nil, false
	}
	if window == 0 {
		window = forever
	}
	columns, versions, parts := make([]string, 0, 2*len(r.Strata)), []string{}, []string{}
	for k, s := range r.Strata {
		under := fmt.Sprintf("flag_version >= %d AND flag_version <= %d", clampVersion(s.FirstVersion), clampVersion(s.LastVersion))
		columns = append(columns,
			fmt.Sprintf("min(happened_at) FILTER (variant = $treatment AND %s) AS t%d", under, k),
			fmt.Sprintf("min(happened_at) FILTER (variant = $control AND %s) AS c%d", under, k))
		versions = append(versions, under)
		end := until
		if !s.End.IsZero() && s.End.Before(until) {
			end = s.End
		}
		parts = append(parts, fmt.Sprintf(members, k, timestamp(s.Start), timestamp(end), cohort(k), window.Microseconds()))
	}
	text = fmt.Sprintf(population, strings.Join(columns, ", "), strings.Join(versions, " OR "), timestamp(until),
		strings.Join(parts, "\n\tUNION ALL"))
	return text, []any{
		sql.Named("project", r.Project), sql.Named("environment", r.Environment), sql.Named("flag", r.Flag),
		sql.Named("by", r.By), sql.Named("rule", orNull(r.Rule)),
		sql.Named("treatment", r.Treatment), sql.Named("control", r.Control),
	}, true
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

// cohort is the expression for a unit that entered stratum k. An exposure in
// an earlier stratum counts from that stratum's start, which is before any
// entry into this one, so the time itself can be compared.
func cohort(k int) string {
	if k == 0 {
		return fmt.Sprint(analytics.Fresh)
	}
	treated, controls := make([]string, k), make([]string, k)
	for j := range k {
		treated[j] = fmt.Sprintf("t%d <= entered", j)
		controls[k-1-j] = fmt.Sprintf("WHEN c%[1]d <= entered THEN %[1]d", j)
	}
	return fmt.Sprintf("CASE WHEN %s THEN %d %s ELSE %d END",
		strings.Join(treated, " OR "), analytics.AlreadyTreated, strings.Join(controls, " "), analytics.Fresh)
}

// timestamp writes a time into the text. As a parameter it would have a time
// zone, and each row would be converted before it is compared.
func timestamp(t time.Time) string { return fmt.Sprintf("make_timestamp(%d::BIGINT)", t.UnixMicro()) }

// clampVersion fits a version into the column's type; no exposure has more.
func clampVersion(v uint64) uint64 { return min(v, 1<<63-1) }
