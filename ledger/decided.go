package ledger

import (
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Decided returns what everybody gets in env, whoever they are, if that is one
// variant; code may then be written as if the flag did not exist. A flag under
// an active rollout or a running experiment is not decided, and one with a
// prerequisite only if it serves its off variant in any case. Variants of one
// value count as different ones.
func (f *Flag) Decided(env string) (evaluator.Variant, bool) {
	here := f.In(env)
	if here.Rollout.Active() || here.Experiment.Running() {
		return evaluator.Variant{}, false
	}
	name, one := here.Config.OffVariant, true
	if here.Config.On {
		name, one = onlyVariant(here.Config)
	}
	if !one {
		return evaluator.Variant{}, false
	}
	for _, v := range f.Variants {
		if v.Name == name {
			return v, true
		}
	}
	return evaluator.Variant{}, false
}

// onlyVariant returns the one variant that a flag which is on can serve.
func onlyVariant(c evaluator.Config) (string, bool) {
	served := map[string]bool{}
	if len(c.Prerequisites) > 0 {
		served[c.OffVariant] = true
	}
	for _, t := range c.Targets {
		served[t.Variant] = true
	}
	for _, r := range c.Rules {
		addServed(served, r.Serve)
	}
	addServed(served, c.Default)
	for name := range served {
		return name, len(served) == 1
	}
	return "", false
}

func addServed(served map[string]bool, s evaluator.Serve) {
	if s.Split == nil {
		served[s.Variant] = true
		return
	}
	include := s.Split.Include
	if include != nil && include.Weight < evaluator.TotalWeight {
		served[include.Otherwise] = true
	}
	if include != nil && include.Weight == 0 {
		return
	}
	for _, w := range s.Split.Weights {
		if w.Weight > 0 {
			served[w.Variant] = true
		}
	}
}

// DecidedSince returns since when env serves what Decided returns. What was
// never touched there is so since the flag exists, or the environment.
func (f *Flag) DecidedSince(env string) time.Time {
	if since := f.In(env).Since; !since.IsZero() {
		return since
	}
	return f.CreatedAt
}

// settle keeps the time since which one variant is served to everybody in an
// environment: only what changes that begins it anew.
func (here *FlagEnvironment) settle(before, after *Flag, env string, rec Recorded) {
	was, had := before.Decided(env)
	is, has := after.Decided(env)
	if had != has || was.Name != is.Name {
		here.Since = rec.At
	}
}
