package sqlreader

import (
	"fmt"
	"strings"
	"time"
)

// Dialect is what one engine writes in its own way. Each field is a format of
// package fmt, or a piece of text.
type Dialect struct {
	param        string // before the name of a parameter
	micros       string // of a time
	at           string // a time of so many microseconds, to compare a column with
	div          string // a number of microseconds, by another
	materialized string // for a table that is read several times
	concerned    string // whether event e counts for the flag
	earliest     string // value, of the first row by time for which a condition holds
	quantile     string // share and value, interpolated
	text         string // a text, as the driver can give it
	near         string // makes a table from a query, for as long as it is needed
	number       string // of 64 bits that stands for a text
	decimal      string // a number as text
	object       string // a map of texts as a JSON object
	unnest       string // a row for each element of a list
	numbersOf    string // of the flags that an event names; none for all
}

// DuckDB gives texts as code points: duckdb-go 2.10503.1 reads a text of more
// than 12 bytes through a pointer that -race refuses as misaligned
// (github.com/duckdb/duckdb-go issue 142).
func DuckDB() Dialect {
	return Dialect{
		param:        "$",
		micros:       "epoch_us(%s)",
		at:           "make_timestamp(%d::BIGINT)",
		div:          "((%s) // %d)",
		materialized: "MATERIALIZED",
		concerned:    "(e.flags IS NULL OR list_contains(e.flags, @flag))",
		earliest:     "(min({'at': happened_at, 'value': %s}) FILTER (WHERE %s)).value",
		quantile:     "quantile_cont(%[2]s, %[1]v)",
		text:         "list_transform(string_split(%s, ''), lambda c: unicode(c))",
		near:         "CREATE TEMP TABLE %s AS %s",
		number:       "hash(%s)",
		unnest:       "unnest(%s)",
		numbersOf:    "list_transform(flags, lambda f: hash(f))",
		decimal:      "CAST(%s AS VARCHAR)",
		object:       "CAST(to_json(%s) AS VARCHAR)",
	}
}

// ClickHouse is that of version 24.8 and later.
func ClickHouse() Dialect {
	return Dialect{
		param:     "@",
		micros:    "toUnixTimestamp64Micro(%s)",
		at:        "fromUnixTimestamp64Micro(%d, 'UTC')",
		div:       "intDiv(%s, %d)",
		concerned: "(empty(e.flags) OR has(e.flags, @flag))",
		earliest:  "tupleElement(minIf(tuple(happened_at, %s), %s), 2)",
		quantile:  "quantileExactInclusive(%v)(%s)",
		text:      "%s",
		near:      "CREATE TABLE %s ENGINE = Memory AS %s",
		number:    "cityHash64(%s)",
		unnest:    "arrayJoin(%s)",
		numbersOf: "arrayMap(f -> cityHash64(f), flags)",
		decimal:   "toString(%s)",
		object:    "toJSONString(%s)",
	}
}

func (d Dialect) timeOf(t time.Time) string { return fmt.Sprintf(d.at, t.UnixMicro()) }

// bucket is the number of the bucket of so many microseconds' width.
func (d Dialect) bucket(us string, width time.Duration) string {
	if width == 0 {
		return "0"
	}
	return fmt.Sprintf(d.div, us, width.Microseconds())
}

// bound gives a query with the engine's parameters. Texts of users are
// parameters, so no '@' is theirs.
func (d Dialect) bound(query string) string { return strings.ReplaceAll(query, "@", d.param) }

// textOf reads what the driver gives for a text.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []any:
		var text strings.Builder
		for _, p := range v {
			if c, ok := p.(int32); ok && c > 0 {
				text.WriteRune(c)
			}
		}
		return text.String(), nil
	}
	return "", fmt.Errorf("a text is a %T", v)
}
