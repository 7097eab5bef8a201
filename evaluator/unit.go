package evaluator

// AppendUnit appends the unit that a split by the attribute called by draws
// from c: a non-empty string as it is, an integer of at most 2^53-1 in
// decimal. The empty name and "targetingKey" stand for the targeting key. ok
// is false, and dst comes back as it was, when c holds no such unit. It
// allocates nothing when dst has room.
func (c Context) AppendUnit(dst []byte, by string) (_ []byte, ok bool) {
	a := find(c.attrs, slotName(by))
	if a == nil {
		return dst, false
	}
	return appendUnit(dst, &a.scalar)
}
