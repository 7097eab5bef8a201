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
// counts, %[1]s, or none. %[2]s says which of %[3]s are seen.
const newestExposures = `
SELECT CASE WHEN variant = @variant0 THEN 0 ELSE 1 END, max(%[1]s)
FROM %[3]s
WHERE project = @project AND environment = @environment AND flag = @flag AND bucketed_by = @by
	AND coalesce(rule, '') = @rule AND variant IN (@variant0, @variant1) AND %[2]s
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

// exposedTally takes the rows of both.
type exposedTally struct {
	rowsBy map[[2]int]analytics.ExposedRow // by stratum and cohort
	whole  [2]int64                        // units, by variant
	newest [2]time.Time
}

// Exposed implements analytics.Reader.
func (r *Reader) Exposed(ctx context.Context, q analytics.ExposedQuery) (analytics.Exposed, error) {
	q, err := q.Normal()
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	name, err := nameOf("exposed", q.Rollout)
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	var e analytics.Exposed
	done, err := r.follow(ctx, q.Rollout, q.Until, func(o *roster, _ *view) error {
		e = o.exposed.exposed()
		return nil
	})
	if done {
		return e, nil
	}
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	err = r.look(ctx, ofRollout(q.Rollout, 0), q.Until, func(v *view) error {
		return current(ctx, r, name, v, countExposed, func(t *exposedTally) { e = t.exposed() })
	})
	if err != nil {
		return analytics.Exposed{}, fmt.Errorf("exposed to %s: %w", q.Flag, err)
	}
	return e, nil
}

func countExposed(ctx context.Context, v *view) (*exposedTally, error) {
	t := &exposedTally{rowsBy: map[[2]int]analytics.ExposedRow{}}
	if err := v.each(ctx, fmt.Sprintf(exposedCounts, int64(never)), nil, t.scan); err != nil {
		return nil, err
	}
	return t, v.each(ctx, fmt.Sprintf(newestExposures, v.countsAt(), v.seen(""), v.exposures), nil, t.scanNewest)
}

func (t *exposedTally) scan(rows *sql.Rows) error {
	var r analytics.ExposedRow
	if err := rows.Scan(&r.Stratum, &r.Cohort, &r.Treatment, &r.Control, &r.Mixed); err != nil {
		return err
	}
	if r.Stratum < 0 {
		t.whole = [2]int64{r.Treatment, r.Control}
		return nil
	}
	t.add(r, 1)
	return nil
}

func (t *exposedTally) scanNewest(rows *sql.Rows) error {
	var variant, us int64
	if err := rows.Scan(&variant, &us); err != nil || us == none {
		return err
	}
	t.newest[variant] = time.UnixMicro(us).UTC()
	return nil
}

func (t *exposedTally) add(r analytics.ExposedRow, sign int64) {
	k := [2]int{r.Stratum, r.Cohort}
	sum := t.rowsBy[k]
	sum.Stratum, sum.Cohort = r.Stratum, r.Cohort
	sum.Treatment += sign * r.Treatment
	sum.Control += sign * r.Control
	sum.Mixed += sign * r.Mixed
	if t.rowsBy[k] = sum; sum.Treatment+sum.Control+sum.Mixed == 0 {
		delete(t.rowsBy, k)
	}
}

// renew implements counts. Exposures are only added, so the newest stays or is a
// newer one.
func (t *exposedTally) renew(was, is *exposedTally) bool {
	for _, r := range was.rowsBy {
		t.add(r, -1)
	}
	for _, r := range is.rowsBy {
		t.add(r, 1)
	}
	for i := range t.whole {
		t.whole[i] += is.whole[i] - was.whole[i]
		if is.newest[i].After(t.newest[i]) {
			t.newest[i] = is.newest[i]
		}
	}
	return true
}

func (t *exposedTally) units() int64 { return t.whole[0] + t.whole[1] }

func (t *exposedTally) rows() int { return len(t.rowsBy) }

func (t *exposedTally) exposed() analytics.Exposed {
	e := analytics.Exposed{
		Treatment: analytics.ExposedArm{Units: t.whole[0], Newest: t.newest[0]},
		Control:   analytics.ExposedArm{Units: t.whole[1], Newest: t.newest[1]},
	}
	for _, r := range t.rowsBy {
		e.Rows = append(e.Rows, r)
	}
	e.Sort()
	return e
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
	err = r.look(ctx, ofRollout(q.Rollout, 0), q.Until, func(v *view) error {
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
