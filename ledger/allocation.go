package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
)

// rulePrefix begins the IDs of the rules that a rollout serves to segments. They
// stand below those of people, and belong to the rollout while it runs.
const rulePrefix = "rollout."

// Rule is the ID of the rule whose split the stage is about; empty is the
// default.
func (s Stage) Rule() string {
	if s.Segment == "" {
		return ""
	}
	return rulePrefix + s.Segment
}

// String is the stage's share in words: "5%", "50% of segment beta".
func (s Stage) String() string {
	if s.Segment == "" {
		return s.Percentage.String() + "%"
	}
	return s.Percentage.String() + "% of segment " + s.Segment
}

// share is what a group of units has of the treatment; an empty segment is
// everybody who is in none of the others.
type share struct {
	segment    string
	percentage Percentage
}

// shares are what the groups have at the current stage: each has what the last
// stage about it gave. After the treatment was taken away nobody has any.
func (r *Rollout) shares() (everybody Percentage, segments []share) {
	if r.Percentage() == 0 {
		return 0, nil
	}
	for _, s := range r.Plan.Stages[:r.Stage+1] {
		i := slices.IndexFunc(segments, func(h share) bool { return h.segment == s.Segment })
		switch {
		case s.Segment == "":
			everybody = s.Percentage
		case i < 0:
			segments = append(segments, share{s.Segment, s.Percentage})
		default:
			segments[i].percentage = s.Percentage
		}
	}
	return everybody, segments
}

// serve makes the default, and a rule for each segment that has had a stage,
// the splits that the rollout stands for. Bucket and salt are the same in all, so
// nobody changes sides who becomes part of a segment with the same share.
func (here *FlagEnvironment) serve(rec Recorded) {
	r := here.Rollout
	everybody, segments := r.shares()
	here.Version = rec.Seq
	here.Config.Default = r.split(everybody)
	rules, _ := dividedRules(here.Config.Rules)
	if everybody < All {
		for _, s := range segments {
			rules = append(rules, r.rule(s.segment, max(s.percentage, everybody)))
		}
	}
	here.Config.Rules = rules
}

func (r *Rollout) split(p Percentage) evaluator.Serve {
	return evaluator.Serve{Split: &evaluator.Split{By: r.By, Weights: []evaluator.Weight{
		{Variant: r.Treatment, Weight: int(p)},
		{Variant: r.Control, Weight: evaluator.TotalWeight - int(p)},
	}}}
}

func (r *Rollout) rule(segment string, p Percentage) evaluator.Rule {
	key, _ := json.Marshal(segment) // a text can be encoded
	return evaluator.Rule{
		ID: rulePrefix + segment, Description: "rollout " + r.ID,
		Clauses: []evaluator.Clause{{Op: evaluator.OpInSegment, Values: []json.RawMessage{key}}},
		Serve:   r.split(p),
	}
}

// dividedRules gives the rules of people and those of rollouts.
func dividedRules(rules []evaluator.Rule) (people, rollouts []evaluator.Rule) {
	for _, r := range rules {
		if strings.HasPrefix(r.ID, rulePrefix) {
			rollouts = append(rollouts, r)
		} else {
			people = append(people, r)
		}
	}
	return people, rollouts
}

// usesSegment reports whether a stage of the plan is about the segment.
func (p Plan) usesSegment(key string) bool {
	return slices.ContainsFunc(p.Stages, func(s Stage) bool { return s.Segment == key })
}

// stages checks what stages have to do with each other.
func (ck *checks) stages(at string, plan Plan, p *Project) {
	last := map[string]Percentage{}
	for i, s := range plan.Stages {
		path := fmt.Sprintf("%sstages[%d].", at, i)
		if s.Percentage <= 0 {
			ck.add(path+"percentage", "must be above 0")
		}
		if before, ok := last[s.Segment]; ok && s.Percentage <= before {
			ck.add(path+"percentage", "is %s, not above the %s of the stage before", s.Percentage, before)
		}
		last[s.Segment] = max(last[s.Segment], s.Percentage)
		if seg := p.Segments[s.Segment]; s.Segment != "" && (seg == nil || seg.Archived) {
			ck.add(path+"segment", "%q does not exist", s.Segment)
		}
		ck.stage(path, s)
	}
}
