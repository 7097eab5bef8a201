package evaluator

// segment is a compiled Segment.
type segment struct {
	key      string
	included []unitList
	excluded []unitList
	rules    [][]clause
}

// inSegments reports whether the context is in one of the segments of c, or,
// negated, in none of them.
func (e *evaluation) inSegments(c *clause) bool {
	matched := c.negate
	for _, s := range c.more.segments {
		if e.inSegmentTraced(s) {
			matched = !c.negate
			break
		}
	}
	if e.trace != nil {
		e.trace.segmentClause(c, matched)
	}
	return matched
}

func (e *evaluation) inSegmentTraced(s *segment) bool {
	outer := e.trace
	if outer == nil {
		return e.inSegment(s)
	}
	e.trace = outer.child()
	in := e.inSegment(s)
	outer.segment(s, e.trace, in)
	e.trace = outer
	return in
}

// inSegment: a listed unit is in, whatever the exclusions say; an excluded one
// is out, whatever the rules say.
func (e *evaluation) inSegment(s *segment) bool {
	if e.listed(s.included, "included") {
		return true
	}
	if e.listed(s.excluded, "excluded") {
		return false
	}
	for i := range s.rules {
		if e.clauses(s.rules[i]) {
			return true
		}
	}
	return false
}

// listed reports whether one of the lists, called name in the trace, has the
// unit.
func (e *evaluation) listed(lists []unitList, name string) bool {
	for i := range lists {
		a := find(e.attrs, lists[i].by)
		if lists[i].has(a) {
			if e.trace != nil {
				e.trace.listed(&lists[i], name)
			}
			return true
		}
	}
	return false
}
