package client

import (
	"math"
	"time"
)

// Event describes something that happened to the units of a context. The zero
// Event is a conversion that happened now.
type Event struct {
	// Value is the measurement, finite; nil for an event that has none.
	Value *float64
	// Failed marks what an error rate counts.
	Failed bool
	// Flags are the keys of the flags that had a part in it, at most 50, such
	// as those evaluated during a request: the event counts for their variants
	// alone. One that names none counts for all flags. They must not be
	// changed after the call.
	Flags []string
	// Attributes describe the event. They are kept and never judged, and
	// must not be changed after the call.
	Attributes map[string]string
	// At is when it happened, in the years 0 to 9999; the zero time is now.
	At time.Time
}

// Track reports that something happened: a conversion, a payment with its
// amount, an attempt that failed.
//
// The event counts for the units of ctx: its targeting key and each attribute
// that some split of the current ruleset buckets by (at most ten). That is
// what the server needs to attribute it to variants, and no other attribute
// leaves the process. Before the first ruleset it is the targeting key alone.
//
// Track never blocks. An event without a unit, with a value that is not finite
// or with a time that has no JSON form is not reported (Stats.Invalid); one
// that finds the queue full is dropped (Stats.Dropped).
func (c *Client) Track(name string, ctx Context, e Event) {
	units := unitsOf(c.state.Load().units, ctx)
	if e.At.IsZero() {
		e.At = time.Now()
	}
	e.At = e.At.UTC()
	if name == "" || len(units) == 0 || e.Value != nil && (math.IsNaN(*e.Value) || math.IsInf(*e.Value, 0)) ||
		e.At.Year() < 0 || e.At.Year() > 9999 { // it would spoil the batch it is in
		c.counters.invalid.Add(1)
		return
	}
	if e.Value != nil {
		e.Value = new(*e.Value)
	}
	outcome := c.queue.addEvent(event{
		Name: name, Value: e.Value, Failed: e.Failed, Units: units, Flags: e.Flags, Attributes: e.Attributes, At: e.At,
	})
	if outcome == shut {
		return
	}
	c.counters.events.Add(1)
	if outcome == refused {
		c.counters.dropped.Add(1)
	}
}

// Observe reports one run of an operation: its latency in milliseconds as the
// value, and failed if err is not nil. The error itself stays here. See Track
// for the units.
func (c *Client) Observe(name string, ctx Context, latency time.Duration, err error) {
	millis := float64(latency) / float64(time.Millisecond)
	c.Track(name, ctx, Event{Value: &millis, Failed: err != nil})
}

// unitsOf collects the named attributes that are units.
func unitsOf(names []string, ctx Context) map[string]string {
	units := make(map[string]string, min(len(names), maxUnits))
	var stack [128]byte
	for _, name := range names {
		if len(units) == maxUnits {
			break
		}
		if unit, ok := ctx.AppendUnit(stack[:0], name); ok {
			units[name] = string(unit)
		}
	}
	return units
}
