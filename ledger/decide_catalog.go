package ledger

import (
	"fmt"
	"reflect"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

func (c SaveSegment) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	var ck checks
	ck.key("key", c.Key)
	c.Segment.Version = 0 // the Seq of its event, filled in by Fold
	ck.addValidation(evaluator.ValidateSegment(c.Key, c.Segment, scope{p, ""}))
	if err := ck.err("segment"); err != nil {
		return Decision{}, err
	}
	if old := p.Segments[c.Key]; old != nil && !old.Archived && old.Name == c.Name {
		was := old.Segment
		was.Version = 0
		if reflect.DeepEqual(was, c.Segment) {
			return Decision{}, nil
		}
	}
	d := Decision{Changes: []Change{{
		c.subject(), SegmentSaved{Name: c.Name, Segment: c.Segment},
	}}}
	for _, r := range c.Segment.Rules {
		if usesSegment(r.Clauses, "") {
			d.Guard = c.Project
		}
	}
	return d, nil
}

func (c ArchiveSegment) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	seg := p.Segments[c.Key]
	if seg == nil || seg.Archived {
		return Decision{}, notFound("segment", c.Key)
	}
	if user := p.userOfSegment(c.Key); user != "" {
		return Decision{}, refused("segment %q is used by %s; change that first", c.Key, user)
	}
	return Decision{
		Changes: []Change{{c.subject(), SegmentArchived{}}},
		Guard:   c.Project,
	}, nil
}

// userOfSegment names a flag or segment that refers to key, or "".
func (p *Project) userOfSegment(key string) string {
	for _, f := range p.Flags {
		for env, here := range f.Environments {
			if !f.Archived && here.Rollout.Active() && here.Rollout.Plan.usesSegment(key) {
				return fmt.Sprintf("rollout %s of flag %q in %s", here.Rollout.ID, f.Key, env)
			}
			for _, r := range here.Config.Rules {
				if !f.Archived && usesSegment(r.Clauses, key) {
					return fmt.Sprintf("flag %q in %s", f.Key, env)
				}
			}
		}
	}
	for _, s := range p.Segments {
		for _, r := range s.Segment.Rules {
			if !s.Archived && usesSegment(r.Clauses, key) {
				return fmt.Sprintf("segment %q", s.Key)
			}
		}
	}
	return ""
}

func (c SavePlan) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	var ck checks
	ck.key("key", c.Key)
	ck.plan("", c.Plan, p)
	if err := ck.err("plan"); err != nil {
		return Decision{}, err
	}
	if old := p.Plans[c.Key]; old != nil && !old.Archived && reflect.DeepEqual(old.Plan, c.Plan) {
		return Decision{}, nil
	}
	return Decision{
		Changes: []Change{{c.subject(), PlanSaved{Plan: c.Plan}}}, Guard: c.Project,
	}, nil
}

func (c ArchivePlan) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	if ps := p.Plans[c.Key]; ps == nil || ps.Archived {
		return Decision{}, notFound("plan", c.Key)
	}
	return Decision{Changes: []Change{{c.subject(), PlanArchived{}}}}, nil
}
