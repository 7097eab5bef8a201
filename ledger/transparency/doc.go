// Package transparency lets an auditor prove that nobody rewrote the ledger,
// without trust in the server that keeps it.
//
//	Log.Follow -> Tree (RFC 6962) -> Checkpoint, signed -> proofs, exports -> Verifier, offline
//
// The tree's leaf number n, from 0, is the event with sequence n+1; its hash is
// the event's ledger.Hash. A checkpoint says how many events there are and what
// the root of their tree is, in the form of C2SP tlog-checkpoint, as a note that
// is signed with Ed25519. Who has kept one checkpoint can have the server prove
// that every later history begins with the one it stands for.
//
// Invariants:
//
//  1. No checkpoint is signed that is not consistent with the one signed before;
//     a ledger that does not lead to the newest one stops Keeper.Run with
//     ledger.ErrHole (TestRewrittenLedger, TestShorterLedger).
//  2. The tree survives a kill at any write: what is torn is computed again
//     (TestTornTree).
//  3. An export that was changed in any way does not verify, and the finding
//     names the place (TestTampering).
//
// An export is an event file, see ledger.EventFileRecord, of these records:
//
//	ledger 1 ORIGIN                the first record; its body is the public key
//	event SEQ HASH SUBJECT         an event; its body is the stored data
//	checkpoint SIZE                a signed checkpoint of the first SIZE events
//	proof SEQ SIZE                 of the event before it: the hashes of its inclusion in SIZE
//	end EVENTS                     the last record
//
// A whole export has all events from 1 on, and each checkpoint right after the
// last event that it stands for. A selection has one checkpoint, in front, and
// some events, each with its proof. docs/ledger.md shows how to check either
// with a few lines in any language.
//
// Keeper.Run owns its goroutines and returns after they have ended.
package transparency
