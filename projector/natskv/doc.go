// Package natskv keeps rulesets in a JetStream key-value bucket, for services
// inside the network that watch it instead of the HTTP stream.
//
// It takes patches and whole rulesets from one writer, the projector, and
// gives whole rulesets to any number of readers. The keys are
//
//	<project>.<environment>.flag.<key>       one evaluator.Flag
//	<project>.<environment>.segment.<key>    one evaluator.Segment
//	<project>.<environment>.head             a Head, written last
//
// in which a character other than letters, digits, '-' and '_' travels as '='
// and two hex digits: the flag "beta.ui" of shop/prod is
// "shop.prod.flag.beta=2Eui". One watch of "<project>.<environment>.>" is all
// that a reader needs.
//
// Invariants:
//
//  1. A reader never sees half a revision: a ruleset is given out only when
//     its SHA-256 is the one that the newest head names
//     (TestWatchSeesWholeRevisions).
//  2. Publish is idempotent and never goes back; Replace brings the bucket to
//     exactly one ruleset, whatever was left in it (TestPublishTwice,
//     TestReplace).
//  3. Two writers cannot both move a head (TestTwoWriters).
//  4. Any key that ledger.CheckKey accepts can be stored and read back
//     (TestKeys).
//
// Publish and Replace run goroutines that end before they return; Load and
// Watch run the client's while they are called. The bucket is a copy: losing it
// loses nothing that Replace does not bring back.
package natskv
