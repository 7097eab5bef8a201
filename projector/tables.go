package projector

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Row is one row of a table: its columns as JSON values, in the forms that
// Postgres writes them in.
type Row map[string]any

// Rows are rows by table.
type Rows map[string][]Row

// Table describes one table of a Store.
type Table struct {
	Name string
	// Key are the columns that name a row.
	Key []string
}

// Tables lists the tables of a Store, but for the events themselves.
func Tables() []Table {
	return []Table{
		{"history", []string{"seq"}},
		{"projects", []string{"project"}},
		{"environments", []string{"project", "environment"}},
		{"flags", []string{"project", "flag"}},
		{"flag_environments", []string{"project", "flag", "environment"}},
		{"rollouts", []string{"project", "flag", "environment", "rollout"}},
		{"decisions", []string{"seq"}},
		{"experiments", []string{"project", "flag", "environment", "experiment"}},
		{"segments", []string{"project", "segment"}},
		{"metrics", []string{"project", "metric"}},
		{"plans", []string{"project", "plan"}},
		{"access_keys", []string{"id"}},
		{"frozen", []string{"subject"}},
	}
}

// KeyOf gives a row's key as text, for maps.
func (t Table) KeyOf(r Row) string {
	parts := make([]string, len(t.Key))
	for i, column := range t.Key {
		parts[i] = fmt.Sprint(r[column])
	}
	return strings.Join(parts, "\x00")
}

// timeForm is how Postgres writes a timestamptz in UTC into JSON.
const timeForm = "2006-01-02T15:04:05.999999-07:00"

// stamp is a time as a column, null for none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Microsecond).Format(timeForm)
}

// text is a string as a column. Postgres has no character U+0000.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// orNull is text, null when it is empty.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return text(s)
}

// document is a value as a jsonb column. What Postgres cannot hold of it is
// replaced: characters U+0000, and numbers beyond all bounds.
func document(v any) (any, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return rawDocument(b)
}

func rawDocument(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		return nil, err
	}
	return clean(out), nil
}

// clean replaces what jsonb refuses.
func clean(v any) any {
	switch v := v.(type) {
	case string:
		return text(v)
	case []any:
		for i := range v {
			v[i] = clean(v[i])
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[text(k)] = clean(x)
		}
		return out
	case json.Number:
		if len(v) > 300 {
			return string(v)
		}
	}
	return v
}
