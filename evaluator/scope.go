package evaluator

// Scope is what a flag or segment may refer to: the others of its environment.
// A Ruleset is one.
type Scope interface {
	// Flag returns the flag called key, and whether there is one.
	Flag(key string) (Flag, bool)
	// Segment returns the segment called key, and whether there is one.
	Segment(key string) (Segment, bool)
}

// Flag returns the flag called key.
func (rs Ruleset) Flag(key string) (Flag, bool) {
	f, ok := rs.Flags[key]
	return f, ok
}

// Segment returns the segment called key.
func (rs Ruleset) Segment(key string) (Segment, bool) {
	s, ok := rs.Segments[key]
	return s, ok
}

// Scope returns rs as a Scope.
func (rs Ruleset) Scope() Scope { return rs }

// withFlag is a Scope in which flag stands at key, in place of what is there.
type withFlag struct {
	Scope
	key  string
	flag Flag
}

func (w withFlag) Flag(key string) (Flag, bool) {
	if key == w.key {
		return w.flag, true
	}
	return w.Scope.Flag(key)
}

// withSegment is withFlag for a segment.
type withSegment struct {
	Scope
	key     string
	segment Segment
}

func (w withSegment) Segment(key string) (Segment, bool) {
	if key == w.key {
		return w.segment, true
	}
	return w.Scope.Segment(key)
}
