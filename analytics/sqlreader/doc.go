// Package sqlreader answers analytics.Reader in SQL, for every engine that
// keeps the tables of migrations: the queries are written once, and a Dialect
// says what DuckDB and ClickHouse write differently.
//
//	exposures -> firsts -> subjects -+-> at_risk -> hits -> Gate
//	                                 +-> Exposed, Control
//	event_units ---------------------+-> Results
//
// subjects has a row for each unit in each stratum: its cohort and variant, and
// the time for which it counts. Exposures are read once for it and joined with
// nothing. Everything else counts it, or joins the events to it.
//
// A query sees one state of the store, which its Source gives. Times are Unix
// microseconds in signed 64 bits; never stands for those that have not come.
// What the engines give back is whole: storetest compares both with the
// definitions beside analytics.GateQuery and ResultQuery, unit by unit.
package sqlreader
