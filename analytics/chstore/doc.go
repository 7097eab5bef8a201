// Package chstore keeps analytics in ClickHouse, for when one machine is
// outgrown. It writes; package sqlreader has the queries.
//
// ClickHouse has no transaction over several tables. A write is therefore one
// row of a log first, which is there or not; then its parts go to their tables,
// each with a deduplication token that stands for these rows alone:
//
//	Write -> staged -> exposures, event_units, batches -> applied
//
// What was interrupted is done again from the log, from whatever step it had
// come to, before anything else is written.
//
// Invariants:
//
//  1. A write that is cut off at any step, or whose outcome nobody knows, is
//     stored once or not at all (TestInterruptedWrites, TestKilledEngine).
//  2. Two writes that take the same number are not mixed up
//     (TestOvertakenWrite).
//  3. Queries give what analytics defines, from the writes that are applied
//     (TestStore, which runs storetest).
//  4. The schema can be applied, taken back and applied again
//     (TestMigrations).
//
// One process writes at a time. Nothing here starts a goroutine or reads a
// clock.
package chstore
