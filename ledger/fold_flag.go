package ledger

import (
	"fmt"
	"maps"

	"github.com/flagledger/flagledger/evaluator"
)

// foldFlag gives the flag after rec. f is nil before the flag's creation and
// is never changed in place.
func foldFlag(f *Flag, rec Recorded) (*Flag, error) {
	created, isCreation := rec.Event.(FlagCreated)
	if isCreation != (f == nil) {
		return nil, fmt.Errorf("%s on a flag that exists: %t", TypeOf(rec.Event), f != nil)
	}
	if isCreation {
		return newFlag(created, rec), nil
	}
	next := *f
	next.Seq, next.ChangedAt, next.ChangedBy = rec.Seq, rec.At, rec.Actor
	switch e := rec.Event.(type) {
	case FlagDetailsChanged:
		next.Details = e.Details
	case FlagVariantsReplaced:
		next.Variants, next.Base = e.Variants, rec.Seq
	case FlagArchived:
		next.Archived, next.Base = true, rec.Seq
	case FlagRestored:
		next.Archived, next.Base = false, rec.Seq
	default:
		if err := next.foldEnvironment(rec); err != nil {
			return nil, err
		}
	}
	return &next, nil
}

func newFlag(e FlagCreated, rec Recorded) *Flag {
	return &Flag{
		Key: rec.Subject.Key, Seq: rec.Seq, Base: rec.Seq, Type: e.Type, Salt: e.Salt, Variants: e.Variants,
		OffVariant: e.OffVariant, OnVariant: e.OnVariant, Details: e.Details,
		CreatedAt: rec.At, ChangedAt: rec.At, ChangedBy: rec.Actor,
		Environments: map[string]*FlagEnvironment{},
	}
}

// foldEnvironment folds an event that concerns one environment. f is already
// a copy; its map of environments is not.
func (f *Flag) foldEnvironment(rec Recorded) error {
	env, ok := environmentOf(rec.Event)
	if !ok {
		return fmt.Errorf("%s does not belong on a flag", TypeOf(rec.Event))
	}
	here := *f.In(env)
	var err error
	switch e := rec.Event.(type) {
	case FlagConfigReplaced:
		on := here.Config.On
		here.Config, here.Version = e.Config, rec.Seq
		here.Config.On = on
	case FlagTurnedOn:
		here.Config.On, here.Version = true, rec.Seq
	case FlagTurnedOff:
		here.Config.On, here.Version = false, rec.Seq
		here.Rollout = here.Rollout.interrupted(rec)
	case RolloutStarted:
		here.Rollout = newRollout(e, rec)
		here.serveRollout(rec)
	default:
		err = here.foldRollout(rec)
	}
	if err != nil {
		return err
	}
	f.Environments = maps.Clone(f.Environments)
	f.Environments[env] = &here
	return nil
}

// environmentOf returns the environment that a flag's event concerns.
func environmentOf(e Event) (string, bool) {
	switch e := e.(type) {
	case FlagConfigReplaced:
		return e.Environment, true
	case FlagTurnedOn:
		return e.Environment, true
	case FlagTurnedOff:
		return e.Environment, true
	case RolloutStarted:
		return e.Environment, true
	case RolloutAdvanced:
		return e.Environment, true
	case RolloutCompleted:
		return e.Environment, true
	case RolloutRolledBack:
		return e.Environment, true
	case RolloutHeld:
		return e.Environment, true
	case RolloutPaused:
		return e.Environment, true
	case RolloutResumed:
		return e.Environment, true
	case RolloutAborted:
		return e.Environment, true
	default:
		return "", false
	}
}

// EnvironmentOf returns the environment that an event concerns, or "" when it
// concerns all of them or none.
func EnvironmentOf(e Event) string {
	if c, ok := e.(EnvironmentCreated); ok {
		return c.Environment
	}
	env, _ := environmentOf(e)
	return env
}

// serveRollout makes the default the split that the rollout stands for.
func (here *FlagEnvironment) serveRollout(rec Recorded) {
	r, share := here.Rollout, int(here.Rollout.Percentage())
	here.Version = rec.Seq
	here.Config.Default = evaluator.Serve{Split: &evaluator.Split{By: r.By, Weights: []evaluator.Weight{
		{Variant: r.Treatment, Weight: share},
		{Variant: r.Control, Weight: evaluator.TotalWeight - share},
	}}}
}
