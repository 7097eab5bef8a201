package workflow

import (
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Decision is what Step says should happen to a rollout. The set is closed.
//
//sumtype:decl
type Decision interface{ isDecision() }

// Advance moves the rollout to its next stage, or completes it at its last.
type Advance struct {
	Reason   string // one plain sentence, for the ledger
	Evidence ledger.Evidence
}

// RollBack takes the treatment away from everybody.
type RollBack struct {
	Reason   string
	Evidence ledger.Evidence
}

// StepBack returns to the stage before, and waits for a person: what a failed
// gate does under ledger.OnFailStepBack.
type StepBack struct {
	Reason   string
	Evidence ledger.Evidence
}

// Pause stops automatic decisions and leaves traffic as it is: what a failed
// gate does under ledger.OnFailPause.
type Pause struct {
	Reason   string
	Evidence ledger.Evidence
}

// Hold records a new reason to wait. A reason that the rollout already holds
// for is a Wait.
type Hold struct {
	Hold     ledger.HoldReason
	Alert    bool // somebody should look
	Reason   string
	Evidence ledger.Evidence
}

// Wait records nothing.
type Wait struct {
	// Next is when something new can be known. The zero time says that only
	// a person can change anything.
	Next time.Time
	// Hold is why the rollout waits, as it is already recorded; empty when
	// the engine has nothing to say about the rollout.
	Hold ledger.HoldReason
	// Reason is the sentence a Hold would carry now.
	Reason string
}

func (Advance) isDecision()  {}
func (RollBack) isDecision() {}
func (StepBack) isDecision() {}
func (Pause) isDecision()    {}
func (Hold) isDecision()     {}
func (Wait) isDecision()     {}

// Kind names a kind of Decision, in command IDs and statistics.
type Kind string

// The kinds of Decision.
const (
	KindAdvance  Kind = "advance"
	KindRollBack Kind = "rollback"
	KindStepBack Kind = "stepback"
	KindPause    Kind = "pause"
	KindHold     Kind = "hold"
	KindWait     Kind = "wait"
)

// KindOf returns the kind of d.
func KindOf(d Decision) Kind {
	switch d.(type) {
	case Advance:
		return KindAdvance
	case RollBack:
		return KindRollBack
	case StepBack:
		return KindStepBack
	case Pause:
		return KindPause
	case Hold:
		return KindHold
	case Wait:
		return KindWait
	}
	panic("workflow: a Decision that is not of this package")
}

// reasonOf returns the sentence of d.
func reasonOf(d Decision) string {
	switch d := d.(type) {
	case Advance:
		return d.Reason
	case RollBack:
		return d.Reason
	case StepBack:
		return d.Reason
	case Pause:
		return d.Reason
	case Hold:
		return d.Reason
	case Wait:
		return d.Reason
	}
	return ""
}
