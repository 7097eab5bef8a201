package client

import "sync/atomic"

// Stats counts since Open. Of every exposure and event that was reported,
// exactly one of Accepted, Rejected, Refused, Dropped and Lost becomes true, or
// it is still among Queued or on its way.
type Stats struct {
	// Exposures and Events were reported, dropped ones included.
	Exposures uint64 `json:"exposures"`
	Events    uint64 `json:"events"`
	// Accepted by the server.
	Accepted uint64 `json:"accepted"`
	// Rejected by the server, item by item.
	Rejected uint64 `json:"rejected"`
	// Refused by the server, as a batch.
	Refused uint64 `json:"refused"`
	// Dropped because the queue was full.
	Dropped uint64 `json:"dropped"`
	// Lost because the server could not be reached in time.
	Lost uint64 `json:"lost"`
	// Invalid events have no unit, value or time that can be sent, and were
	// not reported at all.
	Invalid uint64 `json:"invalid"`
	// Queued items wait for the next batch.
	Queued int `json:"queued"`
	// Batches delivered, and the attempts that failed before they were.
	Batches uint64 `json:"batches"`
	Retries uint64 `json:"retries"`
	// Rulesets that took effect; Streams that were established; Garbage
	// counts rulesets and patches that could not be used.
	Rulesets uint64 `json:"rulesets"`
	Streams  uint64 `json:"streams"`
	Garbage  uint64 `json:"garbage"`
}

// counters is Stats while it is being counted.
type counters struct {
	exposures, events, accepted, rejected, refused, dropped, lost, invalid atomic.Uint64
	batches, retries, rulesets, streams, garbage                           atomic.Uint64
}

// Stats returns the counts of this moment.
func (c *Client) Stats() Stats {
	n := &c.counters
	return Stats{
		Exposures: n.exposures.Load(), Events: n.events.Load(),
		Accepted: n.accepted.Load(), Rejected: n.rejected.Load(), Refused: n.refused.Load(),
		Dropped: n.dropped.Load(), Lost: n.lost.Load(), Invalid: n.invalid.Load(), Queued: c.queue.len(),
		Batches: n.batches.Load(), Retries: n.retries.Load(),
		Rulesets: n.rulesets.Load(), Streams: n.streams.Load(), Garbage: n.garbage.Load(),
	}
}
