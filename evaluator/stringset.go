package evaluator

import "slices"

// linearStrings is up to how many strings are compared one by one, which is
// faster than hashing for so few.
const linearStrings = 8

// stringSet is a set of strings: a short list, or a map when there are many,
// so that 10,000 values cost as much as 10. With a map, list holds the first
// few values for Explain to show.
type stringSet struct {
	list []string
	many map[string]struct{}
}

func newStringSet(values []string) stringSet {
	if len(values) <= linearStrings {
		return stringSet{list: values}
	}
	many := make(map[string]struct{}, len(values))
	for _, v := range values {
		many[v] = struct{}{}
	}
	return stringSet{list: slices.Clone(values[:shownValues]), many: many}
}

func (s *stringSet) has(text string) bool {
	if s.many != nil {
		_, ok := s.many[text]
		return ok
	}
	for _, v := range s.list {
		if v == text {
			return true
		}
	}
	return false
}

func (s *stringSet) size() int { return max(len(s.list), len(s.many)) }

// unitList is a set of units, compared by the attribute by.
type unitList struct {
	by     string // "" is the targeting key
	values stringSet
}

// has reports whether the unit that a holds is listed; of a list, whether any
// element is.
func (l *unitList) has(a *Attribute) bool {
	switch {
	case a == nil:
		return false
	case a.kind == kindString:
		return l.values.has(a.text)
	case a.kind == kindList:
		for i := range *a.list {
			if l.hasScalar(&(*a.list)[i]) {
				return true
			}
		}
		return false
	default:
		return l.hasScalar(&a.scalar)
	}
}

func (l *unitList) hasScalar(s *scalar) bool {
	if s.kind == kindString {
		return l.values.has(s.text)
	}
	var stack [24]byte
	unit, ok := appendUnit(stack[:0], s)
	if !ok {
		return false
	}
	if l.values.many != nil {
		_, ok := l.values.many[string(unit)] // no copy: the compiler sees a lookup
		return ok
	}
	for _, v := range l.values.list {
		if v == string(unit) {
			return true
		}
	}
	return false
}
