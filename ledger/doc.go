// Package ledger records every change to a flag as an ordered, immutable fact.
//
// A Command is what somebody wants; Decide turns it, given the State, into
// Events, which are what happened; Fold applies an Event to the State. Decide
// and Fold are pure: no clock, no I/O. Ledger.Do joins them to a Log:
//
//	load state -> Decide -> Append if nobody else wrote meanwhile -> wait until folded
//
// Invariants:
//
//  1. An acknowledged Append is durable and Seq strictly rises (logtest).
//  2. No event without a command and an actor: the envelope names both.
//  3. A flag's whole life, its environments and rollouts included, is one
//     subject, so a manual kill and an automatic advance meet at one
//     optimistic lock (TestKillBeatsAdvance).
//  4. The event set is closed and versioned. Stored bytes are never
//     rewritten; every type@version ever released stays in testdata/events and
//     must decode for ever (TestGoldenEvents).
//  5. An event that cannot be decoded or folded freezes its own subject at
//     the last good state; all others go on (TestFreeze). A hole in the
//     sequence is corruption and stops everything (ErrHole).
//  6. A command carries an ID; doing it twice has the effect of doing it once
//     and gives the same answer (TestRetryIsIdempotent).
//  7. A command that says which state its author saw changes nothing else: of
//     many that saw the same, one is carried out (TestOneOfManyWhoSawTheSame).
//  8. A scheduled change is made once, not before its time, in the order of
//     the times, and only while its author may still change the flag
//     (testdata/decide/schedule.txt, TestAuthorMayLeave,
//     TestRevocationBeatsExecution).
//  9. A flag is recorded as stale once until that ends, and is served as before
//     (testdata/decide/stale.txt).
//  10. Where an environment requires reasons nobody changes a flag without one;
//     a kill and automation need none (TestReasonRequired).
//  11. Each event names the hash of the one before it on its subject. One that
//     does not follow on it freezes the subject (TestChain).
//
// Nothing here starts a goroutine.
package ledger
