package hygiene

import (
	"encoding/json"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Lifecycle is where a flag stands.
type Lifecycle string

// The lifecycle of a flag.
const (
	Draft      Lifecycle = "draft"       // no production environment has served it yet
	RollingOut Lifecycle = "rolling-out" // a rollout or an experiment is under way
	Live       Lifecycle = "live"        // it decides something
	Stale      Lifecycle = "stale"       // it decides nothing any more: it can leave the code
	Archived   Lifecycle = "archived"    // it is in no ruleset
)

// Lifecycles returns all of them, in the order of a flag's life.
func Lifecycles() []Lifecycle { return []Lifecycle{Draft, RollingOut, Live, Stale, Archived} }

// Rule names why something was found.
type Rule string

// The rules, which the package describes.
const (
	ServedToAll       Rule = "served-to-all"
	ServedToNone      Rule = "served-to-none"
	OneSided          Rule = "one-sided"
	NeverEvaluated    Rule = "never-evaluated"
	PastRemoval       Rule = "past-removal"
	ArchivedEvaluated Rule = "archived-evaluated"
)

// Inventory is the state of all flags of a project. Linters read it from a file.
type Inventory struct {
	Project string    `json:"project"`
	At      time.Time `json:"at"`
	// Incomplete names the environments whose evaluations could not be read.
	Incomplete []string `json:"incomplete,omitempty" doc:"Environments whose evaluations could not be read: nothing is found by them there."`
	Flags      []State  `json:"flags" doc:"By key."`
}

// State is where one flag stands.
type State struct {
	Key       string              `json:"key"`
	Type      evaluator.ValueType `json:"type" enum:"boolean,string,number,json"`
	Lifecycle Lifecycle           `json:"lifecycle" enum:"draft,rolling-out,live,stale,archived"`
	// Since is the first time at which what makes it stale was so; for others,
	// that of the last change.
	Since     time.Time  `json:"since" doc:"Since when it is stale; of others, when it was last changed."`
	Permanent bool       `json:"permanent"`
	Owner     string     `json:"owner,omitempty"`
	Tags      []string   `json:"tags,omitempty"`
	RemoveBy  *time.Time `json:"removeBy,omitempty"`
	// Decided is what code may be replaced by: everybody gets it in every
	// environment. Of an archived flag it is what everybody got at last.
	Decided  *Decided  `json:"decided,omitempty" doc:"What everybody gets in every environment, if that is one variant: code may be replaced by it."`
	Findings []Finding `json:"findings"`
	// LastEvaluated is the newest sign of an evaluation, nil if there is none.
	LastEvaluated *time.Time       `json:"lastEvaluated,omitempty" doc:"The newest exposure or event that names it."`
	Environments  map[string]Place `json:"environments"`
	// References is how often code names the flag, nil if no code was scanned.
	References *int `json:"references,omitempty" doc:"How often scanned code names it; absent if none was scanned."`
}

// Place is a flag in one environment.
type Place struct {
	Lifecycle     Lifecycle  `json:"lifecycle" enum:"draft,rolling-out,live,stale,archived"`
	On            bool       `json:"on"`
	Decided       *Decided   `json:"decided,omitempty"`
	LastEvaluated *time.Time `json:"lastEvaluated,omitempty"`
}

// Decided is what everybody gets.
type Decided struct {
	Variant string          `json:"variant"`
	Value   json.RawMessage `json:"value"`
	Since   time.Time       `json:"since"`
}

// Finding is one thing that a rule has found.
type Finding struct {
	Rule        Rule      `json:"rule" enum:"served-to-all,served-to-none,one-sided,never-evaluated,past-removal,archived-evaluated"`
	Environment string    `json:"environment,omitempty" doc:"Empty for all, or none in particular."`
	Since       time.Time `json:"since"`
	Message     string    `json:"message"`
}

// Seen is what analytics knows of the flags of one environment, by key.
type Seen map[string]time.Time

// Limits say how long is too long.
type Limits struct {
	// Decided is how long a flag may serve one variant to everybody, and how
	// long one that is on may go without an evaluation. 0 means DefaultDecided.
	Decided time.Duration
}

// DefaultDecided is two weeks: a sprint.
const DefaultDecided = 14 * 24 * time.Hour

// StaleBefore counts the flags that are stale since before t.
func (r Inventory) StaleBefore(t time.Time) int {
	n := 0
	for _, s := range r.Flags {
		if s.Lifecycle == Stale && s.Since.Before(t) {
			n++
		}
	}
	return n
}
