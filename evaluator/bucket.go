package evaluator

import "github.com/twmb/murmur3"

// Bucket returns the bucket, 0..99999, of a unit under a salt:
//
//	h = murmur3_x86_32(utf8(salt + ":" + unit), seed 0)
//	bucket = (uint64(h) * 100000) >> 32
//
// It is the fractional algorithm of OpenFeature flagd with a total weight of
// 100000, so both put a unit into the same bucket.
func Bucket(salt, unit string) int32 {
	return scaled(murmur3.StringSum32(salt + ":" + unit))
}

// scaled takes a hash to its bucket.
func scaled(hash uint32) int32 { return int32(uint64(hash) * TotalWeight >> 32) }

// split is a compiled Split.
type split struct {
	by      string // attribute; "" is the targeting key
	prefix  string // salt and separator
	salted  hashState
	ranges  []bucketRange
	include *include
}

// bucketRange gives the buckets below end, and not below the end of the range
// before it, to a variant.
type bucketRange struct {
	end     int32
	variant *variant
}

type include struct {
	prefix    string
	salted    hashState
	end       int32
	otherwise *variant
}

// split draws a variant for the unit of the context.
func (e *evaluation) split(s *split) decision {
	unit := find(e.attrs, s.by)
	if unit == nil {
		return e.unitMissing(s, nil)
	}
	if s.include != nil {
		bucket, ok := s.include.salted.bucket(&unit.scalar)
		if !ok {
			return e.unitMissing(s, unit)
		}
		if e.trace != nil {
			e.trace.include(s, unit, bucket)
		}
		if bucket >= s.include.end {
			return decision{variant: s.include.otherwise, bucket: bucket, why: why{reason: bySplit, outside: true}}
		}
	}
	bucket, ok := s.salted.bucket(&unit.scalar)
	if !ok {
		return e.unitMissing(s, unit)
	}
	i := 0
	for bucket >= s.ranges[i].end { // the last range ends at TotalWeight
		i++
	}
	if e.trace != nil {
		e.trace.split(s, unit, bucket, i)
	}
	return decision{variant: s.ranges[i].variant, bucket: bucket, why: why{reason: bySplit}}
}

func (e *evaluation) unitMissing(s *split, unit *Attribute) decision {
	if e.trace != nil {
		e.trace.noUnit(s, unit)
	}
	return decision{bucket: NoBucket, why: why{reason: byError, code: noUnit}}
}
