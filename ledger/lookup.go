package ledger

import "github.com/flagledger/flagledger/evaluator"

// flag finds a live flag that may be changed.
func (st *State) flag(ref FlagRef) (*Project, *Flag, error) {
	p, f, err := st.anyFlag(ref)
	if err == nil && f.Archived {
		return nil, nil, refused("flag %q is archived; restore it first", ref.Flag)
	}
	return p, f, err
}

// anyFlag finds a flag that may be changed, or restored.
func (st *State) anyFlag(ref FlagRef) (*Project, *Flag, error) {
	p, err := st.project(ref.Project)
	if err != nil {
		return nil, nil, err
	}
	f := p.Flags[ref.Flag]
	if f == nil {
		return nil, nil, notFound("flag", ref.Flag)
	}
	if err := st.checkFrozen(ref.subject()); err != nil {
		return nil, nil, err
	}
	return p, f, nil
}

// place finds a live flag in an environment that exists.
func (st *State) place(ref PlaceRef) (*Project, *Flag, error) {
	p, f, err := st.flag(ref.FlagRef)
	if err != nil {
		return nil, nil, err
	}
	if p.Environment(ref.Environment) == nil {
		return nil, nil, notFound("environment", ref.Environment)
	}
	return p, f, nil
}

func (st *State) checkFrozen(s Subject) error {
	if fr, ok := st.FrozenAt(s); ok {
		return refused("%s %q is frozen at its last good state, because event %d cannot be read: %v; "+
			"run a version that can read it", s.Kind, s.Key, fr.Seq, fr.Err)
	}
	return nil
}

// FrozenAt returns why s stopped at its last good state, if it has.
func (st *State) FrozenAt(s Subject) (Freeze, bool) {
	f, ok := st.frozen[s.String()]
	return f, ok
}

// Frozen lists the subjects that stopped at their last good state.
func (st *State) Frozen() map[string]Freeze {
	out := make(map[string]Freeze, len(st.frozen))
	for k, v := range st.frozen {
		out[k] = v
	}
	return out
}

// In returns the flag as it is in an environment. For one that was never
// touched that is: off, with the on variant as default. The result must not
// be changed.
func (f *Flag) In(env string) *FlagEnvironment {
	if here, ok := f.Environments[env]; ok {
		return here
	}
	return &FlagEnvironment{Config: evaluator.Config{
		OffVariant: f.OffVariant,
		Default:    evaluator.Serve{Variant: f.OnVariant},
	}}
}

// Ruling returns the flag as a ruleset of env holds it.
func (f *Flag) Ruling(env string) evaluator.Flag {
	here := f.In(env)
	return evaluator.Flag{
		Version: max(here.Version, f.Base), Type: f.Type, Salt: f.Salt, Variants: f.Variants, Config: here.Config,
	}
}

// Live returns the flag if it is served at all.
func (p *Project) Live(key string) *Flag {
	if f := p.Flags[key]; f != nil && !f.Archived {
		return f
	}
	return nil
}

// scope shows the evaluator's validation what a flag may refer to.
type scope struct {
	project *Project
	env     string
}

func (s scope) Flag(key string) (evaluator.Flag, bool) {
	if f := s.project.Live(key); f != nil {
		return f.Ruling(s.env), true
	}
	return evaluator.Flag{}, false
}

func (s scope) Segment(key string) (evaluator.Segment, bool) {
	if seg := s.project.Segments[key]; seg != nil && !seg.Archived {
		return seg.Segment, true
	}
	return evaluator.Segment{}, false
}
