package projector

import (
	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// Build gives the ruleset of one environment of p. Its revision is the
// sequence of the last event that changed it, so events elsewhere leave it
// alone. The result shares slices with p and must not be changed.
func Build(p *ledger.Project, env ledger.Environment) evaluator.Ruleset {
	rs := evaluator.Ruleset{
		SpecVersion: evaluator.SpecVersion, Project: p.Key, Environment: env.Key, Revision: env.Since,
		Flags: make(map[string]evaluator.Flag, len(p.Flags)),
	}
	for key, f := range p.Flags {
		ruling := f.Ruling(env.Key)
		rs.Revision = max(rs.Revision, ruling.Version)
		if !f.Archived {
			rs.Flags[key] = ruling
		}
	}
	for key, s := range p.Segments {
		rs.Revision = max(rs.Revision, s.Seq)
		if s.Archived {
			continue
		}
		if rs.Segments == nil {
			rs.Segments = map[string]evaluator.Segment{}
		}
		rs.Segments[key] = s.Segment
	}
	return rs
}

// removed lists what has been archived, with when, so that a subscriber that
// was away learns of it.
func removed(p *ledger.Project) (flags, segments map[string]uint64) {
	flags, segments = map[string]uint64{}, map[string]uint64{}
	for key, f := range p.Flags {
		if f.Archived {
			flags[key] = f.Base
		}
	}
	for key, s := range p.Segments {
		if s.Archived {
			segments[key] = s.Seq
		}
	}
	return flags, segments
}
