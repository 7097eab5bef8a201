package evaluator_test

import (
	"sync/atomic"

	"github.com/twmb/murmur3"
)

// floor is the least a compiled evaluator can be: an atomic load, a map lookup,
// a loop over rules, one murmur3. It has no types, prerequisites, segments,
// reasons or error handling, and its context is a map. The benchmarks measure
// the real evaluator against it in the same run, because nanoseconds of
// different machines or minutes do not compare.
type floor struct {
	flags atomic.Pointer[map[string]*floorFlag]
	order []*floorFlag
}

type floorFlag struct {
	on       bool
	off      floorResult
	rules    []floorRule
	by, salt string
	ranges   []floorRange
	fallback floorResult
}

type floorRule struct {
	clauses []floorClause
	result  floorResult
}

type floorClause struct {
	attribute string
	values    []string
	set       map[string]struct{}
}

type floorRange struct {
	end    uint64
	result floorResult
}

type floorResult struct {
	variant string
	text    string
	on      bool
	reason  uint8
}

func (f *floor) evaluate(key string, context map[string]string) floorResult {
	flag, ok := (*f.flags.Load())[key]
	if !ok {
		return floorResult{}
	}
	return flag.evaluate(context)
}

func (f *floor) all(context map[string]string) []floorResult {
	out := make([]floorResult, len(f.order))
	for i, flag := range f.order {
		out[i] = flag.evaluate(context)
	}
	return out
}

func (f *floorFlag) evaluate(context map[string]string) floorResult {
	if !f.on {
		return f.off
	}
	for i := range f.rules {
		if f.rules[i].matches(context) {
			return f.rules[i].result
		}
	}
	if f.ranges == nil {
		return f.fallback
	}
	bucket := floorBucket(f.salt, context[f.by])
	for i := range f.ranges {
		if bucket < f.ranges[i].end {
			return f.ranges[i].result
		}
	}
	return f.fallback
}

func (r *floorRule) matches(context map[string]string) bool {
	for i := range r.clauses {
		if !r.clauses[i].matches(context) {
			return false
		}
	}
	return true
}

func (c *floorClause) matches(context map[string]string) bool {
	actual, ok := context[c.attribute]
	if !ok {
		return false
	}
	if c.set != nil {
		_, ok = c.set[actual]
		return ok
	}
	for _, v := range c.values {
		if v == actual {
			return true
		}
	}
	return false
}

func floorBucket(salt, unit string) uint64 {
	var stack [128]byte
	input := append(append(append(stack[:0], salt...), ':'), unit...)
	return uint64(murmur3.Sum32(input)) * 100_000 >> 32
}
