package client

import (
	"strings"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// expose reports that a split has decided what the unit gets, unless that is
// known already.
func (c *Client) expose(s *state, flag string, ctx Context, r *evaluator.Result) {
	if r.Bucket < 0 || r.Outside {
		return
	}
	f := s.splits[flag]
	if f == nil {
		return
	}
	by := f.unitBy(r.Rule)
	var stack [128]byte
	unit, ok := ctx.AppendUnit(stack[:0], by)
	if !ok {
		return
	}
	hash := c.memory.hash(f, unit)
	if c.memory.has(hash, f, r.Variant, unit) {
		return
	}
	c.exposeFirst(hash, exposure{
		Flag: f.key, Variant: r.Variant, By: by, Unit: string(unit), Rule: r.Rule, Version: f.version,
		Attributes: attributesOf(c.cfg.ExposureAttributes, ctx),
	})
}

// exposeFirst reports an exposure that is not remembered. It is remembered
// only once it is in the queue, so that one which finds the queue full is
// reported by a later evaluation.
func (c *Client) exposeFirst(hash uint64, e exposure) {
	key := exposureKey{flag: e.Flag, variant: e.Variant, unit: e.Unit, version: e.Version}
	c.memory.add(hash, key, func() bool {
		e.At = time.Now().UTC()
		outcome := c.queue.addExposure(e)
		if outcome == shut {
			return false
		}
		c.counters.exposures.Add(1)
		if outcome == refused {
			c.counters.dropped.Add(1)
		}
		return outcome == admitted
	})
}

// What an exposure carries at most: attributes, and bytes of each.
const (
	maxAttributes = 50
	maxAttribute  = 1000
)

// attributesOf writes the named attributes as text.
func attributesOf(names []string, ctx Context) map[string]string {
	var found map[string]string
	for _, name := range names {
		a, ok := ctx.Lookup(name)
		if !ok {
			continue
		}
		text := a.Text()
		if len(text) > maxAttribute {
			text = strings.ToValidUTF8(text[:maxAttribute], "")
		}
		if found == nil {
			found = make(map[string]string, len(names))
		}
		found[name] = text
	}
	return found
}
