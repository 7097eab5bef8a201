// Package natsdigest remembers, in a JetStream stream, the digest of each
// ruleset that was served, so that a ruleset rebuilt later can be shown to be
// the same bytes.
//
//	Record -> rulesets.<project>.<environment> {"revision":"17","digest":"..."} -> Find
//
// Invariants:
//
//  1. A recorded digest is on disk, and nothing changes it: the stream refuses
//     deletes and purges (TestRecordAndFind).
//  2. Find needs a number of reads that grows with the logarithm of what is
//     stored (TestFindAmongMany).
//
// A revision may be recorded more than once, by several servers or after a
// restart; Find gives the first. Digests are small; the oldest go when the
// stream is full. Nothing here starts a goroutine.
package natsdigest
