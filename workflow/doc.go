// Package workflow decides the next step of a rollout.
//
// It takes the active rollouts from the ledger's state and the evidence from
// the analytics store, and gives commands back to the ledger:
//
//	tick -> Active -> look (exposures, gate series, probes) -> Judge each gate -> Step -> Commands.Do
//
// Judge, JudgeCheck and Step are pure. The Engine does the reading and recording around
// them; the Runner ticks the engine on a cron schedule. A Plan is interpreted
// here and defined in package ledger; the statistics are analytics/stats'.
//
// Invariants:
//
//  1. Step is a function of its arguments: the same rollout, verdicts and now
//     give the same decision. Its rules are read in one order, and a failed
//     gate comes before soak, sample and health (TestScenarios, TestStepOrder).
//  2. No data never advances and never rolls back: it holds, says why once,
//     and alerts after a grace (TestStepNeverActsWithoutData, TestScenarios).
//     An arm that does not report is not healthy by it
//     (TestSilenceIsNoHealth).
//  3. Looking every minute does not wear the evidence out: a harmless
//     treatment is rolled back with a probability below alpha, a doubled
//     error rate is found (TestFalseRollbacks, TestDoublingIsRolledBack).
//  4. A quantile gate's limit is drawn once and does not move, across
//     engines and restarts (TestLimitIsDrawnOnce, TestLimitIsTheSameAnywhere).
//  5. Each step is a ledger command, so history explains every percentage.
//     Two engines record one decision once (TestTwoEngines), and an engine
//     that lost the answer records it once too (TestLostAnswer).
//  6. A person wins: what was decided on a state that a person has changed
//     since is refused by the ledger, and the rollout is looked at again
//     (TestKillWins, TestSkipIsNoticed).
//  7. An error of one rollout leaves the others alone (TestErrorsStayApart).
//  8. Ticks do not overlap, and a missed tick is caught up once
//     (TestRunnerCatchesUpOnce).
//  9. An external source that is dead, slow or lying is no data for its own
//     gate and nothing else: it never passes and never fails
//     (TestJudgeCheck, the scenarios check-* and hook-*). It is asked once a
//     look (TestSlowSourceHoldsUpNobody).
//  10. A slow source holds up its own rollout only, and not even that when
//     another gate fails (TestSlowSourceHoldsUpNobody, TestHarmDoesNotWait).
//  11. A gate that runs dry is recorded, and decides nothing
//     (TestDryRunDecidesNothing). It takes no evidence from the others.
//
// What invariant 3 says is not so of checks: they compare what an external
// source says with a limit, without error control.
//
// Tick owns goroutines while it runs; those of looks that wait for external
// sources outlive it, and end with its context and before Run does (Wait). Run
// blocks until its context is done. Nothing here reads a clock but
// through what it is given, and only the Runner logs.
//
// A failed gate fails for as long as its evidence stands: a rollout that was
// paused for it (ledger.OnFailPause) and is resumed is paused again at the
// next look. To go on against a gate, a person advances the rollout. A kill
// and a resume begin the stage's evidence and its soak anew.
package workflow
