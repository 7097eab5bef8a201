package ledger

import (
	"fmt"
	"maps"
)

func (e FlagCreated) fold(st *State, rec Recorded) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	key := rec.Subject.Key
	if p.Flags[key] != nil {
		return fmt.Errorf("flag %q exists twice", key)
	}
	p.Flags[key] = &Flag{
		Key: key, Seq: rec.Seq, Base: rec.Seq, Type: e.Type, Salt: e.Salt, Variants: e.Variants,
		OffVariant: e.OffVariant, OnVariant: e.OnVariant, Details: e.Details,
		CreatedAt: rec.At, ChangedAt: rec.At, ChangedBy: rec.Actor,
		Environments: map[string]*FlagEnvironment{},
	}
	return nil
}

// onFlag replaces the flag that rec is about by a copy that change has changed.
func onFlag(st *State, rec Recorded, change func(*Flag) error) error {
	p, err := st.project(rec.Subject.Project)
	if err != nil {
		return err
	}
	old := p.Flags[rec.Subject.Key]
	if old == nil {
		return notFound("flag", rec.Subject.Key)
	}
	next := *old
	next.Seq, next.ChangedAt, next.ChangedBy = rec.Seq, rec.At, rec.Actor
	if err := change(&next); err != nil {
		return err
	}
	p.Flags[rec.Subject.Key] = &next
	return nil
}

// onPlace is onFlag for what differs by environment.
func onPlace(st *State, rec Recorded, env string, change func(*FlagEnvironment) error) error {
	return onFlag(st, rec, func(f *Flag) error {
		here := *f.In(env)
		if err := change(&here); err != nil {
			return err
		}
		here.observe(rec)
		before := *f
		f.Environments = maps.Clone(f.Environments)
		f.Environments[env] = &here
		here.settle(&before, f, env, rec)
		return nil
	})
}

func (e FlagDetailsChanged) fold(st *State, rec Recorded) error {
	return onFlag(st, rec, func(f *Flag) error {
		f.Details = e.Details
		return nil
	})
}

func (e FlagTurnedStale) fold(st *State, rec Recorded) error {
	return onStale(st, rec, &Staleness{At: rec.At, Since: e.Since, Findings: e.Findings})
}

func (FlagStalenessEnded) fold(st *State, rec Recorded) error { return onStale(st, rec, nil) }

// onStale marks a flag. That is no change of it: who changed it last stays.
func onStale(st *State, rec Recorded, stale *Staleness) error {
	return onFlag(st, rec, func(f *Flag) error {
		old := st.Projects[rec.Subject.Project].Flags[f.Key]
		f.ChangedAt, f.ChangedBy, f.Stale = old.ChangedAt, old.ChangedBy, stale
		return nil
	})
}

func (e FlagVariantsReplaced) fold(st *State, rec Recorded) error {
	return onFlag(st, rec, func(f *Flag) error {
		f.Variants, f.Base = e.Variants, rec.Seq
		f.Environments = maps.Clone(f.Environments)
		for env, old := range f.Environments {
			here := *old
			here.Since = rec.At
			f.Environments[env] = &here
		}
		return nil
	})
}

func (FlagArchived) fold(st *State, rec Recorded) error {
	return onFlag(st, rec, func(f *Flag) error {
		f.Archived, f.Base = true, rec.Seq
		return nil
	})
}

func (FlagRestored) fold(st *State, rec Recorded) error {
	return onFlag(st, rec, func(f *Flag) error {
		f.Archived, f.Base = false, rec.Seq
		return nil
	})
}

func (e FlagConfigReplaced) fold(st *State, rec Recorded) error {
	return onPlace(st, rec, e.Environment, func(here *FlagEnvironment) error {
		on := here.Config.On
		here.Config, here.Version = e.Config, rec.Seq
		here.Config.On = on
		return nil
	})
}

func (e FlagTurnedOn) fold(st *State, rec Recorded) error {
	return onPlace(st, rec, e.Environment, func(here *FlagEnvironment) error {
		here.Config.On, here.Version = true, rec.Seq
		return nil
	})
}

// A rollout that is switched off under its feet closes its span: what is
// exposed from now on says nothing about the treatment.
func (e FlagTurnedOff) fold(st *State, rec Recorded) error {
	return onPlace(st, rec, e.Environment, func(here *FlagEnvironment) error {
		here.Config.On, here.Version = false, rec.Seq
		if here.Rollout.Active() {
			r := here.Rollout.copy()
			r.closeSpan(rec)
			here.Rollout = r
		}
		return nil
	})
}

func (e FlagConfigReplaced) environment() string { return e.Environment }
func (e FlagTurnedOn) environment() string       { return e.Environment }
func (e FlagTurnedOff) environment() string      { return e.Environment }
