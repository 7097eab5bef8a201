// Package duckstore keeps analytics in a DuckDB file, inside the process.
//
// It is the analytics.Writer, Pruner and Reader of the embedded default; package
// sqlreader has the queries.
//
// Invariants:
//
//  1. A write is one transaction with the stream's position: after a crash
//     all of it is there or nothing (TestKill).
//  2. A batch is stored once, however often it is written
//     (storetest: DuplicateBatches).
//  3. Queries give what analytics defines (storetest: GateMatchesReference
//     and the others), each from one state of the store, while writes go on.
//  4. The schema applies, reverts and applies again (TestMigrations).
//
// One process holds the file: a second one fails to open it. A committed write
// is fsynced to the write-ahead log; Close moves it into the file. The engine
// runs threads of its own; no goroutine is started here. DuckDB is cut off
// from the file system and the network: it reads no other file and installs
// no extension.
//
// No query returns a text: see sqlreader.DuckDB.
package duckstore
