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
// and its time at risk [entered, leaves).
//
// seen    when a unit was first exposed to either variant under a stratum's
//
//	versions; an earlier time than the stratum's start counts at its start
//
// placed  the same, within the stratum's time: what decides the arm
// units   arm and moment of the first exposure, and of the mixing one
const population = `
WITH strata(stratum, first_version, last_version, starts, ends) AS (VALUES %s),
seen AS (
	SELECT s.stratum, s.ends, x.unit,
		min(greatest(x.happened_at, s.starts)) FILTER (x.variant = $treatment) AS treatment_at,
		min(greatest(x.happened_at, s.starts)) FILTER (x.variant = $control) AS control_at
	FROM exposures x JOIN strata s
		ON x.flag_version >= s.first_version AND x.flag_version <= s.last_version
	WHERE x.project = $project AND x.environment = $environment AND x.flag = $flag
		AND x.bucketed_by = $by AND x.rule IS NOT DISTINCT FROM $rule AND x.variant IN ($treatment, $control)
		AND x.happened_at < $until AND s.starts < $until
	GROUP BY ALL
),
placed AS (
	SELECT stratum, ends, unit,
		CASE WHEN treatment_at < ends THEN treatment_at END AS treatment_at,
		CASE WHEN control_at < ends THEN control_at END AS control_at
	FROM seen
),
units AS (
	SELECT stratum, ends, unit,
		coalesce(treatment_at <= control_at, treatment_at IS NOT NULL) AS treated,
		least(treatment_at, control_at) AS entered,
		CASE WHEN treatment_at IS NOT NULL AND control_at IS NOT NULL
			THEN greatest(treatment_at, control_at) END AS mixed_at
	FROM placed
	WHERE treatment_at IS NOT NULL OR control_at IS NOT NULL
),
cohorts AS (
	SELECT u.stratum, u.unit,
		CASE WHEN bool_or(e.treatment_at <= u.entered) THEN $already_treated
			ELSE coalesce(max(e.stratum) FILTER (e.control_at <= u.entered), $fresh) END AS cohort
	FROM units u JOIN seen e ON e.unit = u.unit AND e.stratum < u.stratum
	GROUP BY ALL
),
spans AS MATERIALIZED (
	SELECT row_number() OVER () AS span, u.stratum, coalesce(c.cohort, $fresh) AS cohort, u.treated, u.unit,
		u.entered, u.mixed_at,
		least(u.ends, u.mixed_at, u.entered + to_microseconds($window)) AS leaves
	FROM units u LEFT JOIN cohorts c ON c.stratum = u.stratum AND c.unit = u.unit
)`

// hits joins the events of spans' units that happen while they are at risk; %s
// says when an event is bad.
const hits = `,
hits AS MATERIALIZED (
	SELECT s.span, s.stratum, s.cohort, s.treated, e.happened_at, e.value, coalesce(%s, false) AS bad
	FROM event_units e JOIN spans s ON s.unit = e.unit AND e.happened_at >= s.entered AND e.happened_at < s.leaves
	WHERE e.project = $project AND e.environment = $environment AND e.name = $event
		AND e.attribute = $by AND e.happened_at >= $from AND e.happened_at < $until
)`

// forever stands for no window.
const forever = 100 * 365 * 24 * time.Hour

// rolloutQuery gives the population's text and parameters. r must come from
// Normal.
func rolloutQuery(r analytics.Rollout, until time.Time, window time.Duration) (string, []any) {
	if window == 0 {
		window = forever
	}
	values := make([]string, len(r.Strata))
	for k, s := range r.Strata {
		end := until
		if !s.End.IsZero() && s.End.Before(until) {
			end = s.End
		}
		values[k] = fmt.Sprintf("(%d, %d, %d, make_timestamp(%d::BIGINT), make_timestamp(%d::BIGINT))",
			k, clampVersion(s.FirstVersion), clampVersion(s.LastVersion), s.Start.UnixMicro(), end.UnixMicro())
	}
	return fmt.Sprintf(population, strings.Join(values, ", ")), []any{
		sql.Named("project", r.Project), sql.Named("environment", r.Environment), sql.Named("flag", r.Flag),
		sql.Named("by", r.By), sql.Named("rule", orNull(r.Rule)), sql.Named("treatment", r.Treatment), sql.Named("control", r.Control),
		sql.Named("until", until), sql.Named("window", window.Microseconds()),
		sql.Named("fresh", int32(analytics.Fresh)), sql.Named("already_treated", int32(analytics.AlreadyTreated)),
	}
}

// clampVersion fits a version into the column's type; no exposure has more.
func clampVersion(v uint64) uint64 { return min(v, 1<<63-1) }
