// Package projector folds the ledger into what is true now: the State that
// commands are decided against, and one Ruleset for each environment, which
// evaluators run.
//
//	Log.Follow -> decode -> State.Apply -> signal who subscribed -> Snapshot -> Build when asked
//
// Invariants:
//
//  1. A ruleset is a function of the state: rebuilding from event 1 gives the
//     bytes that running on gave (TestRebuildIsIdentical).
//  2. The events of one command become visible together, never by halves
//     (TestCommandIsAtomic).
//  3. A subscriber sees rising revisions only; one that is slow skips
//     intermediate revisions and never holds up the fold (TestSubscribe).
//  4. An event that cannot be folded freezes its own subject; a hole in the
//     sequence ends Run with ledger.ErrHole (TestHoleStopsEverything).
//  5. A mirror is never ahead of its ledger: one that finds newer rulesets in
//     its sink ends with ledger.ErrHole (TestMirrorNoticesALostLedger).
//
// Projector.Run and Mirror.Run own their goroutines and return after the last
// has ended. Nothing here reads a clock except through Config.Now.
package projector
