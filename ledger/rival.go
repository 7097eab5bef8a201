package ledger

import (
	"fmt"
	"slices"

	"github.com/flagledger/flagledger/evaluator"
)

// related are the flags that this configuration looks at, and the segments that
// it uses, in words that tell them apart.
func (here *FlagEnvironment) related() (all []string) {
	for _, p := range here.Config.Prerequisites {
		all = append(all, fmt.Sprintf("flag %q", p.Flag))
	}
	for _, r := range here.Config.Rules {
		for _, c := range r.Clauses {
			if c.Op != evaluator.OpInSegment {
				continue
			}
			for _, raw := range c.Values {
				all = append(all, "segment "+string(raw))
			}
		}
	}
	return all
}

// rival names a rollout beside which one of f must not run, and why: both look at
// one flag or segment, or one looks at the other, and one of them is exclusive.
func (p *Project) rival(f *Flag, environment string, exclusive bool) string {
	ours := append(f.In(environment).related(), fmt.Sprintf("flag %q", f.Key))
	for key, other := range p.Flags {
		r := other.In(environment).Rollout
		if key == f.Key || other.Archived || !r.Active() || !exclusive && !r.Plan.Exclusive {
			continue
		}
		for _, theirs := range append(other.In(environment).related(), fmt.Sprintf("flag %q", key)) {
			if slices.Contains(ours, theirs) {
				return fmt.Sprintf("rollout %s of flag %q is %s, both depend on %s, and the plan wants no other beside it", r.ID, key, r.Status, theirs)
			}
		}
	}
	return ""
}
