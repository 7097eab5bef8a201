// Package stats judges a treatment against a control under continuous
// looking: the error probabilities it states hold however often, and whenever,
// one looks.
//
// It takes a Series, counts per bucket and arm, and Params; Evaluate gives an
// Assessment: e-values beside their thresholds, ratios and anytime-valid
// bounds. The parts are exported as well: Mixture is the relative-risk
// e-process, RatioBounds its inversion, SampleRatio the sequential test of the
// expected split.
//
// For the results of an experiment an Arm is a variant seen through a metric
// (Proportion, Mean, RatioSums, QuantileSample); Difference and Lift compare
// two of them, CUPED with the help of the time before; Effect.Fixed is the
// interval of a single look, Sequence those of all looks together. Holm and
// BenjaminiHochberg correct for many metrics, Design says how many units are
// needed.
//
// Invariants:
//
//  1. Log e-values equal an independent implementation within 1e-6
//     (TestMixtureVectors, TestSampleRatioVectors, TestChiSquaredVectors).
//  2. With no difference between the arms a rollout that is looked at every
//     minute fails with a probability below alpha, under changing shares,
//     swings of the base rate and incidents that hit both arms
//     (TestFalseFailRate).
//  3. A treatment that doubles the rate is found, and does not pass
//     (TestDetectsDoubling, TestFalsePassRate).
//  4. A bucket without errors adds nothing, so a sparse Series gives the same
//     answer as a full one (TestSparseEqualsFull).
//  5. No errors in the control need no special case (TestZeroControlErrors,
//     TestZeroEventsAreOrdinary).
//  6. A Sequence excludes the truth at any of its looks with a probability
//     below alpha (TestSequenceUnderContinuousLooking).
//
// Everything is pure and safe for concurrent use, except methods on
// SampleRatio, which has state. Nothing here does I/O, reads a clock or
// starts a goroutine. Logarithms are natural; e-values are in nats.
package stats
