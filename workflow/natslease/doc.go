// Package natslease lets one of several contenders work while the others stand
// by, through one entry of a JetStream key-value bucket.
//
// It takes a JetStream and gives a Lease, whose Hold calls the work when the
// lease is its own and ends the work's context when it may not be any more.
// The entry says who holds the lease; its revision is the token. Whoever writes
// it names the revision that it has seen, so of two that take over or renew at
// once one succeeds.
//
//	contend: read -> free, or unchanged for a Duration -> swap -> work
//	holder:  swap every third of a Duration; out after 9/10 of one without
//
// Invariants:
//
//  1. Two contenders never hold at once, as long as their clocks run at the
//     same speed to within a tenth: a holder counts from before it sent its
//     last renewal, the others from after they saw it (TestNeverTwo).
//  2. Clocks may show anything. Each contender measures with its own
//     monotonic clock how long the revision has not changed; the time in the
//     entry is for people (TestWrongClock).
//  3. A holder that dies is followed after a Duration and a fifth at most
//     (TestTakeover); one that stops is followed at the next look, a fifth of
//     a Duration (TestRelease).
//  4. Without the bucket nobody holds the lease (TestUnreachable). A deleted
//     entry or bucket is made again, and holds the contenders up for a
//     Duration, because the holder may not know yet (TestDeleted).
//  5. Nothing expires in the bucket: correctness does not hang on a server's
//     clock or on its sweeping.
//
// A lease is no fence. A process that is paused between its last look at the
// lease and a write, or whose machine sleeps, for which the monotonic clock may
// stand still, wakes up as a holder that is none. What it writes must be refused
// where it is written; package workflow's doc says how.
//
// The contenders poll: a watch would have to be checked for life by polling.
// Hold owns its goroutine, which has ended when Hold returns. It runs besides
// the work, and not between ticks, so that a tick may be longer than a
// Duration.
package natslease
