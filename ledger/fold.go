package ledger

import "fmt"

// NewState returns the state of an empty ledger.
func NewState() *State {
	return &State{
		Projects: map[string]*Project{},
		Keys:     map[string]*AccessKeyState{},
		tips:     map[string]tip{},
		frozen:   map[string]Freeze{},
	}
}

// Apply folds the next event into the state. It returns ErrHole when rec is
// not the event after Seq, and changes nothing then. An event that cannot be
// folded, or does not follow on the one before it on its subject, freezes its
// subject: Frozen reports it, and Apply returns nil.
func (st *State) Apply(rec Recorded) error {
	if rec.Seq != st.Seq+1 {
		return fmt.Errorf("apply event %d after %d: %w", rec.Seq, st.Seq, ErrHole)
	}
	st.Last = rec.Hash
	st.apply(rec)
	return nil
}

// ApplySubject is Apply for a state of some subjects only: rec may be any event
// after those of its subject that have been applied. How a subject is folded
// depends on no other one, but for the project that must be there. A state made
// like this is to be looked at and not to be decided against.
func (st *State) ApplySubject(rec Recorded) error {
	if newest := st.SubjectSeq(rec.Subject); rec.Seq <= newest {
		return fmt.Errorf("apply event %d of %s after %d: %w", rec.Seq, rec.Subject, newest, ErrHole)
	}
	st.apply(rec)
	return nil
}

func (st *State) apply(rec Recorded) {
	wire := rec.Subject.String()
	st.Seq = max(st.Seq, rec.Seq)
	newest, err := st.tips[wire].follow(rec)
	st.tips[wire] = newest
	st.receipts.note(rec)
	if p := st.Projects[rec.Subject.Project]; p != nil {
		p.Seq = max(p.Seq, rec.Seq)
	}
	if _, ok := st.frozen[wire]; ok {
		return
	}
	if err == nil {
		err = rec.Event.fold(st, rec)
	}
	if err != nil {
		st.frozen[wire] = Freeze{Seq: rec.Seq, Err: err}
	}
}

func (e Unknown) fold(*State, Recorded) error { return e.Err }

// placed is an event that concerns one environment.
type placed interface{ environment() string }

// EnvironmentOf returns the environment that an event concerns, or "" when it
// concerns all of them or none.
func EnvironmentOf(e Event) string {
	if p, ok := e.(placed); ok {
		return p.environment()
	}
	return ""
}
