package ledger

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/flagledger/flagledger/evaluator"
)

// An experiment begins with a version of its own, so that every unit is reported
// anew: units exposed before it would be missing in it, and SDKs report each only
// once for a version.
func (e ExperimentStarted) fold(st *State, rec Recorded) error {
	return onPlace(st, rec, e.Environment, func(here *FlagEnvironment) error {
		here.Version = rec.Seq
		here.Experiment = &Experiment{
			ID: e.Experiment, Environment: e.Environment, Design: e.Design, Metrics: e.Metrics, By: e.By,
			Status: ExperimentRunning, StartedAt: rec.At,
		}
		return nil
	})
}

func (e ExperimentRecorded) fold(st *State, rec Recorded) error {
	return onPlace(st, rec, e.Environment, func(here *FlagEnvironment) error {
		here.Experiment = &Experiment{
			ID: e.Experiment, Environment: e.Environment, Design: e.Design, Metrics: e.Metrics, By: e.Split.By,
			Status: ExperimentStopped, StartedAt: e.From, EndedAt: e.Until, Imported: true,
			Allocations: []Allocation{{First: rec.Seq, Last: rec.Seq, From: e.From, Until: e.Until, Split: e.Split}},
		}
		return nil
	})
}

func (e ExperimentEnded) fold(st *State, rec Recorded) error {
	return onExperiment(st, rec, e.Environment, e.Experiment, func(x *Experiment) {
		x.closeAllocation(rec)
		x.Status, x.EndedAt = ExperimentStopped, rec.At
	})
}

func (e ExperimentDecided) fold(st *State, rec Recorded) error {
	return onExperiment(st, rec, e.Environment, e.Experiment, func(x *Experiment) {
		x.Status, x.Decision = ExperimentOver, &e
	})
}

// onExperiment is onPlace for the newest experiment there, which must be id.
func onExperiment(st *State, rec Recorded, env, id string, change func(*Experiment)) error {
	return onPlace(st, rec, env, func(here *FlagEnvironment) error {
		if here.Experiment == nil || here.Experiment.ID != id {
			return fmt.Errorf("experiment %q is not the newest of its flag", id)
		}
		here.Experiment = here.Experiment.copy()
		change(here.Experiment)
		return nil
	})
}

// observe keeps the allocations of a running experiment in step with what is
// served. Every event of a flag in an environment comes through here.
func (here *FlagEnvironment) observe(rec Recorded) {
	x := here.Experiment
	if !x.Running() {
		return
	}
	split := here.split(x.Design.Rule)
	if split != nil && slotOf(split.By) != slotOf(x.By) {
		split = nil // other units: they cannot be compared with those so far
	}
	last := len(x.Allocations) - 1
	open := last >= 0 && x.Allocations[last].Last == 0
	if open && split != nil && reflect.DeepEqual(*split, x.Allocations[last].Split) || !open && split == nil {
		return
	}
	x = x.copy()
	x.closeAllocation(rec)
	if split != nil {
		x.Allocations = append(x.Allocations, Allocation{First: rec.Seq, From: rec.At, Split: *split})
	}
	here.Experiment = x
}

// split is the one that a rule, or the default for no rule, serves now; nil if
// none does.
func (here *FlagEnvironment) split(rule string) *evaluator.Split {
	if !here.Config.On {
		return nil
	}
	if rule == "" {
		return here.Config.Default.Split
	}
	i := slices.IndexFunc(here.Config.Rules, func(r evaluator.Rule) bool { return r.ID == rule })
	if i < 0 {
		return nil
	}
	return here.Config.Rules[i].Serve.Split
}

// slotOf is the attribute that a split buckets.
func slotOf(by string) string {
	if by == "" {
		return evaluator.TargetingKey
	}
	return by
}

func (x *Experiment) copy() *Experiment {
	next := *x
	next.Allocations = slices.Clone(x.Allocations)
	return &next
}

func (x *Experiment) closeAllocation(rec Recorded) {
	if n := len(x.Allocations); n > 0 && x.Allocations[n-1].Last == 0 {
		x.Allocations[n-1].Last, x.Allocations[n-1].Until = rec.Seq-1, rec.At
	}
}

func (e ExperimentStarted) environment() string  { return e.Environment }
func (e ExperimentRecorded) environment() string { return e.Environment }
func (e ExperimentEnded) environment() string    { return e.Environment }
func (e ExperimentDecided) environment() string  { return e.Environment }
