// Package memlog keeps a ledger in memory: for tests, and for a process that
// wants to try things out and forget them.
//
// It takes entries and gives them back as ledger.Log promises, with one
// exception that is its nature: nothing survives the process.
//
// Invariants:
//
//  1. It passes the same suite as the durable log (TestConformance).
//  2. A follower is woken by the append itself; nothing polls
//     (TestFollowerIsWoken).
//  3. No slice is shared with a caller, in either direction (logtest).
//
// It starts no goroutine and does no I/O.
package memlog
