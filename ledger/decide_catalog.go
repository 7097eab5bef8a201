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

const (
	maxStages = 50
	maxGates  = 20
)

func (ck *checks) plan(at string, plan Plan, p *Project) {
	if at != "" {
		at += "."
	}
	if n := len(plan.Stages); n == 0 || n > maxStages {
		ck.add(at+"stages", "has %d stages; give 1 to %d", n, maxStages)
	}
	for i, s := range plan.Stages {
		path := fmt.Sprintf("%sstages[%d].", at, i)
		if s.Percentage <= 0 {
			ck.add(path+"percentage", "must be above 0")
		}
		if i > 0 && s.Percentage <= plan.Stages[i-1].Percentage {
			ck.add(path+"percentage", "is %s, not above the %s of the stage before", s.Percentage, plan.Stages[i-1].Percentage)
		}
		if s.MinExpected < 0 {
			ck.add(path+"minExpected", "must not be negative")
		}
	}
	if len(plan.Gates) > maxGates {
		ck.add(at+"gates", "has %d gates; the limit is %d", len(plan.Gates), maxGates)
	}
	names := map[string]bool{}
	for i, g := range plan.Gates {
		path := fmt.Sprintf("%sgates[%d].", at, i)
		if g.Check != nil {
			ck.check(path, g, names)
			continue
		}
		ck.gate(path, g, p)
	}
	switch plan.OnFail {
	case "", OnFailRollback, OnFailPause:
	default:
		ck.add(at+"onFail", "%q is not one of rollback, pause", plan.OnFail)
	}
	if d := time.Duration(plan.Interval); d != 0 && (d < 100*time.Millisecond || d > time.Hour) {
		ck.add(at+"interval", "is %s; it must lie between 100ms and 1h", d)
	}
}

func (ck *checks) gate(path string, g Gate, p *Project) {
	m := p.Metrics[g.Metric]
	switch {
	case m == nil || m.Archived:
		ck.add(path+"metric", "%q does not exist", g.Metric)
	case m.Metric.Kind != MetricErrorRate && m.Metric.Kind != MetricQuantile:
		ck.add(path+"metric", "%q is of kind %s; a gate takes errorRate or quantile", g.Metric, m.Metric.Kind)
	case m.Metric.Better() == Up:
		ck.add(path+"metric", "%q is good when it rises; a gate takes a metric whose rise is harm", g.Metric)
	case m.Metric.After != 0:
		ck.add(path+"metric", "%q counts from %s after the first exposure; a gate counts at once", g.Metric, m.Metric.After)
	}
	if !(g.MaxRatio > 1.05 && g.MaxRatio <= 100) {
		ck.add(path+"maxRatio", "is %v; it must lie between 1.05 and 100, such as 2 for twice the control", g.MaxRatio)
	}
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
