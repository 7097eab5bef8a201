package sqlreader

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// happening is an event of a unit.
type happening struct {
	unit, name uint64 // the name's number
	ingested   uint64
	us         int64
	value      float64 // NaN: none
	flags      *[]uint64
	failed     bool
}

// concerns reports whether an event counts for a flag.
func (h *happening) concerns(flag uint64) bool {
	return h.flags == nil || slices.Contains(*h.flags, flag)
}

// sighting is exposures of a unit to one variant, by one rule of one version. The
// texts are numbers.
type sighting struct {
	unit, flag, variant, rule uint64
	ingested                  uint64 // 0 when it is several
	version                   uint64
	first, last               int64
}

// place is what rollouts share whose rows are read together.
type place struct{ project, environment, by string }

// errMany is returned when there are more rows than are held in memory.
var errMany = errors.New("too many rows")

const happeningsOf = `SELECT unit_id, %s AS n, ingested, %s AS us, value, failed, %s AS f FROM event_units
WHERE project = @project AND environment = @environment AND attribute = @by AND {seen}%s`

// ownUnits is the condition that an event is of a unit that is exposed to the flag.
const ownUnits = ` AND unit_id IN (
	SELECT unit_id FROM exposures WHERE project = @project AND environment = @environment AND flag = @flag AND bucketed_by = @by)`

// sightingsOf are single exposures, and sightingsSum what is needed of all.
const (
	sightingsOf = `SELECT unit_id, %s AS f, %s AS v, %s AS r, ingested, flag_version, %s AS us, %[4]s AS us2 FROM exposures
WHERE project = @project AND environment = @environment AND bucketed_by = @by AND {seen}`
	sightingsSum = `SELECT unit_id, %s AS f, %s AS v, %s AS r, 0 AS i, flag_version, min(%s) AS us, max(%[4]s) AS us2 FROM exposures
WHERE project = @project AND environment = @environment AND bucketed_by = @by AND happened_at < %s AND ingested <= %d%s
GROUP BY unit_id, f, v, r, flag_version`
)

func (p place) args(more ...any) []any {
	return append(more, sql.Named("project", p.project), sql.Named("environment", p.environment), sql.Named("by", p.by))
}

// happenings reads the events of a span, at most so many. also is a further
// condition.
func (v *view) happenings(ctx context.Context, p place, s span, also string, limit int) ([]happening, error) {
	query := fmt.Sprintf(happeningsOf, v.numberOf("name"), fmt.Sprintf(v.micros, "happened_at"), v.numbersOf, also)
	var all []happening
	err := v.bounded(ctx, v.anyOf(query, s), v.argsOf(p, also), limit, func(rows *sql.Rows) error {
		var h happening
		var value sql.NullFloat64
		var flags any
		if err := rows.Scan(&h.unit, &h.name, &h.ingested, &h.us, &value, &h.failed, &flags); err != nil {
			return err
		}
		if h.value = math.NaN(); value.Valid {
			h.value = value.Float64
		}
		var err error
		h.flags, err = numbers(flags)
		all = append(all, h)
		return err
	})
	return all, err
}

// countHappenings is how many happenings there are.
func (v *view) countHappenings(ctx context.Context, p place, s span, also string) (n int64, err error) {
	query := `SELECT count(*) AS n FROM event_units
WHERE project = @project AND environment = @environment AND attribute = @by AND {seen}` + also
	err = v.rows(ctx, fmt.Sprintf("SELECT CAST(sum(n) AS BIGINT) FROM (%s)", v.anyOf(query, s)), v.argsOf(p, also),
		func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

// argsOf are the parameters of a condition on the events of a place.
func (v *view) argsOf(p place, also string) []any {
	if strings.Contains(also, "@flag") {
		return p.args(sql.Named("flag", v.flag))
	}
	return p.args()
}

// sightings reads the exposures of a span one by one.
func (v *view) sightings(ctx context.Context, p place, s span, limit int) ([]sighting, error) {
	query := fmt.Sprintf(sightingsOf, v.numberOf("flag"), v.numberOf("variant"), v.numberOf("coalesce(rule, '')"), fmt.Sprintf(v.micros, "happened_at"))
	return v.scanSightings(ctx, v.anyOf(query, s), p.args(), limit)
}

// countSightings is how many exposures are seen at a mark.
func (v *view) countSightings(ctx context.Context, p place, at mark) (n int64, err error) {
	query := fmt.Sprintf(`SELECT CAST(count(*) AS BIGINT) FROM exposures
WHERE project = @project AND environment = @environment AND bucketed_by = @by AND happened_at < %s AND ingested <= %d`,
		fmt.Sprintf(v.at, at.us), at.written)
	err = v.rows(ctx, query, p.args(), func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

// allSightings reads what is seen at a mark of a flag, or of all.
func (v *view) allSightings(ctx context.Context, p place, at mark, flag string, limit int) ([]sighting, error) {
	also, args := "", p.args()
	if flag != "" {
		also, args = " AND flag = @flag", append(args, sql.Named("flag", flag))
	}
	query := fmt.Sprintf(sightingsSum, v.numberOf("flag"), v.numberOf("variant"), v.numberOf("coalesce(rule, '')"),
		fmt.Sprintf(v.micros, "happened_at"), fmt.Sprintf(v.at, at.us), at.written, also)
	return v.scanSightings(ctx, query, args, limit)
}

func (v *view) scanSightings(ctx context.Context, query string, args []any, limit int) ([]sighting, error) {
	var all []sighting
	err := v.bounded(ctx, query, args, limit, func(rows *sql.Rows) error {
		var s sighting
		err := rows.Scan(&s.unit, &s.flag, &s.variant, &s.rule, &s.ingested, &s.version, &s.first, &s.last)
		all = append(all, s)
		return err
	})
	return all, err
}

// bounded runs a query that may give up to limit rows.
func (v *view) bounded(ctx context.Context, query string, args []any, limit int, scan func(*sql.Rows) error) error {
	if query == "" {
		return nil
	}
	n := 0
	return v.rows(ctx, fmt.Sprintf("SELECT * FROM (%s) LIMIT %d", query, limit+1), args, func(rows *sql.Rows) error {
		if n++; n > limit {
			return errMany
		}
		return scan(rows)
	})
}

// only is the condition that rows have a name.
func (d Dialect) only(name uint64) string {
	return fmt.Sprintf(" AND %s = %d", d.numberOf("name"), name)
}

func (d Dialect) numberOf(text string) string { return fmt.Sprintf(d.number, text) }

// number gives the numbers that texts have in rows.
func (v *view) number(ctx context.Context, texts ...string) ([]uint64, error) {
	numbers, into := make([]uint64, len(texts)), make([]any, len(texts))
	columns, args := make([]string, len(texts)), make([]any, len(texts))
	for i, text := range texts {
		name := fmt.Sprint("text", i)
		columns[i], args[i], into[i] = v.numberOf("@"+name), sql.Named(name, text), &numbers[i]
	}
	err := v.rows(ctx, "SELECT "+commas(columns), args, func(rows *sql.Rows) error { return rows.Scan(into...) })
	return numbers, err
}

// numbers reads what a driver gives for a list of them. An empty one is none.
func numbers(v any) (*[]uint64, error) {
	var list []uint64
	switch v := v.(type) {
	case nil:
	case []uint64:
		list = v
	case []any:
		for _, x := range v {
			n, ok := x.(uint64)
			if !ok {
				return nil, fmt.Errorf("a number is a %T", x)
			}
			list = append(list, n)
		}
	default:
		return nil, fmt.Errorf("a list of numbers is a %T", v)
	}
	if len(list) == 0 {
		return nil, nil //nolint:nilnil // no list is a list
	}
	return &list, nil
}
