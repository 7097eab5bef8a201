package evaluator

import (
	"errors"
	"fmt"
	"maps"
)

// Errors of Apply that callers tell apart. After either, fetch the whole
// ruleset.
var (
	// ErrPatchGap: the patch starts at a later revision than the ruleset has.
	ErrPatchGap = errors.New("patch starts after the revision of the ruleset")
	// ErrPatchForeign: the patch is of another project or environment.
	ErrPatchForeign = errors.New("patch is of another project or environment")
)

// Apply returns the ruleset at the revision of p. Neither rs nor p is changed;
// the result shares flags and segments with both. A patch that rs already
// contains (its Revision is not above that of rs) changes nothing. Errors are
// ErrPatchGap, ErrPatchForeign and ErrSpecVersion.
func (rs Ruleset) Apply(p Patch) (Ruleset, error) {
	switch {
	case p.SpecVersion != SpecVersion || rs.SpecVersion != SpecVersion:
		return Ruleset{}, fmt.Errorf("apply patch: %w: ruleset %d, patch %d, this build %d", ErrSpecVersion, rs.SpecVersion, p.SpecVersion, SpecVersion)
	case p.Project != rs.Project || p.Environment != rs.Environment:
		return Ruleset{}, fmt.Errorf("apply patch of %s/%s to %s/%s: %w", p.Project, p.Environment, rs.Project, rs.Environment, ErrPatchForeign)
	case p.Revision <= rs.Revision:
		return rs, nil
	case p.From > rs.Revision:
		return Ruleset{}, fmt.Errorf("apply patch %d to %d at revision %d: %w", p.From, p.Revision, rs.Revision, ErrPatchGap)
	}
	rs.Revision = p.Revision
	rs.Flags = patched(rs.Flags, p.Flags)
	rs.Segments = patched(rs.Segments, p.Segments)
	return rs, nil
}

func patched[T any](old map[string]T, changes map[string]*T) map[string]T {
	if len(changes) == 0 {
		return old
	}
	out := maps.Clone(old)
	if out == nil {
		out = make(map[string]T, len(changes))
	}
	for key, change := range changes {
		if change == nil {
			delete(out, key)
		} else {
			out[key] = *change
		}
	}
	return out
}
