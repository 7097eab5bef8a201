package sqlreader

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// exposedCounts gives a row for each stratum and cohort, and one of stratum -1
// for the whole rollout.
const exposedCounts = `
SELECT stratum, cohort, count(*) FILTER (WHERE variant = 0) AS treatment, count(*) FILTER (WHERE variant = 1) AS control,
	count(*) FILTER (WHERE mixed < %d) AS mixed
FROM subjects GROUP BY stratum, cohort
UNION ALL
SELECT -1, 0, count(DISTINCT unit) FILTER (WHERE variant = 0), count(DISTINCT unit) FILTER (WHERE variant = 1), 0
FROM subjects`

// newestExposures gives the newest time at which an exposure of each variant
// counts, %[1]s, or none. %[2]s is the end, and %[3]d the last write.
const newestExposures = `
SELECT CASE WHEN variant = @variant0 THEN 0 ELSE 1 END, max(%[1]s)
FROM exposures
WHERE project = @project AND environment = @environment AND flag = @flag AND bucketed_by = @by
	AND coalesce(rule, '') = @rule AND variant IN (@variant0, @variant1) AND happened_at < %[2]s AND ingested <= %[3]d
GROUP BY variant`

// none stands for no time, before all others.
const none = math.MinInt64 / 4

// countsAt is the moment at which an exposure counts: not before the start of
// its stratum, and never when it belongs to none.
func (v *view) countsAt() string {
	text := "CASE"
	for _, s := range v.strata {
		text += fmt.Sprintf(" WHEN flag_version >= %d AND flag_version <= %d THEN greatest(%s, %s)",
			maxVersion(s.FirstVersion), maxVersion(s.LastVersion), fmt.Sprintf(v.micros, "happened_at"), integer(s.Start.UnixMicro()))
	}
	return text + fmt.Sprintf(" ELSE %s END", integer(none))
}

// Exposed implements analytics.Reader.
func (r *Reader) Exposed(ctx context.Context, q analytics.ExposedQuery) (analytics.Exposed, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	var e analytics.Exposed
	err = r.look(ctx, ofRollout(q.Rollout, q.Until, 0), func(v *view) error {
		if err := v.each(ctx, fmt.Sprintf(exposedCounts, int64(never)), nil, func(rows *sql.Rows) error { return scanExposed(rows, &e) }); err != nil {
			return err
		}
		newest := fmt.Sprintf(newestExposures, v.countsAt(), v.timeOf(v.until), v.written)
		return v.each(ctx, newest, nil, func(rows *sql.Rows) error { return scanNewest(rows, &e) })
	})
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	e.Sort()
	return e, nil
}

func scanExposed(rows *sql.Rows, e *analytics.Exposed) error {
	var r analytics.ExposedRow
	if err := rows.Scan(&r.Stratum, &r.Cohort, &r.Treatment, &r.Control, &r.Mixed); err != nil {
		return err
	}
	if r.Stratum < 0 {
		e.Treatment.Units, e.Control.Units = r.Treatment, r.Control
		return nil
	}
	e.Rows = append(e.Rows, r)
	return nil
}

func scanNewest(rows *sql.Rows, e *analytics.Exposed) error {
	var variant, us int64
	if err := rows.Scan(&variant, &us); err != nil || us == none {
		return err
	}
	arm := &e.Treatment
	if variant == 1 {
		arm = &e.Control
	}
	arm.Newest = time.UnixMicro(us).UTC()
	return nil
}

// controlValues describes the values of events, %[2]s, of the control.
const controlValues = `
SELECT count(e.value), coalesce(%[1]s, 0), count(*) FILTER (WHERE e.value > @above)
%[2]s AND s.variant = 1`

// Control implements analytics.Reader.
func (r *Reader) Control(ctx context.Context, q analytics.ControlQuery) (analytics.ControlValues, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.ControlValues{}, fmt.Errorf("control of %s: %w", q.Flag, err)
	}
	above := math.MaxFloat64
	if q.Above != nil {
		above = *q.Above
	}
	var values analytics.ControlValues
	err = r.look(ctx, ofRollout(q.Rollout, q.Until, 0), func(v *view) error {
		query := fmt.Sprintf(controlValues, fmt.Sprintf(v.quantile, q.Quantile, "e.value"), v.hits("subjects"))
		args := []any{sql.Named("event", q.Event), sql.Named("above", above)}
		return v.each(ctx, query, args, func(rows *sql.Rows) error {
			return rows.Scan(&values.N, &values.Quantile, &values.Above)
		})
	})
	if err != nil {
		return analytics.ControlValues{}, fmt.Errorf("control of %s: %w", q.Flag, err)
	}
	return values, nil
}
