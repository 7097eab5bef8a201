// Package workflow decides the next step of a rollout, and makes scheduled
// changes when they are due.
//
// It takes the active rollouts from the ledger's state and the evidence from
// the analytics store, and gives commands back to the ledger:
//
//	tick -> Due -> Commands.Do
//	     -> Active -> look (exposures, gate series, results, probes) -> Judge each gate -> Step -> Commands.Do
//
// Judge, JudgeEffect, JudgeCheck and Step are pure. The Engine does the reading and recording around
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
//  9. A scheduled change ends once, at the first tick after its time, however
//     many engines run and whatever answers are lost (TestScheduledOnce,
//     TestScheduledLostAnswer, TestScheduledMissed). A tick makes those that
//     are due before it looks at rollouts (TestScheduledComesFirst), those of
//     one place in the order of their times (TestScheduledErrorsStayApart).
//     Whether one may still be made is the ledger's decision
//     (TestScheduledAuthorGone).
//  10. Of several runners with one Lease one ticks. Another ticks at once when
//     it gets the lease, once for all that was missed (TestRunnerStandsBy).
//     A leader that dies or is paused in the middle of a decision, and wakes
//     up when another leads, changes nothing about 5 (TestPausedLeader, and
//     internal/e2e TestLeaseLeaderDies with processes that are killed).
//  11. An external source that is dead, slow or lying is no data for its own
//     gate and nothing else: it never passes and never fails
//     (TestJudgeCheck, the scenarios check-* and hook-*). It is asked once a
//     look (TestSlowSourceHoldsUpNobody).
//  12. A slow source holds up its own rollout only, and not even that when
//     another gate fails (TestSlowSourceHoldsUpNobody, TestHarmDoesNotWait).
//  13. A gate that runs dry is recorded, and decides nothing
//     (TestDryRunDecidesNothing). It takes no evidence from the others.
//  14. A gate on a metric's values is judged by bounds that hold at all looks
//     together, cell by cell, so neither looking often nor rates that swing
//     while the percentage climbs fail a harmless treatment
//     (TestEffectsUnderContinuousLooking). One that is as bad as the limit
//     fails and does not pass (TestEffectsAtTheLimit). A goal never fails, and
//     an arm that reports nothing is no data (TestJudgeEffect).
//
// The lease saves work; the ledger is the fence. A leader cannot know that it
// leads at the very moment of a write: the process may have been paused, or the
// write under way for long. So a decision carries no token of the lease. It is
// a command whose ID names the rollout, the number of the decision and its
// kind, and its events are appended at the sequence of the flag that it was
// decided on. When the new leader has decided, that sequence has moved: the old
// leader's append is refused, decided again on the new state, and then either
// found to be recorded already or not allowed any more. While nobody else has
// decided, a late append is the decision that the new leader would look for
// first. Clocks have no part in either.
//
// What invariant 3 says is not so of checks: they compare what an external
// source says with a limit, without error control.
//
// What invariant 14 cannot do is tell an arm that stops reporting conversions in
// the middle of a stage from one whose users stop converting, as those who do not
// convert report nothing. Metrics that are divided by a number of events can.
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
