package evaluator

// Refers returns the keys of the flags and segments that an evaluation of c may
// look at itself; those look at others in turn.
func (c Config) Refers() (flags, segments []string) {
	for _, p := range c.Prerequisites {
		flags = append(flags, p.Flag)
	}
	for _, r := range c.Rules {
		segments = appendSegments(segments, r.Clauses)
	}
	return flags, segments
}

// Refers returns the keys of the segments that s refers to.
func (s Segment) Refers() []string { return segmentsOf(s) }
