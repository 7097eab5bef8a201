package ledger

import (
	"fmt"
	"slices"
)

func (e RolloutStarted) fold(st *State, rec Recorded) error {
	return onPlace(st, rec, e.Environment, func(here *FlagEnvironment) error {
		here.Rollout = &Rollout{
			ID: e.Rollout, Environment: e.Environment,
			PlanKey: e.PlanKey, PlanVersion: e.PlanVersion, Plan: e.Plan, Metrics: e.Metrics,
			Treatment: e.Treatment, Control: e.Control, By: e.By,
			Status: RolloutRunning, StartedAt: rec.At, StartedBy: rec.Actor,
			Spans: []Span{{Percentage: e.Percentage, First: rec.Seq, From: rec.At}},
		}
		here.serve(rec)
		return nil
	})
}

// onRollout is onPlace for the newest rollout there, which must be id.
func onRollout(st *State, rec Recorded, env, id string, change func(*FlagEnvironment, *Rollout)) error {
	return onPlace(st, rec, env, func(here *FlagEnvironment) error {
		if here.Rollout == nil || here.Rollout.ID != id {
			return fmt.Errorf("rollout %q is not the newest of its flag", id)
		}
		here.Rollout = here.Rollout.copy()
		here.Rollout.Decisions++
		change(here, here.Rollout)
		return nil
	})
}

func (e RolloutAdvanced) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(here *FlagEnvironment, r *Rollout) {
		r.Stage, r.Hold, r.SteppedBack = e.To, nil, false
		r.note(e.Evidence)
		r.allocate(e.Percentage, rec)
		here.serve(rec)
	})
}

func (e RolloutCompleted) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(_ *FlagEnvironment, r *Rollout) {
		r.note(e.Evidence)
		r.end(RolloutDone, rec)
	})
}

func (e RolloutRolledBack) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(here *FlagEnvironment, r *Rollout) {
		r.note(e.Evidence)
		r.allocate(0, rec)
		r.end(RolloutRolledback, rec)
		here.serve(rec)
	})
}

func (e RolloutSteppedBack) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(here *FlagEnvironment, r *Rollout) {
		r.Stage, r.Hold, r.SteppedBack = e.To, nil, true
		r.note(e.Evidence)
		r.allocate(e.Percentage, rec)
		here.serve(rec)
	})
}

func (e RolloutAborted) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(here *FlagEnvironment, r *Rollout) {
		r.allocate(0, rec)
		r.end(RolloutStopped, rec)
		here.serve(rec)
	})
}

func (e RolloutHeld) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(_ *FlagEnvironment, r *Rollout) {
		r.Hold = &e
		r.note(e.Evidence)
		asks := e.Hold == HoldApproval
		r.Asked = r.Asked || asks
		r.Passed = r.Passed || asks || e.Hold == HoldCalendar
	})
}

func (e RolloutPaused) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(_ *FlagEnvironment, r *Rollout) {
		r.Status = RolloutOnHold
		r.note(e.Evidence)
	})
}

// A rollout whose span was closed by a kill opens a new one with the same
// percentage, and so the same units. One that has stepped back begins its
// evidence anew, because somebody has mended what it spoke of.
func (e RolloutResumed) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(here *FlagEnvironment, r *Rollout) {
		r.Status, r.Hold = RolloutRunning, nil
		if last := r.Spans[len(r.Spans)-1]; last.Last != 0 || r.SteppedBack {
			r.allocate(last.Percentage, rec)
			here.Version = rec.Seq
		}
		if r.SteppedBack {
			r.Since, r.SteppedBack = len(r.Spans)-1, false
		}
	})
}

func (e RolloutStarted) environment() string     { return e.Environment }
func (e RolloutAdvanced) environment() string    { return e.Environment }
func (e RolloutCompleted) environment() string   { return e.Environment }
func (e RolloutRolledBack) environment() string  { return e.Environment }
func (e RolloutSteppedBack) environment() string { return e.Environment }
func (e RolloutAborted) environment() string     { return e.Environment }
func (e RolloutHeld) environment() string        { return e.Environment }
func (e RolloutPaused) environment() string      { return e.Environment }
func (e RolloutResumed) environment() string     { return e.Environment }

func (r *Rollout) copy() *Rollout {
	next := *r
	next.Spans = slices.Clone(r.Spans)
	return &next
}

// note keeps the evidence of the newest automatic decision; a decision
// without any was a person's.
func (r *Rollout) note(e *Evidence) {
	if e != nil {
		r.Evidence = e
	}
}

// allocate closes the current span and opens one with percentage p.
func (r *Rollout) allocate(p Percentage, rec Recorded) {
	r.closeSpan(rec)
	r.Passed, r.Asked = false, false
	r.Spans = append(r.Spans, Span{Stage: r.Stage, Percentage: p, First: rec.Seq, From: rec.At})
}

func (r *Rollout) closeSpan(rec Recorded) {
	if last := &r.Spans[len(r.Spans)-1]; last.Last == 0 {
		last.Last, last.Until = rec.Seq-1, rec.At
	}
}

func (r *Rollout) end(status RolloutStatus, rec Recorded) {
	r.Status, r.EndedAt, r.Hold = status, rec.At, nil
}
