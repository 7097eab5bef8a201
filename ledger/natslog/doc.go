// Package natslog keeps the ledger on a NATS JetStream stream.
//
// It takes entries and gives them back as ledger.Log promises; Setup makes the
// stream, or checks that the one that exists is still what was made.
//
// Invariants:
//
//  1. It passes the suite of ledger.Log on one server and on a cluster of
//     three (TestConformance, TestConformanceCluster).
//  2. What Append acknowledged is there after the process was killed
//     (TestKilledProcess).
//  3. A lost race is a *ledger.ConflictError whichever of its two codes the
//     server uses for it: 10071, and on replicated streams mostly 10164
//     (TestConflictCodes).
//  4. A stream with a hole or with other settings than Setup's is refused
//     (TestSetupRefusesDrift, TestFollowRefusesHole).
//  5. The role that the service runs under cannot shorten the stream
//     (TestAppCannotDestroy).
//
// About retries: one server looks at expectations before it looks for
// duplicates, so the retry of a stored batch whose expectation it has itself
// overtaken is ErrConflict there and ErrDuplicate on a cluster. Nothing is
// stored twice in either case; ledger.Ledger knows the commands that are
// stored and gives both the same answer.
//
// Expectations: one on a subject of the batch travels with the batch. The
// server checks any other, a project's above all, against what its leader has
// applied, not against what is under way on a replicated stream, and a message
// has room for one only. Append reads those itself and then pins the whole
// stream to its last sequence, which the server does check exactly
// (TestConformanceCluster).
//
// Read and Follow run the client's goroutines while they are called and leave
// none behind. The package never deletes, and never creates a stream outside
// Setup.
package natslog
