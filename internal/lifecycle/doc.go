// Package lifecycle starts the long-lived parts of a process in order and
// stops them in reverse.
//
// It takes Parts, each a function that blocks until its context ends, and
// gives one Run that blocks for all of them.
//
// Invariants:
//
//  1. A part starts only after every part before it is ready
//     (TestStartsInOrder).
//  2. Parts stop in reverse order, one at a time: a part is told to stop only
//     after the part behind it has ended or used up its grace
//     (TestStopsInReverse).
//  3. The first part that ends by itself stops all others and is the first
//     error (TestFailureStopsAll, TestEarlyEndIsAFailure).
//  4. A part that does not stop within its grace is named in the error and
//     does not keep the parts before it from stopping (TestStuckPart).
//  5. Run returns after the last goroutine it started has ended, except for
//     parts reported as stuck (TestMain).
//
// Group.Run starts one goroutine a part and is the one that waits for it. The
// package never logs, never recovers a panic and never restarts a part.
package lifecycle
