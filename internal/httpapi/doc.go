// Package httpapi translates HTTP to commands and queries.
//
//	request -> recover, log, measure -> admit (key, role, project) -> read body -> handler -> ledger | projector
//
// It takes JSON and gives JSON, in camelCase; sequences, revisions and versions
// travel as decimal strings. Errors are problem documents (RFC 9457), except on
// the OFREP routes, which have a form of their own. The admin API is described
// by the OpenAPI 3.1 document at /openapi.json.
//
// Invariants:
//
//  1. Nothing is decided here: what a command may do is the ledger's business,
//     and one function turns every error into an answer (TestErrorTable).
//  2. A request that is refused has written nothing (TestBadRequests).
//  3. No input leads to status 500 (TestOddBodies).
//  4. Who may do what is checked before the body is read, and before the
//     ledger is folded nobody is admitted at all (TestAdmission).
//  5. A reader of a stream who stalls is dropped and never waited for; a change
//     is encoded once for all readers that are at the same revision
//     (TestSlowReaderIsDropped, TestChangeIsEncodedOnce).
//  6. An accepted event has been taken over by Ingest; an item that cannot be
//     counted is named and loses no other (TestIngest).
//  7. Recording an exposure never delays an evaluation: beyond a bounded queue
//     exposures are dropped and counted (TestExposerDrops).
//
// API.Run and Server.Run own the goroutines and return after the last has
// ended. Nothing here keeps state that matters: evaluators that are connected
// and exposures of the last second are all that a restart forgets.
package httpapi
