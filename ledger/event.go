package ledger

import (
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Event is something that happened. The set is closed: an event folds itself
// (fold_*.go), codec.go names each type on the wire, and testdata/events keeps
// every version ever written.
//
//sumtype:decl
type Event interface {
	// fold changes st by replacing what rec is about, never in place. An
	// error means that the event does not fit the state.
	fold(st *State, rec Recorded) error
}

// ProjectCreated opens a project with its first environments.
type ProjectCreated struct {
	Name string `json:"name"`
}

// EnvironmentCreated adds an environment to a project.
type EnvironmentCreated struct {
	Environment string `json:"environment"`
	Name        string `json:"name"`
	// Production marks the environment where mistakes hurt.
	Production bool `json:"production,omitempty"`
	// ReasonRequired refuses changes of flags there without a reason.
	ReasonRequired bool `json:"reasonRequired,omitempty"`
}

// EnvironmentChanged replaces what is set of an environment.
type EnvironmentChanged struct {
	Environment    string `json:"environment"`
	Name           string `json:"name"`
	Production     bool   `json:"production"`
	ReasonRequired bool   `json:"reasonRequired"`
}

// FlagCreated opens the life of a flag. It is off in every environment.
type FlagCreated struct {
	Type     evaluator.ValueType `json:"type"`
	Salt     string              `json:"salt"`
	Variants []evaluator.Variant `json:"variants"`
	// OffVariant and OnVariant are what a fresh environment serves when the
	// flag is off and on.
	OffVariant string      `json:"offVariant"`
	OnVariant  string      `json:"onVariant"`
	Details    FlagDetails `json:"details"`
}

// FlagDetailsChanged replaces what describes the flag to people.
type FlagDetailsChanged struct {
	Details FlagDetails `json:"details"`
}

// FlagVariantsReplaced replaces the variants in all environments.
type FlagVariantsReplaced struct {
	Variants []evaluator.Variant `json:"variants"`
}

// FlagConfigReplaced replaces all of one environment's targeting, except
// whether the flag is on.
type FlagConfigReplaced struct {
	Environment string           `json:"environment"`
	Config      evaluator.Config `json:"config"`
}

// FlagTurnedOn switches the flag on in one environment.
type FlagTurnedOn struct {
	Environment string `json:"environment"`
}

// FlagTurnedOff is the kill switch: one environment serves the off variant.
type FlagTurnedOff struct {
	Environment string `json:"environment"`
}

// FlagArchived takes the flag out of every ruleset. Its history stays.
type FlagArchived struct{}

// FlagRestored brings an archived flag back as it was.
type FlagRestored struct{}

// FlagTurnedStale records that a flag no longer earns its place in the code. It
// changes nothing that is served.
type FlagTurnedStale struct {
	// Since is when what is found began to be so, not when it was found.
	Since    time.Time      `json:"since"`
	Findings []StaleFinding `json:"findings"`
}

// FlagStalenessEnded records that what made a flag stale is not so any more.
type FlagStalenessEnded struct{}

// StaleFinding is one reason why a flag is stale.
type StaleFinding struct {
	Rule string `json:"rule"`
	// Environment where it is so, empty for all or none in particular.
	Environment string    `json:"environment,omitempty"`
	Since       time.Time `json:"since"`
	Message     string    `json:"message"`
}

// RolloutStarted puts an environment's default under a plan.
type RolloutStarted struct {
	Environment string `json:"environment"`
	// Rollout is the rollout's ID.
	Rollout string `json:"rollout"`
	// PlanKey and PlanVersion name the plan's definition; Plan is that
	// definition, so later changes of the plan leave this rollout alone.
	PlanKey     string `json:"planKey,omitempty"`
	PlanVersion uint64 `json:"planVersion,string"`
	Plan        Plan   `json:"plan"`
	// Metrics are the definitions the plan's gates refer to.
	Metrics   map[string]Metric `json:"metrics,omitempty"`
	Treatment string            `json:"treatment"`
	Control   string            `json:"control"`
	// By is the attribute that is bucketed.
	By         string     `json:"by,omitempty"`
	Percentage Percentage `json:"percentage"`
}

// RolloutAdvanced moves a rollout to its next stage.
type RolloutAdvanced struct {
	Environment string     `json:"environment"`
	Rollout     string     `json:"rollout"`
	From        int        `json:"from"`
	To          int        `json:"to"`
	Percentage  Percentage `json:"percentage"`
	Evidence    *Evidence  `json:"evidence,omitempty"`
}

// RolloutCompleted ends a rollout at its last stage.
type RolloutCompleted struct {
	Environment string    `json:"environment"`
	Rollout     string    `json:"rollout"`
	Evidence    *Evidence `json:"evidence,omitempty"`
}

// RolloutRolledBack takes the treatment away from everybody, because a gate
// failed.
type RolloutRolledBack struct {
	Environment string     `json:"environment"`
	Rollout     string     `json:"rollout"`
	Stage       int        `json:"stage"`
	From        Percentage `json:"from"`
	Evidence    *Evidence  `json:"evidence,omitempty"`
}

// RolloutSteppedBack returns a rollout to its stage before, because a gate
// failed. Units that came with the stage that is left are out first.
type RolloutSteppedBack struct {
	Environment string     `json:"environment"`
	Rollout     string     `json:"rollout"`
	From        int        `json:"from"`
	To          int        `json:"to"`
	Percentage  Percentage `json:"percentage"`
	Evidence    *Evidence  `json:"evidence,omitempty"`
}

// RolloutHeld records that a rollout waits and why. It is written when the
// reason changes, not at every look.
type RolloutHeld struct {
	Environment string     `json:"environment"`
	Rollout     string     `json:"rollout"`
	Stage       int        `json:"stage"`
	Hold        HoldReason `json:"hold"`
	// Alert says that somebody should look.
	Alert    bool      `json:"alert,omitempty"`
	Evidence *Evidence `json:"evidence,omitempty"`
}

// RolloutPaused stops automatic decisions; traffic stays as it is.
type RolloutPaused struct {
	Environment string    `json:"environment"`
	Rollout     string    `json:"rollout"`
	Evidence    *Evidence `json:"evidence,omitempty"`
}

// RolloutResumed lets automatic decisions go on.
type RolloutResumed struct {
	Environment string `json:"environment"`
	Rollout     string `json:"rollout"`
}

// RolloutAborted is a person's roll-back: 0% at once.
type RolloutAborted struct {
	Environment string     `json:"environment"`
	Rollout     string     `json:"rollout"`
	From        Percentage `json:"from"`
}

// ExperimentStarted begins to compare the variants of a split.
type ExperimentStarted struct {
	Environment string `json:"environment"`
	// Experiment is the experiment's ID.
	Experiment string           `json:"experiment"`
	Design     ExperimentDesign `json:"design"`
	// Metrics are the definitions the design refers to.
	Metrics map[string]Metric `json:"metrics"`
	// By is the attribute that is bucketed.
	By string `json:"by,omitempty"`
}

// ExperimentRecorded describes an experiment that ran elsewhere, so that its data
// can be imported. What is served is not concerned. Exposures of it carry the
// sequence of this event as their version.
type ExperimentRecorded struct {
	Environment string            `json:"environment"`
	Experiment  string            `json:"experiment"`
	Design      ExperimentDesign  `json:"design"`
	Metrics     map[string]Metric `json:"metrics"`
	// Split is how units were divided from From until Until.
	Split evaluator.Split `json:"split"`
	From  time.Time       `json:"from"`
	Until time.Time       `json:"until"`
}

// ExperimentEnded stops an experiment's data; what is served stays as it is.
type ExperimentEnded struct {
	Environment string `json:"environment"`
	Experiment  string `json:"experiment"`
}

// ExperimentDecided records which variant somebody has chosen, and on what.
type ExperimentDecided struct {
	Environment string              `json:"environment"`
	Experiment  string              `json:"experiment"`
	Variant     string              `json:"variant"`
	Evidence    *ExperimentEvidence `json:"evidence,omitempty"`
}

// SegmentSaved creates or replaces a segment.
type SegmentSaved struct {
	Name    string            `json:"name,omitempty"`
	Segment evaluator.Segment `json:"segment"`
}

// SegmentArchived takes a segment out of every ruleset.
type SegmentArchived struct{}

// MetricSaved creates or replaces a metric.
type MetricSaved struct {
	Metric Metric `json:"metric"`
}

// MetricArchived retires a metric.
type MetricArchived struct{}

// PlanSaved creates or replaces a plan. Running rollouts keep theirs.
type PlanSaved struct {
	Plan Plan `json:"plan"`
}

// PlanArchived retires a plan.
type PlanArchived struct{}

// AccessKeyCreated admits an admin token or an SDK key. Only the hash of the
// secret is recorded.
type AccessKeyCreated struct {
	Key AccessKey `json:"key"`
}

// AccessKeyRevoked ends an access key at once.
type AccessKeyRevoked struct{}

// Unknown stands for an event that this version cannot decode. It is never
// written; the decoder gives it, and Fold freezes its subject.
type Unknown struct {
	Type string
	V    int
	Err  error
}

// FlagDetails describe a flag to people; evaluation ignores them.
type FlagDetails struct {
	Name        string   `json:"name,omitempty"`
	Description string   `json:"description,omitempty"`
	Owner       string   `json:"owner,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	// Permanent flags, such as kill switches, are never stale.
	Permanent bool `json:"permanent,omitempty"`
	// RemoveBy is when the flag is meant to be gone.
	RemoveBy *time.Time `json:"removeBy,omitempty"`
}

// AccessKey is an admin token or an SDK key, without its secret.
type AccessKey struct {
	Kind AccessKind `json:"kind"`
	Name string     `json:"name"`
	// Hash is the SHA-256 of the secret, in hex. The secret has 256 random
	// bits, so a slow hash would add nothing.
	Hash string `json:"hash"`
	// Role is what an admin token may do.
	Role Role `json:"role,omitempty"`
	// Project limits an admin token to one project (empty: all) and names
	// the project of an SDK key.
	Project string `json:"project,omitempty"`
	// Environment is the one environment of an SDK key.
	Environment string `json:"environment,omitempty"`
	// ExpiresAt, when set, is when the key stops working.
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

// AccessKind is what a key opens.
type AccessKind string

// The kinds of access key.
const (
	AccessAdmin  AccessKind = "admin"  // the admin API
	AccessServer AccessKind = "server" // rulesets and event ingest of one environment
	AccessClient AccessKind = "client" // OFREP and event ingest of one environment; safe in a browser
)

// Role is what an admin token may do.
type Role string

// The roles; each includes the ones before it.
const (
	RoleViewer Role = "viewer" // read
	RoleEditor Role = "editor" // change flags, segments, metrics, plans and rollouts
	RoleAdmin  Role = "admin"  // projects, environments and access keys too
)

// HoldReason is why a rollout does not advance.
type HoldReason string

// The reasons to hold.
const (
	HoldNoSource   HoldReason = "noSource"   // the analytics store cannot be read
	HoldNoTraffic  HoldReason = "noTraffic"  // nobody is exposed
	HoldNoMetric   HoldReason = "noMetric"   // exposures flow, but a gate has no data: no events, or a silent source
	HoldUnhealthy  HoldReason = "unhealthy"  // sample ratio or mixed exposures are wrong
	HoldSoak       HoldReason = "soak"       // the stage is too young
	HoldMinSample  HoldReason = "minSample"  // too few events are expected yet
	HoldCollecting HoldReason = "collecting" // the evidence does not decide yet
	// The stage could not be judged within its MaxSoak.
	HoldInconclusive HoldReason = "inconclusive"
	HoldApproval     HoldReason = "approval" // people must approve
	HoldCalendar     HoldReason = "calendar" // the plan's calendar does not allow it now
)
