package analytics

import (
	"crypto/sha256"
	"encoding/binary"
)

// Name is 128 bits of the hash of what names a batch, for stores. Its parts
// cannot contain a NUL.
func (b Batch) Name() [16]byte {
	sum := sha256.Sum256([]byte(b.Project + "\x00" + b.Environment + "\x00" + b.ID))
	return [16]byte(sum[:16])
}

// UnitID stands for a unit in the joins of stores, where a number is several
// times faster than a text. It is 64 bits of a hash of the unit's full name: of
// ten million units, two would be taken for one with a probability of 3 in a
// million.
func (b Batch) UnitID(attribute, unit string) uint64 {
	full := make([]byte, 0, 256)
	for _, part := range [...]string{b.Project, b.Environment, attribute} {
		full = append(append(full, part...), 0)
	}
	sum := sha256.Sum256(append(full, unit...))
	return binary.BigEndian.Uint64(sum[:8])
}
