package ledger

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

func (c CreateFlag) decide(st *State, _ time.Time) (Decision, error) {
	p, err := st.project(c.Project)
	if err != nil {
		return Decision{}, err
	}
	c = c.withDefaults()
	var ck checks
	ck.key("key", c.Flag)
	if len(c.Salt) > MaxKeyLength {
		ck.add("salt", "has %d bytes; the limit is %d", len(c.Salt), MaxKeyLength)
	}
	flag := &Flag{
		Key: c.Flag, Type: c.Type, Salt: c.Salt, Variants: c.Variants,
		OffVariant: c.OffVariant, OnVariant: c.OnVariant,
	}
	ck.addValidation(evaluator.ValidateFlag(c.Flag, flag.Ruling(""), scope{p, ""}))
	ck.details(c.Details)
	if err := ck.err("flag"); err != nil {
		return Decision{}, err
	}
	if p.Flags[c.Flag] != nil {
		return Decision{}, exists("flag", c.Flag)
	}
	if err := st.checkFrozen(c.subject()); err != nil {
		return Decision{}, err
	}
	return Decision{Changes: []Change{{c.subject(), FlagCreated{
		Type: c.Type, Salt: c.Salt, Variants: c.Variants,
		OffVariant: c.OffVariant, OnVariant: c.OnVariant, Details: c.Details,
	}}}}, nil
}

func (c CreateFlag) withDefaults() CreateFlag {
	if c.Type == "" && len(c.Variants) == 0 {
		c.Type = evaluator.TypeBoolean
	}
	if c.Type == evaluator.TypeBoolean && len(c.Variants) == 0 {
		c.Variants = []evaluator.Variant{
			{Name: "on", Value: json.RawMessage("true")},
			{Name: "off", Value: json.RawMessage("false")},
		}
	}
	if n := len(c.Variants); n > 0 {
		if c.OnVariant == "" {
			c.OnVariant = c.Variants[0].Name
		}
		if c.OffVariant == "" {
			c.OffVariant = c.Variants[n-1].Name
		}
	}
	if c.Salt == "" {
		c.Salt = c.Flag
	}
	return c
}

// Limits of what describes a flag.
const (
	maxText = 10_000
	maxTags = 50
)

func (ck *checks) details(d FlagDetails) {
	for _, f := range []struct{ path, text string }{
		{"details.name", d.Name}, {"details.description", d.Description}, {"details.owner", d.Owner},
	} {
		if len(f.text) > maxText {
			ck.add(f.path, "has %d bytes; the limit is %d", len(f.text), maxText)
		}
	}
	if len(d.Tags) > maxTags {
		ck.add("details.tags", "has %d tags; the limit is %d", len(d.Tags), maxTags)
	}
	for _, tag := range d.Tags {
		ck.key("details.tags", tag)
	}
}

func (c ChangeFlagDetails) decide(st *State, _ time.Time) (Decision, error) {
	_, f, err := st.flag(c.FlagRef)
	if err != nil {
		return Decision{}, err
	}
	var ck checks
	ck.details(c.Details)
	if err := ck.err("flag"); err != nil {
		return Decision{}, err
	}
	if reflect.DeepEqual(f.Details, c.Details) {
		return Decision{}, nil
	}
	return Decision{Changes: []Change{{c.subject(), FlagDetailsChanged{Details: c.Details}}}}, nil
}

func (c ReplaceVariants) decide(st *State, _ time.Time) (Decision, error) {
	p, f, err := st.flag(c.FlagRef)
	if err != nil {
		return Decision{}, err
	}
	changed := *f
	changed.Variants = c.Variants
	var ck checks
	for _, env := range p.Environments {
		sc := scope{p, env.Key}
		ck.addValidation(evaluator.ValidateFlag(c.Flag, changed.Ruling(env.Key), sc))
		ck.dependents(p, env.Key, c.Flag, c.Variants)
	}
	if err := ck.err("flag"); err != nil {
		return Decision{}, err
	}
	return Decision{
		Changes: []Change{{c.subject(), FlagVariantsReplaced{Variants: c.Variants}}},
		Guard:   c.Project,
	}, nil
}

// dependents checks that flags with key as prerequisite still name variants
// that exist.
func (ck *checks) dependents(p *Project, env, key string, variants []evaluator.Variant) {
	have := map[string]bool{}
	for _, v := range variants {
		have[v.Name] = true
	}
	for _, other := range p.Flags {
		for _, pre := range other.In(env).Config.Prerequisites {
			for _, v := range pre.Variants {
				if pre.Flag == key && !other.Archived && !have[v] {
					ck.add("variants", "lack %q, which flag %q in %s has as a prerequisite", v, other.Key, env)
				}
			}
		}
	}
}

func (c ReplaceConfig) decide(st *State, _ time.Time) (Decision, error) {
	p, f, err := st.place(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	here := f.In(c.Environment)
	config := c.Config
	config.On = here.Config.On
	if config.OffVariant == "" {
		config.OffVariant = f.OffVariant
	}
	if here.Rollout.Active() {
		people, _ := dividedRules(config.Rules)
		_, rollouts := dividedRules(here.Config.Rules)
		config.Rules = append(people, rollouts...)
	}
	ruling := f.Ruling(c.Environment)
	ruling.Config = config
	var ck checks
	ck.addValidation(evaluator.ValidateFlag(c.Flag, ruling, scope{p, c.Environment}))
	if err := ck.err("configuration"); err != nil {
		return Decision{}, err
	}
	if here.Rollout.Active() && !reflect.DeepEqual(config.Default, here.Config.Default) {
		return Decision{}, refused("the default of flag %q in %s belongs to rollout %s; abort the rollout to change it",
			c.Flag, c.Environment, here.Rollout.ID)
	}
	if reflect.DeepEqual(config, here.Config) {
		return Decision{}, nil
	}
	return Decision{
		Changes: []Change{{c.subject(), FlagConfigReplaced{Environment: c.Environment, Config: config}}},
		Guard:   guardFor(c.Project, config),
	}, nil
}

// guardFor returns the project when config refers to other flags or segments,
// which must not change between deciding and appending.
func guardFor(project string, config evaluator.Config) string {
	if len(config.Prerequisites) > 0 {
		return project
	}
	for _, r := range config.Rules {
		if usesSegment(r.Clauses, "") {
			return project
		}
	}
	return ""
}

// usesSegment reports whether a clause refers to the segment key, or to any
// segment when key is empty.
func usesSegment(clauses []evaluator.Clause, key string) bool {
	for _, cl := range clauses {
		if cl.Op != evaluator.OpInSegment {
			continue
		}
		for _, raw := range cl.Values {
			var s string
			if json.Unmarshal(raw, &s) == nil && (key == "" || s == key) {
				return true
			}
		}
	}
	return false
}

func (c TurnOn) decide(st *State, _ time.Time) (Decision, error) {
	_, f, err := st.place(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	if f.In(c.Environment).Config.On {
		return Decision{}, nil
	}
	return Decision{Changes: []Change{{c.subject(), FlagTurnedOn{Environment: c.Environment}}}}, nil
}

func (c TurnOff) decide(st *State, _ time.Time) (Decision, error) {
	_, f, err := st.place(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	here := f.In(c.Environment)
	if !here.Config.On {
		return Decision{}, nil
	}
	d := Decision{Changes: []Change{{c.subject(), FlagTurnedOff{Environment: c.Environment}}}}
	if r := here.Rollout; r != nil && r.Status == RolloutRunning {
		d.Changes = append(d.Changes, Change{c.subject(), RolloutPaused{Environment: c.Environment, Rollout: r.ID}})
	}
	return d, nil
}

func (c ArchiveFlag) decide(st *State, _ time.Time) (Decision, error) {
	p, f, err := st.flag(c.FlagRef)
	if err != nil {
		return Decision{}, err
	}
	for env, here := range f.Environments {
		if here.Rollout.Active() {
			return Decision{}, refused("flag %q has the active rollout %s in %s; abort it first", c.Flag, here.Rollout.ID, env)
		}
		if here.Experiment.Running() {
			return Decision{}, refused("flag %q has the running experiment %s in %s; stop it first", c.Flag, here.Experiment.ID, env)
		}
	}
	for _, other := range p.Flags {
		for env, here := range other.Environments {
			for _, pre := range here.Config.Prerequisites {
				if pre.Flag == c.Flag && !other.Archived {
					return Decision{}, refused("flag %q is a prerequisite of %q in %s; change that flag first", c.Flag, other.Key, env)
				}
			}
		}
	}
	return Decision{Changes: []Change{{c.subject(), FlagArchived{}}}, Guard: c.Project}, nil
}

func (c RestoreFlag) decide(st *State, _ time.Time) (Decision, error) {
	p, f, err := st.anyFlag(c.FlagRef)
	if err != nil || !f.Archived {
		return Decision{}, err
	}
	var ck checks
	for env := range f.Environments {
		ck.addValidation(evaluator.ValidateFlag(c.Flag, f.Ruling(env), scope{p, env}))
	}
	if err := ck.err("flag"); err != nil {
		return Decision{}, err
	}
	return Decision{Changes: []Change{{c.subject(), FlagRestored{}}}, Guard: c.Project}, nil
}
