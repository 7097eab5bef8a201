package evaluator

import "github.com/twmb/murmur3"

// stackBytes is how long a hash input may be before hashing it allocates:
// room for a key of 100 bytes, a separator and a long e-mail address.
const stackBytes = 192

// Bucket returns the bucket, 0..99999, of a unit under a salt:
//
//	h = murmur3_x86_32(utf8(salt + ":" + unit), seed 0)
//	bucket = (uint64(h) * 100000) >> 32
//
// It is the fractional algorithm of OpenFeature flagd with a total weight of
// 100000, so both put a unit into the same bucket.
func Bucket(salt, unit string) int32 {
	var stack [stackBytes]byte
	input := append(stack[:0], salt...)
	input = append(input, ':')
	return bucketOf(append(input, unit...))
}

// bucketOf returns the bucket of a complete hash input.
func bucketOf(input []byte) int32 {
	return int32(uint64(murmur3.Sum32(input)) * TotalWeight >> 32)
}

// split is a compiled Split.
type split struct {
	by      string // attribute; "" is the targeting key
	prefix  string // salt and separator
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
	end       int32
	otherwise *variant
}

// bucket hashes the unit held by a under prefix; ok is false if a holds none.
func (a *Attribute) bucket(prefix string) (bucket int32, ok bool) {
	var stack [stackBytes]byte
	input, ok := appendUnit(append(stack[:0], prefix...), &a.scalar)
	if !ok {
		return NoBucket, false
	}
	return bucketOf(input), true
}

// split draws a variant for the unit of the context.
func (e *evaluation) split(s *split) decision {
	unit := find(e.attrs, s.by)
	if unit == nil {
		return e.unitMissing(s, nil)
	}
	if s.include != nil {
		bucket, ok := unit.bucket(s.include.prefix)
		if !ok {
			return e.unitMissing(s, unit)
		}
		if e.trace != nil {
			e.trace.include(s, unit, bucket)
		}
		if bucket >= s.include.end {
			return decision{variant: s.include.otherwise, reason: bySplit, bucket: bucket, outside: true}
		}
	}
	bucket, ok := unit.bucket(s.prefix)
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
	return decision{variant: s.ranges[i].variant, reason: bySplit, bucket: bucket}
}

func (e *evaluation) unitMissing(s *split, unit *Attribute) decision {
	if e.trace != nil {
		e.trace.noUnit(s, unit)
	}
	return decision{reason: byError, code: noUnit, bucket: NoBucket}
}
