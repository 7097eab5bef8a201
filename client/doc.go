// Package client is the Go SDK: it evaluates flags in the caller's process.
//
//	c, err := client.Open(ctx, client.Config{URL: "https://flags.example.com", Key: key})
//	defer c.Close(ctx)
//	user := client.NewContext("user-1", client.String("accountId", "acme"))
//	if c.IsEnabled("new-pdf-engine", user) { ... }
//	c.Observe("invoice.render", user, took, err)
//
// A client takes the ruleset of one environment from the server's stream and
// compiles it; evaluations read the compiled ruleset and nothing else. In the
// other direction it gives exposures (a split has decided what a unit gets)
// and the events of Track and Observe, in batches.
//
// Invariants:
//
//  1. An evaluation takes no lock, does no I/O, and allocates nothing once the
//     exposure is known (TestSteadyStateAllocatesNothing). It never fails:
//     callers get their default and, in Details, the reason
//     (TestDefaultsAndReasons).
//  2. No failure of the server takes away a ruleset: garbage, gaps, refused
//     keys and silence leave the last good one in effect, marked stale
//     (TestGarbageKeepsTheLastGood, TestSilentStream, TestRefusedKey).
//  3. The revision of a client never goes back, unless the server stays behind
//     for a minute (TestServerBehind).
//  4. An exposure is reported at least once for each flag version, variant and
//     unit; memory compares whole keys, and one that was dropped or lost is
//     reported by a later evaluation (TestExposureAgainAfterDrop,
//     TestExposureAgainAfterLoss).
//  5. A batch keeps its id through every attempt, so the server counts it once
//     (TestRetryKeepsTheBatchID).
//  6. What waits for the server is bounded; everything that is not delivered
//     is counted (TestQueueIsBounded, TestStatsAddUp).
//  7. Close delivers what was reported and leaves no goroutine
//     (TestCloseFlushes, TestMain).
//
// Open starts five goroutines (updates, acknowledgements, the cache file,
// reports, and one that waits for them); Close ends them. The client never
// blocks its caller, never logs an evaluation, never sends attributes other
// than the units that the ruleset buckets by, and never changes its global
// surroundings.
package client
