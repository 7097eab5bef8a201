package sqlreader

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

var _ analytics.Sampler = (*Reader)(nil)

// sampled selects what a SampleQuery is about, up to a write.
const sampled = `FROM exposures WHERE project = @project AND environment = @environment
	AND (@flag = '' OR flag = @flag) AND happened_at >= %s AND ingested <= %d`

// Sample implements analytics.Sampler. It orders all that may be drawn by a hash of
// each with the seed.
func (r *Reader) Sample(ctx context.Context, q analytics.SampleQuery) (analytics.Sample, error) {
	var out analytics.Sample
	args := []any{sql.Named("project", q.Project), sql.Named("environment", q.Environment), sql.Named("flag", q.Flag)}
	since := q.Since
	if since.IsZero() {
		since = time.Unix(0, 0)
	}
	err := r.source.View(ctx, func(querier Querier, written uint64) error {
		v := &view{Dialect: r.dialect, querier: querier}
		from := fmt.Sprintf(sampled, v.timeOf(since), written)
		if err := v.rows(ctx, "SELECT count(*) "+from, args, func(rows *sql.Rows) error { return rows.Scan(&out.Total) }); err != nil {
			return err
		}
		micros := fmt.Sprintf(v.micros, "happened_at")
		order := fmt.Sprintf(v.Dialect.number, fmt.Sprintf("concat(flag, ':', unit, ':', %s, ':%d')", fmt.Sprintf(v.decimal, micros), q.Seed))
		text := func(column string) string { return fmt.Sprintf(v.text, column) }
		query := fmt.Sprintf("SELECT %s, %s, %s, %s, %s, flag_version, %s, %s %s ORDER BY %s, flag, unit_id LIMIT %d",
			text("flag"), text("variant"), text("bucketed_by"), text("unit"), text("coalesce(rule, '')"), micros,
			text(fmt.Sprintf(v.object, "attributes")), from, order, q.N)
		return v.rows(ctx, query, args, func(rows *sql.Rows) error {
			e, err := scanExposure(rows)
			out.Exposures = append(out.Exposures, e)
			return err
		})
	})
	if err != nil {
		return out, fmt.Errorf("sample exposures: %w", err)
	}
	return out, nil
}

func scanExposure(rows *sql.Rows) (analytics.Exposure, error) {
	var e analytics.Exposure
	var texts [5]any
	var attributes any
	var micros int64
	if err := rows.Scan(&texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &e.Version, &micros, &attributes); err != nil {
		return e, err
	}
	for i, to := range []*string{&e.Flag, &e.Variant, &e.By, &e.Unit, &e.Rule} {
		var err error
		if *to, err = textOf(texts[i]); err != nil {
			return e, err
		}
	}
	e.At = time.UnixMicro(micros).UTC()
	if attributes == nil {
		return e, nil
	}
	object, err := textOf(attributes)
	if err != nil || object == "" {
		return e, err
	}
	return e, json.Unmarshal([]byte(object), &e.Attributes)
}
