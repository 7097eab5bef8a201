// Package statedir keeps folded states in files, so that a start and a look at
// the past begin near where they want to be instead of at the first event.
//
// Each file is a state as ledger.State.Save writes it, compressed (S2), after
// the SHA-256 of what follows. Its name has the sequence of the state and the
// version of its form; files of other versions are removed. So many are kept;
// beyond it those go that leave the smallest gap, and never the newest.
//
// Invariants:
//
//  1. A file is whole or not there: it is written under another name and synced
//     first (TestTornFile).
//  2. A file that is damaged is passed over and removed; the one before it
//     serves (TestDamagedFile).
//  3. All files may be deleted at any time; that costs time only.
//
// Nothing here starts a goroutine.
package statedir
