package ledger

import (
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// Command is what somebody wants to happen. Each command decides itself: the
// methods are in decide_*.go.
type Command interface {
	// decide gives what happens in st at now, or a *CommandError.
	decide(st *State, now time.Time) (Decision, error)
	// subject is what the command is about: Meta.IfSeq is compared with it.
	subject() Subject
}

// Decision is what a command leads to.
type Decision struct {
	Changes []Change
	// Guard, when set, is a project in which nothing at all may change
	// between deciding and appending: the decision has read more than the
	// subjects it writes.
	Guard string
	// Reads are further subjects that must not change between deciding and
	// appending, because the decision depends on them.
	Reads []Subject
}

// Change is one event on one subject.
type Change struct {
	Subject Subject
	Event   Event
}

// Decide gives the events that cmd leads to in st, or a *CommandError. An
// empty decision means that everything is already as wanted. It is pure.
func Decide(st *State, cmd Command, now time.Time) (Decision, error) {
	return cmd.decide(st, now)
}

// CreateProject opens a project. Without Environments it gets development,
// staging and production. It also gets the standard metrics and plan, see
// DefaultPlan.
type CreateProject struct {
	Project      string
	Name         string
	Environments []Environment
}

func (c CreateProject) subject() Subject { return Subject{c.Project, KindProject, c.Project} }

// CreateEnvironment adds an environment to a project.
type CreateEnvironment struct {
	Project     string
	Environment Environment
}

func (c CreateEnvironment) subject() Subject { return Subject{c.Project, KindProject, c.Project} }

// ChangeEnvironment replaces what is set of an environment. An empty name
// stands for its key.
type ChangeEnvironment struct {
	Project     string
	Environment Environment
}

func (c ChangeEnvironment) subject() Subject { return Subject{c.Project, KindProject, c.Project} }

// FlagRef names a flag.
type FlagRef struct {
	Project string
	Flag    string
}

func (r FlagRef) subject() Subject { return Subject{r.Project, KindFlag, r.Flag} }

// PlaceRef names a flag in one environment.
type PlaceRef struct {
	FlagRef
	Environment string
}

func (r PlaceRef) environment() string { return r.Environment }

// CreateFlag creates a flag, off everywhere. A boolean flag without variants
// gets "on" and "off". OffVariant and OnVariant default to the last and first
// variant; Salt to the key.
type CreateFlag struct {
	FlagRef
	Type       evaluator.ValueType
	Variants   []evaluator.Variant
	OffVariant string
	OnVariant  string
	Salt       string
	Details    FlagDetails
}

// ChangeFlagDetails replaces what describes the flag to people.
type ChangeFlagDetails struct {
	FlagRef
	Details FlagDetails
}

// ReplaceVariants replaces the variants in all environments.
type ReplaceVariants struct {
	FlagRef
	Variants []evaluator.Variant
}

// ReplaceConfig replaces the targeting of one environment. Config.On is
// ignored: TurnOn and TurnOff are commands of their own.
type ReplaceConfig struct {
	PlaceRef
	Config evaluator.Config
}

// TurnOn switches a flag on in one environment.
type TurnOn struct{ PlaceRef }

// TurnOff is the kill switch. A running rollout is paused by it.
type TurnOff struct{ PlaceRef }

// ArchiveFlag takes a flag out of all rulesets.
type ArchiveFlag struct{ FlagRef }

// RestoreFlag brings an archived flag back.
type RestoreFlag struct{ FlagRef }

// RecordStale records that a flag has turned stale. It does nothing to one that
// is recorded as stale already.
type RecordStale struct {
	FlagRef
	Since    time.Time
	Findings []StaleFinding
}

// EndStale records that a flag is not stale any more.
type EndStale struct{ FlagRef }

// StartRollout puts the environment's default under a plan, turning the flag
// on if it is off. Give PlanKey or Plan, or neither for the project's
// "default" plan.
type StartRollout struct {
	PlaceRef
	Rollout string // ID, chosen by the caller
	PlanKey string
	Plan    *Plan
	// Treatment and Control default to the flag's on and off variants.
	Treatment string
	Control   string
	// By is the attribute to bucket by, targetingKey if empty.
	By string
}

// AdvanceRollout moves to the next stage, or completes the rollout when the
// next stage is the last at 100%. The workflow gives Evidence; a person who
// skips ahead gives none. From must be the current stage.
type AdvanceRollout struct {
	PlaceRef
	Rollout  string
	From     int
	Evidence *Evidence
}

// RollBackRollout is the workflow's answer to a failed gate.
type RollBackRollout struct {
	PlaceRef
	Rollout  string
	Stage    int
	Evidence *Evidence
}

// StepBackRollout returns to the stage before, and pauses; from the first stage
// it is RollBackRollout. It is the workflow's answer to a failed gate.
type StepBackRollout struct {
	PlaceRef
	Rollout  string
	Stage    int
	Evidence *Evidence
}

// HoldRollout records why a rollout waits.
type HoldRollout struct {
	PlaceRef
	Rollout  string
	Stage    int
	Hold     HoldReason
	Alert    bool
	Evidence *Evidence
}

// PauseRollout stops automatic decisions. Rollout may be empty: the current one.
type PauseRollout struct {
	PlaceRef
	Rollout  string
	Evidence *Evidence
}

// ResumeRollout lets automatic decisions go on.
type ResumeRollout struct{ PlaceRef }

// AbortRollout takes the treatment away from everybody.
type AbortRollout struct{ PlaceRef }

// StartExperiment begins to compare the variants of a split that is there,
// turning the flag on if it is off.
type StartExperiment struct {
	PlaceRef
	Experiment string // ID, chosen by the caller
	Design     ExperimentDesign
}

// RecordExperiment describes an experiment that ran elsewhere, from From until
// Until, with a split that did not change.
type RecordExperiment struct {
	PlaceRef
	Experiment  string // ID, chosen by the caller
	Design      ExperimentDesign
	Split       evaluator.Split
	From, Until time.Time
}

// StopExperiment ends an experiment's data.
type StopExperiment struct{ PlaceRef }

// DecideExperiment records the choice of a variant, stopping the experiment if
// it is running. With Serve everybody whom the split was for gets that variant.
type DecideExperiment struct {
	PlaceRef
	Variant  string
	Serve    bool
	Evidence *ExperimentEvidence
}

// SaveSegment creates or replaces a segment.
type SaveSegment struct {
	Project string
	Key     string
	Name    string
	Segment evaluator.Segment
}

func (c SaveSegment) subject() Subject { return Subject{c.Project, KindSegment, c.Key} }

// ArchiveSegment retires a segment that no flag uses.
type ArchiveSegment struct{ Project, Key string }

func (c ArchiveSegment) subject() Subject { return Subject{c.Project, KindSegment, c.Key} }

// SaveMetric creates or replaces a metric.
type SaveMetric struct {
	Project string
	Key     string
	Metric  Metric
}

func (c SaveMetric) subject() Subject { return Subject{c.Project, KindMetric, c.Key} }

// ArchiveMetric retires a metric.
type ArchiveMetric struct{ Project, Key string }

func (c ArchiveMetric) subject() Subject { return Subject{c.Project, KindMetric, c.Key} }

// SavePlan creates or replaces a plan.
type SavePlan struct {
	Project string
	Key     string
	Plan    Plan
}

func (c SavePlan) subject() Subject { return Subject{c.Project, KindPlan, c.Key} }

// ArchivePlan retires a plan.
type ArchivePlan struct{ Project, Key string }

func (c ArchivePlan) subject() Subject { return Subject{c.Project, KindPlan, c.Key} }

// CreateAccessKey admits a key whose secret the caller has made and hashed.
type CreateAccessKey struct {
	ID  string
	Key AccessKey
}

func (c CreateAccessKey) subject() Subject { return accessSubject(c.ID) }

// RevokeAccessKey ends a key at once.
type RevokeAccessKey struct{ ID string }

func (c RevokeAccessKey) subject() Subject { return accessSubject(c.ID) }
