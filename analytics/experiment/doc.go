// Package experiment turns what was seen of an experiment into results that a
// product manager can read, and that hold however often they are read.
//
//	ledger.Experiment -> Query -> analytics.Reader.Results -> Report -> Conclusion
//
// The ledger says what the experiment is meant to find and which splits were
// served when. Query cuts the analysis along those splits; the store gives sums
// per cell, a group of units that chance alone has put into one variant or
// another; and Read compares the variants within each cell and combines the
// comparisons. So a change of the split in mid-flight is neither mistaken for a
// fault of the split nor mixes two populations.
//
// Invariants:
//
//  1. Under no effect, and under any history of splits, the check of the split
//     raises a false alarm with a probability below AlarmP at all looks
//     together (TestLegalSplitChangesAreQuiet), and finds units that got lost
//     on the way (TestLostUnitsAreFound).
//  2. An interval covers the true effect whatever splits were served
//     (TestEffectUnderSplitChanges).
//  3. What cannot be computed has a reason, never a zero (TestNoDataHasReasons).
//  4. The last point of a series is the result (TestSeriesEndsAtTheResult).
//
// Numbers are in the metrics' own units, lifts are shares (0.1 is +10%).
// Everything but Read is pure; Read asks the store twice at most. Nothing starts
// a goroutine or reads a clock, and everything is safe for concurrent use.
package experiment
