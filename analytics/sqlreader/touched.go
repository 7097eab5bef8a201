package sqlreader

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// touchedUnits are the units for which something has changed since a moment: an
// exposure or an event was written, or has come within the time that is seen, or
// the unit has become mature. A unit that is named for nothing costs time, one
// that is not named makes an answer wrong.
const touchedUnits = `
WITH touched AS %s (%s
)`

// exposuresOf and eventsOf are the rows that queries are about.
const (
	exposuresOf = `
	SELECT unit_id AS unit FROM exposures
	WHERE project = @project AND environment = @environment AND flag = @flag AND bucketed_by = @by AND %s`
	eventsOf = `
	SELECT unit_id AS unit FROM event_units
	WHERE project = @project AND environment = @environment AND attribute = @by AND name IN (%s) AND %s`
)

// touched gives the text, which ends in a table touched, and the parameters that
// subjects has not.
func (v *view) touched() (text string, args []any) {
	was, is := *v.since, v.upTo
	seen := []string{
		fmt.Sprintf("ingested > %d AND ingested <= %d AND happened_at < %s", was.written, is.written, v.timeOf(is.until)),
		fmt.Sprintf("happened_at >= %s AND happened_at < %s AND ingested <= %d", v.timeOf(was.until), v.timeOf(is.until), was.written),
	}
	var parts []string
	for _, rows := range seen {
		parts = append(parts, fmt.Sprintf(exposuresOf, rows))
	}
	for _, m := range v.maturities {
		parts = append(parts, fmt.Sprintf(exposuresOf, fmt.Sprintf("happened_at >= %s AND happened_at <= %s AND ingested <= %d",
			v.timeOf(was.until.Add(-m)), v.timeOf(is.until.Add(-m)), was.written)))
	}
	if len(v.named) > 0 {
		for i, event := range v.named {
			args = append(args, sql.Named(v.touching()[i][1:], event))
		}
		for _, rows := range seen {
			parts = append(parts, fmt.Sprintf(eventsOf, commas(v.touching()), rows))
		}
	}
	return fmt.Sprintf(touchedUnits, v.materialized, strings.Join(parts, "\n\tUNION ALL")), args
}

// known are the parameters of touched.
func (v *view) known(more []any) []any {
	return append(more, sql.Named("project", v.project), sql.Named("environment", v.environment),
		sql.Named("flag", v.flag), sql.Named("by", v.by))
}

// touching are the parameters of the names of events.
func (v *view) touching() []string {
	names := make([]string, len(v.named))
	for i := range names {
		names[i] = fmt.Sprint("@touching", i)
	}
	return names
}

func (v *view) countTouched(ctx context.Context) (n int64, err error) {
	text, args := v.touched()
	err = v.rows(ctx, text+"\nSELECT count(DISTINCT unit) FROM touched", v.known(args), func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

// NearPrefix begins the names of the tables that nearby makes and drops. What a
// crash leaves of them is of no use to anybody.
const NearPrefix = "near_"

// nearby gives a view of tables that have the rows of the touched units alone, so
// that these are looked for once. A unit's number stands for its project,
// environment and attribute too. drop removes the tables.
func (v *view) nearby(ctx context.Context) (small *view, drop func() error, err error) {
	id := strings.ReplaceAll(uuid.NewString(), "-", "")
	near := *v
	near.since, near.exposures, near.events = nil, NearPrefix+"exposures_"+id, NearPrefix+"events_"+id
	drop = func() error {
		ctx := context.WithoutCancel(ctx)
		return errors.Join(v.run(ctx, "DROP TABLE IF EXISTS "+near.exposures, nil), v.run(ctx, "DROP TABLE IF EXISTS "+near.events, nil))
	}
	touched, args := v.touched()
	for _, table := range []struct{ name, columns, where string }{
		{near.exposures, "flag, variant, rule, flag_version, attributes FROM exposures", "flag = @flag"},
		{near.events, "name, failed, value, flags FROM event_units", fmt.Sprintf("name IN (%s) AND happened_at >= %s",
			strings.Join(append(v.touching(), "''"), ", "), v.timeOf(v.strata[0].Start.Add(-v.before)))},
	} {
		query := fmt.Sprintf(`%s SELECT @project AS project, @environment AS environment, @by AS bucketed_by, @by AS attribute,
			unit_id, happened_at, ingested, %s WHERE project = @project AND environment = @environment
			AND unit_id IN (SELECT unit FROM touched) AND ingested <= %d AND %s`,
			touched, table.columns, v.upTo.written, table.where)
		if err := v.run(ctx, fmt.Sprintf(v.near, table.name, query), v.known(args)); err != nil {
			return nil, nil, errors.Join(err, drop())
		}
	}
	return &near, drop, nil
}

// run executes a statement that gives no rows.
func (v *view) run(ctx context.Context, statement string, args []any) error {
	return v.rows(ctx, statement, args, func(*sql.Rows) error { return nil })
}

// seen is the condition on a row of exposures or events, named e or not.
func (v *view) seen(prefix string) string {
	return fmt.Sprintf("%[1]shappened_at < %[2]s AND %[1]singested <= %[3]d", prefix, v.timeOf(v.until), v.written)
}

// matures reports whether units that were exposed before their stratum began,
// and count from then, have become mature since.
func (v *view) matures(since time.Time) bool {
	for _, s := range v.strata {
		for _, m := range v.maturities {
			if at := s.Start.Add(m); !at.Before(since) && !at.After(v.until) {
				return true
			}
		}
	}
	return false
}
