// Package analytics stores exposures and metric events and answers what a
// gate or a results page asks of them.
//
// An SDK reports a Batch; Split parts the items that can be used from those
// that cannot; natsingest carries the good ones through JetStream to a
// Writer; a Reader turns stored rows into a GateSeries, which package stats
// judges, and into Results for display:
//
//	Batch -> Split -> JetStream -> Writer.Write -> Reader.Gate -> stats.Evaluate
//
// Adapters fetch rows, and this package gives them their meaning: the
// semantics of strata, arms, cohorts and risk sets are written down beside
// GateQuery and ResultQuery, computed by AssembleGate and AssembleResults from
// the counts an adapter returns, and held by storetest for every adapter.
//
// Invariants:
//
//  1. One bad item never loses a good one: Split keeps every valid item and
//     names the reason for each other (TestSplitKeepsTheGood).
//  2. A batch counts once however often it is delivered, across restarts
//     (storetest: DuplicateBatches; natsingest: TestExactlyOnce).
//  3. A unit counts once per stratum, in the arm of its first exposure there,
//     and not at all if it was treated in an earlier stratum
//     (storetest: GateMatchesReference). For results, who was in an earlier
//     stratum is a cohort of its own (storetest: ResultsMatchReference).
//  4. An event that names flags counts for them alone, in gates, controls and
//     results; one that names none counts for every flag (storetest:
//     EventsNameFlags).
//  5. Only closed buckets are counted, so an answer up to a given moment does
//     not change unless late events arrive (storetest: OnlyClosedBuckets).
//  6. What the steps of a result add is, up to any of them, the result until
//     then (storetest: ResultsAddUp).
//
// Retention removes what is old, for as long as its Run is called; it is given
// the clock (TestRetention). Nothing else here waits, and nothing starts a
// goroutine, does I/O or reads the clock. The package never decides: verdicts
// are made by package workflow.
package analytics
