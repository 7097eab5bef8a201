package ledger

import (
	"fmt"
	"maps"
	"slices"
)

// NewState returns the state of an empty ledger.
func NewState() *State {
	return &State{
		Projects: map[string]*Project{},
		Keys:     map[string]*AccessKeyState{},
		subjects: map[string]uint64{},
		frozen:   map[string]Freeze{},
	}
}

// Apply folds the next event into the state. It returns ErrHole when rec is
// not the event after Seq, and changes nothing then. An event that cannot be
// folded freezes its subject: Frozen reports it, and Apply returns nil.
func (st *State) Apply(rec Recorded) error {
	if rec.Seq != st.Seq+1 {
		return fmt.Errorf("apply event %d after %d: %w", rec.Seq, st.Seq, ErrHole)
	}
	wire := rec.Subject.String()
	st.Seq = rec.Seq
	st.subjects[wire] = rec.Seq
	st.receipts.note(rec.Command, rec.Seq)
	if p := st.Projects[rec.Subject.Project]; p != nil {
		p.Seq = rec.Seq
	}
	if _, ok := st.frozen[wire]; ok {
		return nil
	}
	if err := st.fold(rec); err != nil {
		st.frozen[wire] = Freeze{Seq: rec.Seq, Err: err}
	}
	return nil
}

// fold dispatches by what the event is about.
func (st *State) fold(rec Recorded) error {
	switch e := rec.Event.(type) {
	case Unknown:
		return e.Err
	case ProjectCreated:
		return st.foldProjectCreated(rec, e)
	case AccessKeyCreated:
		return st.foldAccessKeyCreated(rec, e)
	case AccessKeyRevoked:
		return st.foldAccessKeyRevoked(rec)
	}
	p := st.Projects[rec.Subject.Project]
	if p == nil {
		return fmt.Errorf("project %q was never created", rec.Subject.Project)
	}
	switch e := rec.Event.(type) {
	case EnvironmentCreated:
		if p.Environment(e.Environment) != nil {
			return fmt.Errorf("environment %q exists twice", e.Environment)
		}
		p.Environments = append(slices.Clone(p.Environments),
			Environment{Key: e.Environment, Name: e.Name, Production: e.Production, Since: rec.Seq})
	case SegmentSaved:
		seg := e.Segment
		seg.Version = rec.Seq
		p.Segments[rec.Subject.Key] = &SegmentState{Key: rec.Subject.Key, Seq: rec.Seq, Name: e.Name, Segment: seg}
	case MetricSaved:
		p.Metrics[rec.Subject.Key] = &MetricState{Key: rec.Subject.Key, Seq: rec.Seq, Metric: e.Metric}
	case PlanSaved:
		p.Plans[rec.Subject.Key] = &PlanState{Key: rec.Subject.Key, Seq: rec.Seq, Plan: e.Plan}
	case SegmentArchived, MetricArchived, PlanArchived:
		return p.foldArchived(rec)
	default:
		f, err := foldFlag(p.Flags[rec.Subject.Key], rec)
		if err != nil {
			return err
		}
		p.Flags[rec.Subject.Key] = f
	}
	return nil
}

func (st *State) foldProjectCreated(rec Recorded, e ProjectCreated) error {
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

func (st *State) foldAccessKeyCreated(rec Recorded, e AccessKeyCreated) error {
	id := rec.Subject.Key
	if st.Keys[id] != nil {
		return fmt.Errorf("access key %q exists twice", id)
	}
	st.Keys[id] = &AccessKeyState{ID: id, AccessKey: e.Key, CreatedAt: rec.At}
	return nil
}

func (st *State) foldAccessKeyRevoked(rec Recorded) error {
	old := st.Keys[rec.Subject.Key]
	if old == nil {
		return fmt.Errorf("access key %q was never created", rec.Subject.Key)
	}
	revoked := *old
	revoked.Revoked = true
	st.Keys[rec.Subject.Key] = &revoked
	return nil
}

func (p *Project) foldArchived(rec Recorded) error {
	key := rec.Subject.Key
	switch rec.Event.(type) {
	case SegmentArchived:
		return archive(p.Segments, key, func(s *SegmentState) { s.Seq, s.Archived = rec.Seq, true })
	case MetricArchived:
		return archive(p.Metrics, key, func(m *MetricState) { m.Seq, m.Archived = rec.Seq, true })
	default:
		return archive(p.Plans, key, func(s *PlanState) { s.Seq, s.Archived = rec.Seq, true })
	}
}

// archive replaces the entry of key by a changed copy.
func archive[T any](in map[string]*T, key string, change func(*T)) error {
	old := in[key]
	if old == nil {
		return fmt.Errorf("%q was never created", key)
	}
	next := *old
	change(&next)
	in[key] = &next
	return nil
}

// SubjectSeq returns the sequence of the newest event on s, 0 for none.
func (st *State) SubjectSeq(s Subject) uint64 { return st.subjects[s.String()] }

// Clone returns an independent copy: applying events to one leaves the other
// as it was.
func (st *State) Clone() *State {
	c := *st
	c.Projects = make(map[string]*Project, len(st.Projects))
	for k, p := range st.Projects {
		q := *p
		q.Flags, q.Segments = maps.Clone(p.Flags), maps.Clone(p.Segments)
		q.Metrics, q.Plans = maps.Clone(p.Metrics), maps.Clone(p.Plans)
		c.Projects[k] = &q
	}
	c.Keys, c.subjects, c.frozen = maps.Clone(st.Keys), maps.Clone(st.subjects), maps.Clone(st.frozen)
	c.receipts = st.receipts.clone()
	return &c
}
