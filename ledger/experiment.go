package ledger

import (
	"slices"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Experiment compares the variants that a split serves, in one environment.
type Experiment struct {
	ID          string
	Environment string
	Design      ExperimentDesign
	// Metrics are the definitions of the design's metrics when it started, so
	// later changes of them leave this experiment alone.
	Metrics map[string]Metric
	// By is the attribute that the split buckets.
	By        string
	Status    ExperimentStatus
	StartedAt time.Time
	EndedAt   time.Time // zero while running
	// Allocations are the stretches in which the split was the same, oldest
	// first. There is none for the time in which the flag was off, or did not
	// split by By.
	Allocations []Allocation
	// Imported tells that it ran elsewhere: its exposures carry the version of
	// its only allocation.
	Imported bool
	// Decision is the decision that was recorded, or nil.
	Decision *ExperimentDecided
}

// ExperimentDesign is what an experiment is meant to find out, fixed when it
// starts.
type ExperimentDesign struct {
	Name       string `json:"name,omitempty"`
	Hypothesis string `json:"hypothesis,omitempty"`
	// Rule is the id of the rule whose split is compared; empty is the default.
	Rule string `json:"rule,omitempty"`
	// Control is the variant that the others are compared with.
	Control string `json:"control"`
	// Goals are the keys of the metrics that the experiment is about, and
	// Guardrails of those that it must not harm.
	Goals      []string `json:"goals"`
	Guardrails []string `json:"guardrails,omitempty"`
	// Alpha is the probability of a false alarm among all goals, in (0,0.5].
	// 0 means 0.05.
	Alpha float64 `json:"alpha,omitempty"`
	// Tuning is the number of units, of two variants together, at which the
	// always-valid intervals are tightest: about as many as it is going to have
	// when it is decided. 0 means 5000.
	Tuning int64 `json:"tuning,omitempty"`
	// Before is how long before a unit's first exposure its events count for
	// the adjustment by the time before (CUPED). 0 is no adjustment.
	Before Duration `json:"before,omitempty"`
}

// DefaultAlpha is the Alpha of an ExperimentDesign that names none.
const DefaultAlpha = 0.05

// ExperimentStatus is where an experiment stands.
type ExperimentStatus string

// The states of an experiment.
const (
	ExperimentRunning ExperimentStatus = "running"
	ExperimentStopped ExperimentStatus = "stopped"
	ExperimentOver    ExperimentStatus = "decided"
)

// Allocation is a stretch of time with one split. Exposures whose Version lies
// in [First, Last] were made under it; Last is 0 while it is open.
type Allocation struct {
	First, Last uint64
	From, Until time.Time
	Split       evaluator.Split
}

// Running reports whether the experiment gathers data.
func (x *Experiment) Running() bool { return x != nil && x.Status == ExperimentRunning }

// Variants are those that any of the splits has served, the control first, then
// in the order of the splits.
func (x *Experiment) Variants() []string {
	all := []string{x.Design.Control}
	for _, a := range x.Allocations {
		for _, w := range a.Split.Weights {
			if w.Weight > 0 && !slices.Contains(all, w.Variant) {
				all = append(all, w.Variant)
			}
		}
	}
	return all
}
