// Package chdb serves the real engine of ClickHouse on loopback, for tests and
// benchmarks on machines without a ClickHouse server. The engine is a library,
// libchdb.so, which "make chdb" installs beside this file; this package speaks
// ClickHouse's HTTP protocol in front of it, as far as clickhouse-go uses it:
// queries and settings in the URL, blocks in the body, gzip both ways, errors
// with their code.
//
//	clickhouse-go -> Server -> Engine -> libchdb.so
//
// The engine runs one query at a time and lives as long as its process, so a test
// runs it in a process of its own, see chdbtest.
//
// Invariants:
//
//  1. What clickhouse-go sends and reads is what the engine stores and finds,
//     for every column type that migrations use (chdbtest: TestRoundTrip).
//  2. A setting holds for its query alone (chdbtest: TestSettingsHoldOnce).
//  3. A query that fails has the engine's code and text
//     (chdbtest: TestErrorsKeepTheirCode).
package chdb
