package evaluator

import (
	"math/bits"
	"strconv"
)

// hashState is MurmurHash3_x86_32 with seed 0 after some bytes. The compiler
// keeps the one after each salt, so that an evaluation hashes the unit alone,
// in place: package murmur3, which Bucket uses, takes all bytes in one slice,
// and to put them together costs more than to hash them (TestHashState holds
// one against the other).
type hashState struct {
	hash uint32
	tail uint32 // the bytes after the last complete block of four, the first one lowest
	size uint32 // bytes so far; the format counts them modulo 2^32
}

// with returns the state after text, too.
func (s hashState) with(text string) hashState {
	pending := uint64(s.tail)
	shift := s.size % 4 * 8
	i := 0
	for ; i+4 <= len(text); i += 4 {
		block := uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16 | uint32(text[i+3])<<24
		pending |= uint64(block) << shift
		s.hash = mixed(s.hash, uint32(pending))
		pending >>= 32
	}
	for ; i < len(text); i++ {
		pending |= uint64(text[i]) << shift
		if shift += 8; shift == 32 {
			s.hash = mixed(s.hash, uint32(pending))
			pending, shift = 0, 0
		}
	}
	s.tail = uint32(pending)
	s.size += uint32(len(text))
	return s
}

// sum is the hash of all bytes so far.
func (s hashState) sum() uint32 {
	h := s.hash ^ scrambled(s.tail) ^ s.size // no tail scrambles to 0
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// mixed is the hash after one more block of four bytes.
func mixed(hash, block uint32) uint32 {
	return bits.RotateLeft32(hash^scrambled(block), 13)*5 + 0xe6546b64
}

func scrambled(block uint32) uint32 { return bits.RotateLeft32(block*0xcc9e2d51, 15) * 0x1b873593 }

// bucket is that of the unit in s under the salt of the state; ok is false if
// s holds none: see appendUnit.
func (s hashState) bucket(unit *scalar) (bucket int32, ok bool) {
	if unit.kind == kindString {
		return s.with(unit.text).scaled(), unit.text != ""
	}
	if !unit.isInteger() {
		return NoBucket, false
	}
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], int64(unit.num), 10)
	return s.with(string(text)).scaled(), true
}

func (s hashState) scaled() int32 { return scaled(s.sum()) }
