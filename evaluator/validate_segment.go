package evaluator

// segmentsOf returns the segments that the rules of s refer to.
func segmentsOf(s Segment) []string {
	var keys []string
	for _, r := range s.Rules {
		keys = appendSegments(keys, r.Clauses)
	}
	return keys
}

func appendSegments(keys []string, clauses []Clause) []string {
	for _, c := range clauses {
		if c.Op != OpInSegment {
			continue
		}
		for _, raw := range c.Values {
			if key, err := parseScalar(raw); err == nil && key.kind == kindString {
				keys = append(keys, key.text)
			}
		}
	}
	return keys
}

func (v *validator) segment(key string, s Segment, at *path) {
	v.key(at, key)
	v.lists(s.Included, at.field("included"))
	v.lists(s.Excluded, at.field("excluded"))
	rules := at.field("rules")
	v.count(rules, len(s.Rules), MaxRules, "rules")
	for i, r := range s.Rules {
		v.clauses(r.Clauses, rules.at(i).field("clauses"))
	}
	v.references(v.segments, key, rules, "segment")
}

func (v *validator) lists(lists []SegmentList, at *path) {
	v.count(at, len(lists), MaxLists, "lists")
	for i, l := range lists {
		v.units(l.By, l.Values, at.at(i))
	}
}

func (v *validator) clauses(list []Clause, at *path) {
	v.count(at, len(list), MaxClauses, "clauses")
	for i, c := range list {
		v.parseClause(c, at.at(i))
	}
}
