// Package archive keeps a second copy of the ledger in plain files, because one
// flipped bit in the store of JetStream can make acknowledged events vanish
// without a word.
//
//	Log.Follow -> Keeper -> Archive (synced) -> what restores, scrubs, and looks at the past
//
// The files are event files, see ledger.EventFileRecord, of some 64 MiB each, named
// by their first sequence. Beside them lies an index, of where each event is and
// whose it is, which may be deleted: it is made again from the files.
//
// Invariants:
//
//  1. What Append has acknowledged is on disk; what a killed process left of a
//     record is cut off (TestTorn).
//  2. An event that is read is the one that was appended, or the error names it:
//     each record states its hash (TestDamage).
//  3. A log that has lost or changed events is not served: Gate and Scrubber
//     compare it with the archive (TestGate, TestScrub).
//
// An Archive is safe for concurrent use by one process. Keeper.Run and
// Scrubber.Run own their goroutines.
package archive
