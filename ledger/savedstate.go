package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
)

// savedState is a State in the form that is written down, so that a start need
// not fold everything again. It is only ever read by the program that wrote it:
// see StateSchema.
type savedState struct {
	Seq      uint64
	Last     Hash
	Projects map[string]savedProject
	Keys     map[string]*AccessKeyState
	Commands []savedUse // oldest first
	Tips     map[string]savedTip
	Frozen   map[string]savedFreeze
}

// savedProject adds what Project keeps out of its JSON.
type savedProject struct {
	Project
	Since []uint64 // of Environments
}

type savedTip struct {
	Seq     uint64
	Hash    Hash
	Chained bool
}

type savedFreeze struct {
	Seq uint64
	Err string
}

type savedUse struct {
	ID          string
	First, Last uint64
	Subject     Subject
	Environment string
}

// Save writes the state to w, for Load.
func (st *State) Save(w io.Writer) error {
	out := savedState{
		Seq: st.Seq, Last: st.Last, Keys: st.Keys, Commands: st.receipts.save(),
		Projects: make(map[string]savedProject, len(st.Projects)),
		Tips:     make(map[string]savedTip, len(st.tips)),
		Frozen:   make(map[string]savedFreeze, len(st.frozen)),
	}
	for key, p := range st.Projects {
		saved := savedProject{Project: *p}
		for _, env := range p.Environments {
			saved.Since = append(saved.Since, env.Since)
		}
		out.Projects[key] = saved
	}
	for wire, t := range st.tips {
		out.Tips[wire] = savedTip{t.seq, t.hash, t.chained}
	}
	for wire, f := range st.frozen {
		out.Frozen[wire] = savedFreeze{f.Seq, f.Err.Error()}
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("save the state at %d: %w", st.Seq, err)
	}
	return nil
}

// Load reads what Save has written. Of a frozen subject's error only the text
// is left.
func Load(r io.Reader) (*State, error) {
	var in savedState
	if err := json.NewDecoder(r).Decode(&in); err != nil {
		return nil, fmt.Errorf("load a state: %w", err)
	}
	st := NewState()
	st.Seq, st.Last = in.Seq, in.Last
	st.receipts.load(in.Commands)
	if in.Keys != nil {
		st.Keys = in.Keys
	}
	for key, saved := range in.Projects {
		p := saved.Project
		if len(saved.Since) != len(p.Environments) {
			return nil, fmt.Errorf("load a state: project %s has %d environments and %d beginnings", key, len(p.Environments), len(saved.Since))
		}
		for i := range p.Environments {
			p.Environments[i].Since = saved.Since[i]
		}
		st.Projects[key] = &p
	}
	for wire, t := range in.Tips {
		st.tips[wire] = tip{t.Seq, t.Hash, t.Chained}
	}
	for wire, f := range in.Frozen {
		st.frozen[wire] = Freeze{f.Seq, errors.New(f.Err)}
	}
	return st, nil
}

// Clone gives a state that Apply can go on with while st stays as it is.
func (st *State) Clone() *State {
	c := &State{
		Seq: st.Seq, Last: st.Last, Keys: maps.Clone(st.Keys), tips: maps.Clone(st.tips), frozen: maps.Clone(st.frozen),
		receipts: receipts{byID: maps.Clone(st.receipts.byID), order: slices.Clone(st.receipts.order), next: st.receipts.next},
		Projects: make(map[string]*Project, len(st.Projects)),
	}
	for key, p := range st.Projects {
		c.Projects[key] = p.Copy()
	}
	return c
}

// Copy returns the project as it is now: later events leave it alone.
func (p *Project) Copy() *Project {
	next := *p
	next.Flags, next.Segments = maps.Clone(p.Flags), maps.Clone(p.Segments)
	next.Metrics, next.Plans = maps.Clone(p.Metrics), maps.Clone(p.Plans)
	return &next
}

func (r *receipts) save() []savedUse {
	out := make([]savedUse, 0, len(r.order))
	for i := range r.order {
		id := r.order[(r.next+i)%len(r.order)]
		u := r.byID[id]
		out = append(out, savedUse{id, u.First, u.Last, u.subject, u.environment})
	}
	return out
}

func (r *receipts) load(saved []savedUse) {
	r.byID = make(map[string]use, len(saved))
	for _, s := range saved {
		r.order = append(r.order, s.ID)
		r.byID[s.ID] = use{Receipt{s.First, s.Last}, s.Subject, s.Environment}
	}
}

// StateSchema names the form of a saved state: it differs when anything that a
// State consists of has another name or type, or when other events can be
// decoded. It does not know how events are folded, so who keeps states over an
// upgrade adds the version of the program.
func StateSchema() string {
	h := sha256.New()
	describe(h, reflect.TypeFor[savedState](), map[reflect.Type]bool{})
	types := Types()
	slices.Sort(types)
	_, _ = fmt.Fprintln(h, types)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// describe writes the structure of t, each type once.
func describe(w io.Writer, t reflect.Type, seen map[reflect.Type]bool) {
	_, _ = fmt.Fprintln(w, t)
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			_, _ = fmt.Fprintln(w, f.Name, f.Tag)
			describe(w, f.Type, seen)
		}
	case reflect.Map:
		describe(w, t.Key(), seen)
		describe(w, t.Elem(), seen)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		describe(w, t.Elem(), seen)
	default: // its name says it all
	}
}
