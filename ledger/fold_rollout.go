package ledger

import (
	"fmt"
	"slices"
)

func newRollout(e RolloutStarted, rec Recorded) *Rollout {
	return &Rollout{
		ID: e.Rollout, Environment: e.Environment,
		PlanKey: e.PlanKey, PlanVersion: e.PlanVersion, Plan: e.Plan, Metrics: e.Metrics,
		Treatment: e.Treatment, Control: e.Control, By: e.By,
		Status: RolloutRunning, StartedAt: rec.At,
		Spans: []Span{{Percentage: e.Percentage, First: rec.Seq, From: rec.At}},
	}
}

// foldRollout folds an event of a rollout that has started. here is a copy;
// the rollout it points to is not.
func (here *FlagEnvironment) foldRollout(rec Recorded) error {
	if here.Rollout == nil {
		return fmt.Errorf("%s without a rollout", TypeOf(rec.Event))
	}
	r := *here.Rollout
	r.Spans = slices.Clone(r.Spans)
	here.Rollout = &r
	switch e := rec.Event.(type) {
	case RolloutAdvanced:
		r.Stage, r.Hold, r.Evidence = e.To, nil, e.Evidence
		r.decided(e.Evidence)
		r.allocate(e.Percentage, rec)
		here.serveRollout(rec)
	case RolloutCompleted:
		r.decided(e.Evidence)
		r.end(RolloutDone, rec)
	case RolloutRolledBack:
		r.decided(e.Evidence)
		r.allocate(0, rec)
		r.end(RolloutRolledback, rec)
		here.serveRollout(rec)
	case RolloutAborted:
		r.allocate(0, rec)
		r.end(RolloutStopped, rec)
		here.serveRollout(rec)
	case RolloutHeld:
		r.Hold = &e
		r.decided(e.Evidence)
	case RolloutPaused:
		r.Status = RolloutOnHold
		r.decided(e.Evidence)
	case RolloutResumed:
		r.Status, r.Hold = RolloutRunning, nil
		if last := r.Spans[len(r.Spans)-1]; last.Last != 0 {
			r.allocate(last.Percentage, rec)
			here.Version = rec.Seq
		}
	default:
		return fmt.Errorf("%s does not belong on a rollout", TypeOf(rec.Event))
	}
	return nil
}

// decided notes an automatic decision; one without evidence was a person's.
func (r *Rollout) decided(e *Evidence) {
	if e != nil {
		r.Evidence = e
	}
	r.Decisions++
}

// allocate closes the current span and opens one with percentage p.
func (r *Rollout) allocate(p Percentage, rec Recorded) {
	r.closeSpan(rec)
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

// interrupted is the rollout after the flag was switched off under it: what is
// exposed from now on says nothing about the treatment.
func (r *Rollout) interrupted(rec Recorded) *Rollout {
	if !r.Active() {
		return r
	}
	next := *r
	next.Spans = slices.Clone(r.Spans)
	next.closeSpan(rec)
	return &next
}
