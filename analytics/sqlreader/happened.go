package sqlreader

import (
	"fmt"
	"time"
)

// happenedRows are the events that may count, with what a join needs of them and
// no more: %[1]s is their time, %[2]s which of the names they have, %[3]s whether
// they concern the flag.
const happenedRows = `(
	SELECT e.unit_id AS unit, %[1]s AS us, CASE %[2]s ELSE -1 END AS which, e.failed AS failed, e.value AS value,
		CASE WHEN %[3]s THEN 1 ELSE 0 END AS concerned
	FROM %[4]s e
	WHERE e.project = @project AND e.environment = @environment AND e.attribute = @by AND e.name IN (%[5]s)
		AND e.happened_at >= %[6]s AND %[7]s
)`

// happened is the table of the events with those names, which are parameters,
// that happened since a time.
func (v *view) happened(names []string, since time.Time) string {
	which := ""
	for i, name := range names {
		which += fmt.Sprintf(" WHEN e.name = %s THEN %d", name, i)
	}
	return fmt.Sprintf(happenedRows, fmt.Sprintf(v.micros, "e.happened_at"), which, v.concerned, v.events,
		commas(names), v.timeOf(since), v.seen("e."))
}
