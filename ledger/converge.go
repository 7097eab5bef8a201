package ledger

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// ConvergeFlags brings flags of a project to given states, all or none, by the
// events that this takes: it undoes changes and promotes configurations between
// environments.
type ConvergeFlags struct {
	Project string
	Targets []FlagTarget
}

// FlagTarget is what one flag is to become. What is left empty stays as it is.
type FlagTarget struct {
	Flag string
	// Seen is the newest event of the flag that whoever wants it has seen; if
	// there is a newer one nothing is done. 0 is for any state.
	Seen     uint64
	Archived *bool
	Variants []evaluator.Variant
	Details  *FlagDetails
	// Environments have the whole targeting of each, On included.
	Environments map[string]evaluator.Config
}

func (c ConvergeFlags) subject() Subject {
	key := ""
	if len(c.Targets) > 0 {
		key = c.Targets[0].Flag
	}
	return Subject{c.Project, KindFlag, key}
}

func (c ConvergeFlags) decide(st *State, now time.Time) (Decision, error) {
	d, _, err := c.converge(st, now)
	return d, err
}

// Preview gives the flags as they would be after the command, by their keys, and
// the error that the command would have. It is pure.
func (c ConvergeFlags) Preview(st *State, now time.Time) (map[string]*Flag, error) {
	_, after, err := c.converge(st, now)
	if err != nil {
		return nil, err
	}
	out := map[string]*Flag{}
	for _, t := range c.Targets {
		out[t.Flag] = after.Flags[t.Flag]
	}
	return out, nil
}

// converge works on a copy of the project, so that what is decided of one flag is
// seen by those that refer to it, and checks the outcome as a whole.
func (c ConvergeFlags) converge(st *State, now time.Time) (Decision, *Project, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, nil, err
	}
	if len(c.Targets) == 0 {
		return Decision{}, nil, &CommandError{Kind: ErrInvalid, Message: "no flag is named"}
	}
	copied := *p
	copied.Flags = maps.Clone(p.Flags)
	scratch := &State{Projects: map[string]*Project{p.Key: &copied}, tips: map[string]tip{}, frozen: map[string]Freeze{}}
	d := Decision{Guard: c.Project}
	for _, t := range c.Targets {
		changes, err := c.changes(st, p, t)
		if err != nil {
			return Decision{}, nil, err
		}
		for _, change := range changes {
			rec := Recorded{Seq: st.Seq + 1, Subject: change.Subject, At: now, Part: 1, Parts: 1, Event: change.Event}
			if err := change.Event.fold(scratch, rec); err != nil {
				return Decision{}, nil, fmt.Errorf("converge flag %q: %w", t.Flag, err)
			}
		}
		d.Changes = append(d.Changes, changes...)
	}
	if len(d.Changes) == 0 {
		d.Guard = ""
	}
	var ck checks
	for _, t := range c.Targets {
		ck.converged(&copied, copied.Flags[t.Flag])
	}
	return d, &copied, ck.err("outcome")
}

// converged checks a flag after all have changed, and those that depend on it.
func (ck *checks) converged(p *Project, f *Flag) {
	if !f.Archived {
		ck.details(f.Details)
	}
	for _, env := range p.Environments {
		if !f.Archived {
			ck.addValidation(evaluator.ValidateFlag(f.Key, f.Ruling(env.Key), scope{p, env.Key}))
			ck.dependents(p, env.Key, f.Key, f.Variants)
			continue
		}
		for _, other := range p.Flags {
			for _, pre := range other.In(env.Key).Config.Prerequisites {
				if pre.Flag == f.Key && !other.Archived {
					ck.add("targets", "flag %q cannot be archived: it is a prerequisite of %q in %s", f.Key, other.Key, env.Key)
				}
			}
		}
	}
}

// changes are the events that bring one flag to its target.
func (c ConvergeFlags) changes(st *State, p *Project, t FlagTarget) ([]Change, error) {
	subject := Subject{c.Project, KindFlag, t.Flag}
	f := p.Flags[t.Flag]
	if f == nil {
		return nil, notFound("flag", t.Flag)
	}
	if err := st.checkFrozen(subject); err != nil {
		return nil, err
	}
	if t.Seen > 0 && st.SubjectSeq(subject) != t.Seen {
		return nil, changed(subject, st.SubjectSeq(subject), t.Seen)
	}
	var out []Change
	add := func(e Event) { out = append(out, Change{subject, e}) }
	archive := t.Archived != nil && *t.Archived
	if f.Archived && t.Archived != nil && !archive {
		add(FlagRestored{})
	} else if f.Archived && !archive {
		return nil, refused("flag %q is archived; restore it first", t.Flag)
	}
	if t.Details != nil && !reflect.DeepEqual(f.Details, *t.Details) {
		add(FlagDetailsChanged{Details: *t.Details})
	}
	if t.Variants != nil && !reflect.DeepEqual(f.Variants, t.Variants) {
		add(FlagVariantsReplaced{Variants: t.Variants})
	}
	for _, env := range slices.Sorted(maps.Keys(t.Environments)) {
		if p.Environment(env) == nil {
			return nil, notFound("environment", env)
		}
		for _, e := range configChanges(f.In(env).Config, t.Environments[env], env) {
			add(e)
		}
	}
	if archive && !f.Archived {
		add(FlagArchived{})
	}
	return out, free(f, out)
}

// configChanges are the events between two configurations of an environment: off
// comes first and on last, as a reader of the history would do it.
func configChanges(from, to evaluator.Config, env string) []Event {
	var out []Event
	if from.On && !to.On {
		out = append(out, FlagTurnedOff{Environment: env})
	}
	same := to
	same.On = from.On
	if !reflect.DeepEqual(from, same) {
		same.On = from.On && to.On
		out = append(out, FlagConfigReplaced{Environment: env, Config: same})
	}
	if to.On && !from.On {
		out = append(out, FlagTurnedOn{Environment: env})
	}
	return out
}

// free reports which rollout or experiment has a say in what the events change.
func free(f *Flag, events []Change) error {
	for _, c := range events {
		env := EnvironmentOf(c.Event)
		_, archived := c.Event.(FlagArchived)
		for key, here := range f.Environments {
			if key != env && !archived {
				continue
			}
			if here.Rollout.Active() {
				return refused("flag %q has the active rollout %s in %s; abort it first", f.Key, here.Rollout.ID, key)
			}
			if here.Experiment.Running() {
				return refused("flag %q has the running experiment %s in %s; stop it first", f.Key, here.Experiment.ID, key)
			}
		}
	}
	return nil
}

// Revert is the target that makes a flag again what it was: then is nil when it
// did not exist. environments limits it to some; nil is all of them, and what all
// environments share. A moment at which a rollout was under way is refused, as
// its share without the rollout would be nobody's.
func Revert(p *Project, now, then *Flag, environments []string) (FlagTarget, error) {
	t := FlagTarget{Flag: now.Key, Seen: now.Seq, Environments: map[string]evaluator.Config{}}
	if then == nil {
		archived := true
		t.Archived = &archived
		return t, nil
	}
	if environments == nil {
		details := then.Details
		t.Archived, t.Details, t.Variants = &then.Archived, &details, then.Variants
		if then.Archived {
			return t, nil
		}
	}
	for _, env := range p.Environments {
		if environments != nil && !slices.Contains(environments, env.Key) {
			continue
		}
		here := then.In(env.Key)
		if here.Rollout.Active() {
			return t, refused("flag %q was amid rollout %s in %s then; name a moment before or after it", now.Key, here.Rollout.ID, env.Key)
		}
		t.Environments[env.Key] = here.Config
	}
	return t, nil
}

// Part is a part of a configuration that can be promoted by itself.
type Part string

// The parts of a configuration.
const (
	PartOn            Part = "on"
	PartPrerequisites Part = "prerequisites"
	PartTargets       Part = "targets"
	PartRules         Part = "rules"
	PartDefault       Part = "default"
	PartOffVariant    Part = "offVariant"
)

// Parts lists all parts of a configuration.
func Parts() []Part {
	return []Part{PartOn, PartPrerequisites, PartTargets, PartRules, PartDefault, PartOffVariant}
}

// Promote is the target that gives a flag in one environment parts of what it has
// in another.
func Promote(f *Flag, from, to string, parts []Part) (FlagTarget, error) {
	if r := f.In(from).Rollout; r.Active() {
		return FlagTarget{}, refused("flag %q has the active rollout %s in %s; end it first", f.Key, r.ID, from)
	}
	source, config := f.In(from).Config, f.In(to).Config
	for _, part := range parts {
		switch part {
		case PartOn:
			config.On = source.On
		case PartPrerequisites:
			config.Prerequisites = source.Prerequisites
		case PartTargets:
			config.Targets = source.Targets
		case PartRules:
			config.Rules = source.Rules
		case PartDefault:
			config.Default = source.Default
		case PartOffVariant:
			config.OffVariant = source.OffVariant
		default:
			return FlagTarget{}, &CommandError{Kind: ErrInvalid, Message: fmt.Sprintf("there is no part %q; the parts are %v", part, Parts())}
		}
	}
	return FlagTarget{Flag: f.Key, Seen: f.Seq, Environments: map[string]evaluator.Config{to: config}}, nil
}
