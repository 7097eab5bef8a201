package ledger

import (
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// State is the ledger folded up to Seq: what commands are decided against. It
// is not safe for concurrent use while Apply runs; what it points to is never
// changed in place, so pointers read under a lock stay valid after it.
type State struct {
	Seq uint64
	// Last is the hash of event Seq, zero before the first.
	Last     Hash
	Projects map[string]*Project
	Keys     map[string]*AccessKeyState
	// Receipts remember recent commands, so that a retry gives the first
	// answer: see Receipt.
	receipts receipts
	// tips holds the newest event of each subject, by its wire form.
	tips   map[string]tip
	frozen map[string]Freeze
}

// Project is a project's current state.
type Project struct {
	Key          string
	Name         string
	Seq          uint64 // newest event of anything in the project
	CreatedAt    time.Time
	Environments []Environment // in order of creation
	Flags        map[string]*Flag
	Segments     map[string]*SegmentState
	Metrics      map[string]*MetricState
	Plans        map[string]*PlanState
}

// Environment is one place a project runs in.
type Environment struct {
	Key        string `json:"key"`
	Name       string `json:"name"`
	Production bool   `json:"production"`
	// ReasonRequired refuses changes of flags here without a reason.
	ReasonRequired bool `json:"reasonRequired"`
	// Since is the Seq of the environment's creation.
	Since uint64 `json:"-"`
}

// Flag is a flag's current state in all environments.
type Flag struct {
	Key        string
	Seq        uint64 // newest event of the flag
	Base       uint64 // newest event that changed what all environments serve
	Type       evaluator.ValueType
	Salt       string
	Variants   []evaluator.Variant
	OffVariant string
	OnVariant  string
	Details    FlagDetails
	Archived   bool
	CreatedAt  time.Time
	ChangedAt  time.Time
	ChangedBy  Actor
	// Stale is the record of its having turned stale, nil if it has not or that
	// has ended.
	Stale *Staleness
	// Environments holds what differs by environment. An environment that
	// is missing here was never touched: see Flag.In.
	Environments map[string]*FlagEnvironment
}

// FlagEnvironment is a flag in one environment.
type FlagEnvironment struct {
	Config evaluator.Config
	// Version is the Seq of the last event that changed what is served.
	Version uint64
	// Since is the time of the event that last changed what Flag.Decided says
	// here, zero if none has.
	Since time.Time
	// Rollout is the newest rollout here, finished or not, or nil.
	Rollout *Rollout
	// Experiment is the newest experiment here, finished or not, or nil.
	Experiment *Experiment
	// Scheduled are the changes that wait for their time, in the order in
	// which they are due.
	Scheduled []ScheduledChange
}

// Staleness is the record of a flag's having turned stale.
type Staleness struct {
	At       time.Time
	Since    time.Time
	Findings []StaleFinding
}

// SegmentState is a segment's current state.
type SegmentState struct {
	Key      string
	Seq      uint64
	Name     string
	Segment  evaluator.Segment
	Archived bool
}

// MetricState is a metric's current state.
type MetricState struct {
	Key      string
	Seq      uint64
	Metric   Metric
	Archived bool
}

// PlanState is a plan's current state.
type PlanState struct {
	Key      string
	Seq      uint64
	Plan     Plan
	Archived bool
}

// AccessKeyState is an access key's current state.
type AccessKeyState struct {
	ID        string
	AccessKey AccessKey
	CreatedAt time.Time
	Revoked   bool
}

// Usable reports whether the key opens anything at now.
func (k *AccessKeyState) Usable(now time.Time) bool {
	return !k.Revoked && (k.AccessKey.ExpiresAt == nil || now.Before(*k.AccessKey.ExpiresAt))
}

// Freeze says why a subject stopped at its last good state.
type Freeze struct {
	Seq uint64 // the event that could not be folded
	Err error
}

// Rollout is one run of a plan.
type Rollout struct {
	ID          string
	Environment string
	PlanKey     string
	PlanVersion uint64
	Plan        Plan
	Metrics     map[string]Metric
	Treatment   string
	Control     string
	By          string
	Status      RolloutStatus
	// Stage is the index of the current stage of the plan.
	Stage     int
	StartedAt time.Time
	StartedBy Actor
	EndedAt   time.Time // zero while running or paused
	// Spans are the stretches of constant allocation, oldest first. The
	// last one is open (Until zero) until the rollout ends.
	Spans []Span
	// Since is the index of the span with which the evidence begins: after a
	// step back, the one that a person has resumed.
	Since int
	// SteppedBack says that the rollout waits for a person after a step back.
	SteppedBack bool
	// Passed says that the gates of this stage have passed, so that what is
	// missing is an approval or the right time; Asked, that approvers were asked.
	Passed, Asked bool
	// Approvals that were given, oldest first.
	Approvals []Approved
	// Hold is the newest recorded hold of the current stage, or nil.
	Hold *RolloutHeld
	// Evidence is that of the last automatic decision, or nil.
	Evidence *Evidence
	// Decisions counts the recorded steps; it numbers the next one.
	Decisions int
}

// Span is a stretch of time with one percentage. Exposures whose Version lies
// in [First, Last] were made under it; Last is 0 while the span is open.
type Span struct {
	Stage      int
	Percentage Percentage
	First      uint64
	Last       uint64
	From       time.Time
	Until      time.Time
}

// RolloutStatus is where a rollout stands.
type RolloutStatus string

// The states of a rollout.
const (
	RolloutRunning    RolloutStatus = "running"
	RolloutOnHold     RolloutStatus = "paused"
	RolloutDone       RolloutStatus = "completed"
	RolloutRolledback RolloutStatus = "rolledBack"
	RolloutStopped    RolloutStatus = "aborted"
)

// Active reports whether the rollout may still change anything.
func (r *Rollout) Active() bool {
	return r != nil && (r.Status == RolloutRunning || r.Status == RolloutOnHold)
}

// Percentage is the share of units that get the treatment now.
func (r *Rollout) Percentage() Percentage {
	if len(r.Spans) == 0 {
		return 0
	}
	return r.Spans[len(r.Spans)-1].Percentage
}
