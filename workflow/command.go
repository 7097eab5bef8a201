package workflow

import (
	"strconv"

	"github.com/flagledger/flagledger/ledger"
)

// command gives the command that carries out d, or nil for a Wait.
func command(a Active, d Decision) (cmd ledger.Command, reason string) {
	place, id, stage := a.Place(), a.Rollout.ID, a.Rollout.Stage
	switch d := d.(type) {
	case Advance:
		return ledger.AdvanceRollout{PlaceRef: place, Rollout: id, From: stage, Evidence: &d.Evidence}, d.Reason
	case RollBack:
		return ledger.RollBackRollout{PlaceRef: place, Rollout: id, Stage: stage, Evidence: &d.Evidence}, d.Reason
	case StepBack:
		return ledger.StepBackRollout{PlaceRef: place, Rollout: id, Stage: stage, Evidence: &d.Evidence}, d.Reason
	case Pause:
		return ledger.PauseRollout{PlaceRef: place, Rollout: id, Evidence: &d.Evidence}, d.Reason
	case Hold:
		return ledger.HoldRollout{
			PlaceRef: place, Rollout: id, Stage: stage, Hold: d.Hold, Alert: d.Alert, Evidence: &d.Evidence,
		}, d.Reason
	case Wait:
	}
	return nil, ""
}

// commandID names a decision in the whole ledger: the rollout by the sequence
// it started at, the decision by its number. The kind is part of it, so that
// an engine which looked at old state cannot have its roll-back taken for the
// retry of another engine's hold.
func commandID(a Active, k Kind) string {
	return "wf." + strconv.FormatUint(a.start(), 10) + "." + strconv.Itoa(a.Rollout.Decisions+1) + "." + string(k)
}
