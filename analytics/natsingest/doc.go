// Package natsingest carries batches from the API to the analytics store over
// JetStream.
//
// A Publisher takes batches: accepted means on the stream. A Writer moves them
// from the stream to an analytics.Writer, many at a time. What cannot be used
// goes to a stream of dead letters, with the reason.
//
//	Publisher.Publish -> EVENTS -> Writer.Run -> analytics.Writer.Write
//	                        \-> EVENTS_DLQ
//
// Invariants:
//
//  1. Every batch on the stream is counted exactly once, wherever the writer
//     dies: it goes on from the position that the store committed with the
//     rows, not from what it has acknowledged (TestExactlyOnce).
//  2. A batch published again is not counted again
//     (TestRetriedBatchCountsOnce).
//  3. A message that cannot be read does not stop the others: it goes to the
//     dead letters with its sequence, reason and bytes (TestDeadLetters).
//  4. What the stream discarded before it was read is counted as lost and
//     logged (TestLossIsCounted).
//  5. A stream that lost its tail, or was replaced, is noticed, and what it
//     brings under old sequences is read (TestStreamReplaced, TestTailLost).
//  6. Complete never claims what is not stored, however Run fares
//     (TestComplete, TestCompleteOfLostTail).
//
// Exposures and events may be dropped under overload, visibly: the stream
// discards the oldest beyond its limits; ledger events are on another stream
// and never are.
//
// Writer.Run blocks and owns no goroutine but the ones of the NATS client,
// which end with it. There must be one Writer at a time; a second one takes
// the consumer from the first, and neither counts anything twice.
package natsingest
