package ledger

import (
	"fmt"
	"slices"
)

func (e ProjectCreated) fold(st *State, rec Recorded) error {
	key := rec.Subject.Project
	if st.Projects[key] != nil {
		return fmt.Errorf("project %q exists twice", key)
	}
	st.Projects[key] = &Project{
		Key: key, Name: e.Name, Seq: rec.Seq, CreatedAt: rec.At,
		Flags: map[string]*Flag{}, Segments: map[string]*SegmentState{},
		Metrics: map[string]*MetricState{}, Plans: map[string]*PlanState{},
	}
	return nil
}

func (e EnvironmentCreated) fold(st *State, rec Recorded) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	if p.Environment(e.Environment) != nil {
		return fmt.Errorf("environment %q exists twice", e.Environment)
	}
	p.Environments = append(slices.Clone(p.Environments),
		Environment{Key: e.Environment, Name: e.Name, Production: e.Production, ReasonRequired: e.ReasonRequired, Since: rec.Seq})
	return nil
}

func (e EnvironmentChanged) fold(st *State, rec Recorded) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	old := p.Environment(e.Environment)
	if old == nil {
		return notFound("environment", e.Environment)
	}
	next := *old
	next.Name, next.Production, next.ReasonRequired = e.Name, e.Production, e.ReasonRequired
	p.Environments = slices.Clone(p.Environments)
	*p.Environment(e.Environment) = next
	return nil
}

func (e EnvironmentChanged) environment() string { return e.Environment }

func (e EnvironmentCreated) environment() string { return e.Environment }

func (e SegmentSaved) fold(st *State, rec Recorded) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	seg := e.Segment
	seg.Version = rec.Seq
	p.Segments[rec.Subject.Key] = &SegmentState{Key: rec.Subject.Key, Seq: rec.Seq, Name: e.Name, Segment: seg}
	return nil
}

func (e MetricSaved) fold(st *State, rec Recorded) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	p.Metrics[rec.Subject.Key] = &MetricState{Key: rec.Subject.Key, Seq: rec.Seq, Metric: e.Metric}
	return nil
}

func (e PlanSaved) fold(st *State, rec Recorded) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	p.Plans[rec.Subject.Key] = &PlanState{Key: rec.Subject.Key, Seq: rec.Seq, Plan: e.Plan}
	return nil
}

func (SegmentArchived) fold(st *State, rec Recorded) error {
	return archive(st, rec, func(p *Project) map[string]*SegmentState { return p.Segments },
		func(s *SegmentState) { s.Seq, s.Archived = rec.Seq, true })
}

func (MetricArchived) fold(st *State, rec Recorded) error {
	return archive(st, rec, func(p *Project) map[string]*MetricState { return p.Metrics },
		func(m *MetricState) { m.Seq, m.Archived = rec.Seq, true })
}

func (PlanArchived) fold(st *State, rec Recorded) error {
	return archive(st, rec, func(p *Project) map[string]*PlanState { return p.Plans },
		func(s *PlanState) { s.Seq, s.Archived = rec.Seq, true })
}

// archive replaces the entry that rec is about by a changed copy.
func archive[T any](st *State, rec Recorded, in func(*Project) map[string]*T, change func(*T)) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	old := in(p)[rec.Subject.Key]
	if old == nil {
		return notFound(string(rec.Subject.Kind), rec.Subject.Key)
	}
	next := *old
	change(&next)
	in(p)[rec.Subject.Key] = &next
	return nil
}

func (e AccessKeyCreated) fold(st *State, rec Recorded) error {
	id := rec.Subject.Key
	if st.Keys[id] != nil {
		return fmt.Errorf("access key %q exists twice", id)
	}
	st.Keys[id] = &AccessKeyState{ID: id, AccessKey: e.Key, CreatedAt: rec.At}
	return nil
}

func (AccessKeyRevoked) fold(st *State, rec Recorded) error {
	old := st.Keys[rec.Subject.Key]
	if old == nil {
		return notFound("access key", rec.Subject.Key)
	}
	revoked := *old
	revoked.Revoked = true
	st.Keys[rec.Subject.Key] = &revoked
	return nil
}
