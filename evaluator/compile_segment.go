package evaluator

import "fmt"

// segmentState is a segment once it has been asked for: compiled, or the
// reason why it cannot be used.
type segmentState struct {
	compiled *segment
	err      error
}

// usable reports the segments of a flag that are not valid. They break the
// flag, because serving it without them would serve the wrong people.
func (c *compiler) usable(from Flag) error {
	rules := (*path)(nil).field("rules")
	for i, r := range from.Rules {
		c.checkSegments(r.Clauses, rules.at(i).field("clauses"))
	}
	return c.v.err()
}

// checkSegments reports the clauses that name segments which are not usable.
func (c *compiler) checkSegments(clauses []Clause, at *path) {
	for i := range clauses {
		for _, key := range appendSegments(nil, clauses[i:i+1]) {
			if err := c.segment(key).err; err != nil {
				c.v.report(at.at(i).field("values"), "the segment %q cannot be used: %v", key, err)
			}
		}
	}
}

// segment compiles a segment, and those it refers to, once.
func (c *compiler) segment(key string) *segmentState {
	if known := c.segments[key]; known != nil {
		return known
	}
	outer := c.v.problems // of whatever refers to this segment
	c.v.problems = nil
	state := &segmentState{}
	from := c.rs.Segments[key]
	c.v.segment(key, from, nil)
	if state.err = c.v.err(); state.err == nil { // and so not part of a cycle
		for i, r := range from.Rules {
			c.checkSegments(r.Clauses, (*path)(nil).field("rules").at(i).field("clauses"))
		}
		state.err = c.v.err()
	}
	if state.err == nil {
		state.compiled = c.compileSegment(key, from)
	} else {
		state.err = fmt.Errorf("segment %s: %w", key, state.err)
	}
	c.segments[key] = state
	c.v.problems = outer
	return state
}

func (c *compiler) compileSegment(key string, from Segment) *segment {
	out := &segment{key: c.intern(key), rules: sized[[]clause](len(from.Rules))}
	for _, l := range from.Included {
		out.included = append(out.included, c.units(l.By, l.Values))
	}
	for _, l := range from.Excluded {
		out.excluded = append(out.excluded, c.units(l.By, l.Values))
	}
	for i, r := range from.Rules {
		out.rules[i] = c.clauses(r.Clauses)
	}
	return out
}
