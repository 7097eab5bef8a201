package sqlreader

import (
	"fmt"
	"math"
	"strings"
)

// mark is a moment in the numbers that rows have.
type mark struct {
	written uint64
	us      int64
}

func (m moment) mark() mark { return mark{m.written, m.until.UnixMicro()} }

// sees reports whether a row is seen at the mark.
func (m mark) sees(us int64, ingested uint64) bool { return us < m.us && ingested <= m.written }

// before reports whether what is seen at m is seen at o too.
func (m mark) before(o mark) bool { return m.written <= o.written && m.us <= o.us }

// span is the rows that are seen at one mark and not at another.
type span struct{ from, to mark }

// forever is after all rows.
const forever = math.MaxInt64 / 4

// since is the rows of a time that are seen at a mark, whenever they came.
func since(us int64, to mark) span { return span{mark{math.MaxUint64, us}, to} }

func (s span) has(us int64, ingested uint64) bool {
	return s.to.sees(us, ingested) && !s.from.sees(us, ingested)
}

// parts are conditions on rows, no two of which are met by one row, that together
// select the span. Each of them is a range, so that an engine can leave out what
// is far from it.
func (v *view) parts(s span) []string {
	end := ""
	if s.to.us < forever {
		end = " AND happened_at < " + fmt.Sprintf(v.at, s.to.us)
	}
	var parts []string
	if s.from.written < s.to.written {
		parts = append(parts, fmt.Sprintf("ingested > %d AND ingested <= %d%s", s.from.written, s.to.written, end))
	}
	if s.from.us < s.to.us {
		parts = append(parts, fmt.Sprintf("happened_at >= %s AND ingested <= %d%s",
			fmt.Sprintf(v.at, s.from.us), min(s.from.written, s.to.written), end))
	}
	return parts
}

// anyOf puts queries of the parts of a span together. query has a place for the
// condition.
func (v *view) anyOf(query string, s span) string {
	var all []string
	for _, part := range v.parts(s) {
		all = append(all, strings.ReplaceAll(query, "{seen}", part))
	}
	return strings.Join(all, "\nUNION ALL ")
}
