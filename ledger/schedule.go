package ledger

import (
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// ScheduleChange plans a change of a flag in one environment for later. Decide
// is not told who schedules: whoever passes the command on must have checked
// that its actor may change the flag now, as for a change at once. The actor
// becomes the change's author, whose authority is checked again, here, when
// the change is due.
type ScheduleChange struct {
	PlaceRef
	// Schedule is the change's ID, chosen by the caller. None that is
	// pending in the environment may have it.
	Schedule string
	// At is when the change is due: after now, and at most a year from it.
	At     time.Time
	Change PlannedChange
}

// CancelScheduledChange takes a pending change back. It does not ask whether
// the flag is archived.
type CancelScheduledChange struct {
	PlaceRef
	Schedule string
}

// ExecuteScheduledChange ends a change that is due: it leads to the events
// that its author would have caused now, and FlagScheduledChangeExecuted; or
// to FlagScheduledChangeRefused, if the author may no longer change the flag
// or the flag no longer allows it. It leads to nothing if the change is not
// pending any more. Only the workflow gives it.
type ExecuteScheduledChange struct {
	PlaceRef
	Schedule string
}

// PlannedChange is what a scheduled change does.
type PlannedChange struct {
	Kind ChangeKind `json:"kind"`
	// Config is what ChangeConfig replaces the targeting by. Its On is
	// ignored, as in ReplaceConfig.
	Config *evaluator.Config `json:"config,omitempty"`
}

// ChangeKind names the command that a scheduled change stands for.
type ChangeKind string

// What can be scheduled.
const (
	ChangeTurnOn  ChangeKind = "turnOn"
	ChangeTurnOff ChangeKind = "turnOff"
	ChangeConfig  ChangeKind = "replaceConfig"
)

// FlagChangeScheduled plans a change; the event's actor is its author.
type FlagChangeScheduled struct {
	Environment string `json:"environment"`
	// Schedule is the change's ID.
	Schedule string        `json:"schedule"`
	At       time.Time     `json:"at"`
	Change   PlannedChange `json:"change"`
}

// FlagScheduledChangeCancelled takes a change back before it was due.
type FlagScheduledChangeCancelled struct {
	Environment string `json:"environment"`
	Schedule    string `json:"schedule"`
}

// FlagScheduledChangeExecuted ends a scheduled change that was made: the
// events before it in its command are what it changed, if it was not so
// already.
type FlagScheduledChangeExecuted struct {
	Environment string `json:"environment"`
	Schedule    string `json:"schedule"`
	// At is when it was due; the envelope has when it was done.
	At     time.Time `json:"at"`
	Author Actor     `json:"author"`
}

// FlagScheduledChangeRefused ends a scheduled change that was due and was not
// made.
type FlagScheduledChangeRefused struct {
	Environment string        `json:"environment"`
	Schedule    string        `json:"schedule"`
	At          time.Time     `json:"at"`
	Author      Actor         `json:"author"`
	Refusal     RefusalReason `json:"refusal"`
	// Message says in words what stood against it.
	Message string `json:"message"`
}

// RefusalReason is why a scheduled change was not made.
type RefusalReason string

// The reasons to refuse.
const (
	RefusedAuthority RefusalReason = "authority" // its author may no longer change the flag
	RefusedFlag      RefusalReason = "flag"      // the flag does not allow it
)

// ScheduledChange is a change that waits for its time.
type ScheduledChange struct {
	ID     string
	At     time.Time
	Change PlannedChange
	Author Actor
	Reason string
	// Seq and Event are the sequence and the ID of the event that scheduled
	// it. Seq names the change in the whole ledger, which its ID does only
	// among those pending in its environment.
	Seq   uint64
	Event string
	Since time.Time // when it was scheduled
}

// Limits of what is scheduled.
const (
	// MaxScheduled is how many changes may be pending for a flag in one
	// environment.
	MaxScheduled = 20
	// maxRefusal bounds the message of a refusal, in bytes.
	maxRefusal = 2000
)

func (e FlagChangeScheduled) environment() string          { return e.Environment }
func (e FlagScheduledChangeCancelled) environment() string { return e.Environment }
func (e FlagScheduledChangeExecuted) environment() string  { return e.Environment }
func (e FlagScheduledChangeRefused) environment() string   { return e.Environment }
