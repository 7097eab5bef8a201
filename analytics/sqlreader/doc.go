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
// Of rollouts with up to 100,000 units it keeps more than answers. A feed holds the
// rows of a place (project, environment, attribute) that are new, read once for
// all; a roster has the first exposures of a rollout's units and what each of them
// has added to each gate. So a tick over many rollouts costs what has come since
// the last one, times the rollouts that it concerns:
//
//	exposures, event_units -> feed -> digest (by unit) -+-> roster -> Exposed
//	                                                    +-> standing -> Gate
//
// A roster goes from one mark to a later one by the rows that are seen at the later
// and not at the earlier (span). Where a unit's first exposures change, its events
// are counted anew, from the feed if they are as recent. What is too large, is
// asked about a time gone by, or comes too fast to be held, is answered in SQL; both
// are compared with the same definitions (storetest, Followed).
//
// A query sees one state of the store, which its Source gives. Times are Unix
// microseconds in signed 64 bits; never stands for those that have not come.
// What the engines give back is whole: storetest compares both with the
// definitions beside analytics.GateQuery and ResultQuery, unit by unit.
package sqlreader
