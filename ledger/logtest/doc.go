// Package logtest is the contract of ledger.Log as tests: every
// implementation must pass Run.
//
// It takes a function that opens an empty log, and reports through testing.T.
//
// What it demands, by file:
//
//  1. append: order, sequence numbers, ownership of data, limits.
//  2. conflict: expectations on subjects and filters; all or nothing.
//  3. retry: a batch is stored once, however often it is sent.
//  4. concurrent: many writers, one history.
//  5. read and follow: filters, resuming, catching up, ending.
//  6. full: a full log says so and keeps what it has.
//
// A test ends every goroutine that it starts. The suite never measures time.
package logtest
