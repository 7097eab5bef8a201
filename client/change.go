package client

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/flagledger/flagledger/evaluator"
)

// changedFlags are the keys of the flags that may answer differently under
// after than under before, sorted.
func changedFlags(before *evaluator.Ruleset, after evaluator.Ruleset) []string {
	if before == nil || before.Project != after.Project || before.Environment != after.Environment {
		all := maps.Clone(after.Flags)
		if before != nil {
			maps.Copy(all, before.Flags)
		}
		return slices.Sorted(maps.Keys(all))
	}
	flags := changedKeys(before.Flags, after.Flags, func(f evaluator.Flag) uint64 { return f.Version })
	segments := changedKeys(before.Segments, after.Segments, func(s evaluator.Segment) uint64 { return s.Version })
	spread(segments, after.Segments, func(s evaluator.Segment) (needs []string) {
		for _, r := range s.Rules {
			needs = append(needs, segmentsOf(r.Clauses)...)
		}
		return needs
	})
	for key, f := range after.Flags {
		for _, r := range f.Rules {
			if slices.ContainsFunc(segmentsOf(r.Clauses), func(segment string) bool { return segments[segment] }) {
				flags[key] = true
			}
		}
	}
	spread(flags, after.Flags, func(f evaluator.Flag) (needs []string) {
		for _, p := range f.Prerequisites {
			needs = append(needs, p.Flag)
		}
		return needs
	})
	return slices.Sorted(maps.Keys(flags))
}

// changedKeys compares versions: they are positions of the ledger, so where
// they agree everything else does.
func changedKeys[T any](before, after map[string]T, version func(T) uint64) map[string]bool {
	changed := make(map[string]bool)
	for key, old := range before {
		if now, ok := after[key]; !ok || version(now) != version(old) {
			changed[key] = true
		}
	}
	for key := range after {
		if _, ok := before[key]; !ok {
			changed[key] = true
		}
	}
	return changed
}

// spread adds whatever needs one of the changed, however indirectly.
func spread[T any](changed map[string]bool, all map[string]T, needs func(T) []string) {
	if len(changed) == 0 {
		return
	}
	neededBy := make(map[string][]string)
	for key, item := range all {
		for _, needed := range needs(item) {
			neededBy[needed] = append(neededBy[needed], key)
		}
	}
	for next := slices.Collect(maps.Keys(changed)); len(next) > 0; next = next[1:] {
		for _, key := range neededBy[next[0]] {
			if !changed[key] {
				changed[key] = true
				next = append(next, key)
			}
		}
	}
}

// segmentsOf names the segments of clauses. What is malformed names none: its
// flag is broken alone.
func segmentsOf(clauses []evaluator.Clause) []string {
	var keys []string
	for _, c := range clauses {
		for _, raw := range c.Values {
			var key string
			if c.Op == evaluator.OpInSegment && json.Unmarshal(raw, &key) == nil {
				keys = append(keys, key)
			}
		}
	}
	return keys
}
