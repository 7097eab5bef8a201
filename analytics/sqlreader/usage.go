package sqlreader

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

var _ analytics.UsageReader = (*Reader)(nil)

// used counts the units of each flag and the variants each was served; the row of
// a flag without a variant is that of the whole flag.
const used = `SELECT %[1]s, %[2]s, count(DISTINCT CASE WHEN happened_at >= %[3]s THEN unit_id END), %[4]s
	FROM exposures WHERE project = @project AND environment = @environment AND ingested <= %[5]d GROUP BY flag%[6]s`

// named finds the newest event that names each flag.
const named = `SELECT %[1]s, %[2]s FROM (SELECT %[3]s AS flag, happened_at FROM event_units
	WHERE project = @project AND environment = @environment AND ordinal = 0 AND happened_at >= %[4]s AND ingested <= %[5]d) n GROUP BY flag`

// Usage implements analytics.UsageReader.
func (r *Reader) Usage(ctx context.Context, q analytics.UsageQuery) (map[string]analytics.Usage, error) {
	out := map[string]analytics.Usage{}
	args := []any{sql.Named("project", q.Project), sql.Named("environment", q.Environment)}
	err := r.source.View(ctx, func(querier Querier, written uint64) error {
		v := &view{Dialect: r.dialect, querier: querier}
		text := func(column string) string { return fmt.Sprintf(v.text, column) }
		micros := fmt.Sprintf(v.micros, "max(happened_at)")
		all := fmt.Sprintf(used, text("flag"), text("''"), v.timeOf(q.Since), micros, written, "")
		each := fmt.Sprintf(used, text("flag"), text("variant"), v.timeOf(q.Since), micros, written, ", variant")
		for _, query := range []string{all, each} {
			if err := v.rows(ctx, query, args, func(rows *sql.Rows) error { return scanUsage(rows, out) }); err != nil {
				return err
			}
		}
		if !q.Events {
			return nil
		}
		query := fmt.Sprintf(named, text("flag"), micros, fmt.Sprintf(v.unnest, "flags"), v.timeOf(q.Since), written)
		return v.rows(ctx, query, args, func(rows *sql.Rows) error { return scanNamed(rows, out) })
	})
	if err != nil {
		return nil, fmt.Errorf("count the units of flags: %w", err)
	}
	return out, nil
}

func scanUsage(rows *sql.Rows, out map[string]analytics.Usage) error {
	var names [2]any
	var units, micros int64
	if err := rows.Scan(&names[0], &names[1], &units, &micros); err != nil {
		return err
	}
	flag, err := textOf(names[0])
	if err != nil {
		return err
	}
	variant, err := textOf(names[1])
	if err != nil {
		return err
	}
	u := out[flag]
	switch {
	case variant == "":
		u.Units, u.Last = units, time.UnixMicro(micros).UTC()
	case units > 0:
		u.Variants = append(u.Variants, variant)
		slices.Sort(u.Variants)
	}
	out[flag] = u
	return nil
}

func scanNamed(rows *sql.Rows, out map[string]analytics.Usage) error {
	var name any
	var micros int64
	if err := rows.Scan(&name, &micros); err != nil {
		return err
	}
	flag, err := textOf(name)
	if err != nil {
		return err
	}
	u := out[flag]
	u.Named = time.UnixMicro(micros).UTC()
	out[flag] = u
	return nil
}
