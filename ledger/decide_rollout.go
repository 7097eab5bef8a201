package ledger

import (
	"slices"
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

func (c StartRollout) decide(st *State, _ time.Time) (Decision, error) {
	p, f, err := st.place(c.PlaceRef)
	if err != nil {
		return Decision{}, err
	}
	here := f.In(c.Environment)
	if here.Rollout.Active() {
		return Decision{}, refused("rollout %s of flag %q in %s is %s; abort it first",
			here.Rollout.ID, c.Flag, c.Environment, here.Rollout.Status)
	}
	if x := here.Experiment; x.Running() && x.Design.Rule == "" {
		return Decision{}, refused("the default of flag %q in %s belongs to experiment %s; stop the experiment first",
			c.Flag, c.Environment, x.ID)
	}
	started, err := c.started(p, f)
	if err != nil {
		return Decision{}, err
	}
	if other := p.rival(f, c.Environment, started.Plan.Exclusive); other != "" {
		return Decision{}, refused("flag %q cannot have a rollout in %s now: %s", c.Flag, c.Environment, other)
	}
	d := Decision{Guard: c.Project} // a rival may start at the same time
	if !here.Config.On {
		d.Changes = append(d.Changes, Change{c.subject(), FlagTurnedOn{Environment: c.Environment}})
	}
	d.Changes = append(d.Changes, Change{c.subject(), started})
	return d, nil
}

// started resolves the plan, its metrics and the variants.
func (c StartRollout) started(p *Project, f *Flag) (RolloutStarted, error) {
	e := RolloutStarted{
		Environment: c.Environment, Rollout: c.Rollout, Treatment: c.Treatment, Control: c.Control, By: c.By,
	}
	if e.Treatment == "" {
		e.Treatment = f.OnVariant
	}
	if e.Control == "" {
		e.Control = f.OffVariant
	}
	var ck checks
	ck.key("rollout", c.Rollout)
	for path, name := range map[string]string{"treatment": e.Treatment, "control": e.Control} {
		if !slices.ContainsFunc(f.Variants, func(v evaluator.Variant) bool { return v.Name == name }) {
			ck.add(path, "%q is not a variant of flag %q", name, f.Key)
		}
	}
	if e.Treatment == e.Control {
		ck.add("treatment", "is the same variant as control, %q", e.Control)
	}
	switch {
	case c.Plan != nil && c.PlanKey != "":
		ck.add("plan", "is given by key and inline; give one of them")
	case c.Plan != nil:
		e.Plan = *c.Plan
	default:
		key := c.PlanKey
		if key == "" {
			key = DefaultPlanKey
		}
		ps := p.Plans[key]
		if ps == nil || ps.Archived {
			return e, notFound("plan", key)
		}
		e.PlanKey, e.PlanVersion, e.Plan = key, ps.Seq, ps.Plan
	}
	ck.plan("plan", e.Plan, p)
	if err := ck.err("rollout"); err != nil {
		return e, err
	}
	e.Metrics = map[string]Metric{}
	for _, g := range e.Plan.Gates {
		if g.Check != nil {
			continue
		}
		e.Metrics[g.Metric] = p.Metrics[g.Metric].Metric
	}
	if before := e.Plan.Stages[0].ApproveBefore; before != nil {
		waiting := Stage{Name: "before the start", ApproveAfter: before}
		e.Plan.Stages = append([]Stage{waiting}, e.Plan.Stages...)
		e.Plan.Stages[1].ApproveBefore = nil
	}
	e.Percentage = e.Plan.Stages[0].Percentage
	return e, nil
}

// rollout finds the active rollout; id may be empty for whichever it is.
func (st *State) rollout(ref PlaceRef, id string) (*Flag, *Rollout, error) {
	_, f, err := st.place(ref)
	if err != nil {
		return nil, nil, err
	}
	r := f.In(ref.Environment).Rollout
	switch {
	case r == nil:
		return nil, nil, notFound("rollout", ref.Flag+" in "+ref.Environment)
	case id != "" && r.ID != id:
		return nil, nil, refused("rollout %s of flag %q in %s has been followed by %s", id, ref.Flag, ref.Environment, r.ID)
	case !r.Active():
		return nil, nil, refused("rollout %s of flag %q in %s is already %s", r.ID, ref.Flag, ref.Environment, r.Status)
	}
	return f, r, nil
}

// running is rollout, demanding that it is not paused and at this stage.
func (st *State) running(ref PlaceRef, id string, stage int) (*Rollout, error) {
	_, r, err := st.rollout(ref, id)
	if err != nil {
		return nil, err
	}
	if r.Status != RolloutRunning {
		return nil, refused("rollout %s is %s; resume it first", r.ID, r.Status)
	}
	if r.Stage != stage {
		return nil, refused("rollout %s is at stage %d, not %d", r.ID, r.Stage, stage)
	}
	return r, nil
}

func (c AdvanceRollout) decide(st *State, _ time.Time) (Decision, error) {
	r, err := st.running(c.PlaceRef, c.Rollout, c.From)
	if err != nil {
		return Decision{}, err
	}
	// Who skips the gates does not skip the others who have to agree.
	if missing := r.Missing(); len(missing) > 0 {
		return Decision{}, refused("rollout %s needs %d more of %d approvals at stage %d; have it approved first", r.ID,
			max(1, missing[0].Approval.Needed()-len(r.Given(missing[0].Stage, missing[0].Point))), missing[0].Approval.Needed(), r.Stage+1)
	}
	var d Decision
	next := c.From + 1
	if next < len(r.Plan.Stages) {
		d.Changes = append(d.Changes, Change{c.subject(), RolloutAdvanced{
			Environment: c.Environment, Rollout: r.ID, From: c.From, To: next,
			Percentage: r.Plan.Stages[next].Percentage, Evidence: c.Evidence,
		}})
	}
	// At 100% there is no control left to judge by, so arriving is finishing.
	last := len(r.Plan.Stages) - 1
	if next > last || next == last && r.Plan.Stages[last].Percentage == All {
		done := RolloutCompleted{Environment: c.Environment, Rollout: r.ID}
		if len(d.Changes) == 0 {
			done.Evidence = c.Evidence
		}
		d.Changes = append(d.Changes, Change{c.subject(), done})
	}
	return d, nil
}

func (c RollBackRollout) decide(st *State, _ time.Time) (Decision, error) {
	r, err := st.running(c.PlaceRef, c.Rollout, c.Stage)
	if err != nil {
		return Decision{}, err
	}
	return Decision{Changes: []Change{{c.subject(), RolloutRolledBack{
		Environment: c.Environment, Rollout: r.ID, Stage: r.Stage, From: r.Percentage(), Evidence: c.Evidence,
	}}}}, nil
}

func (c StepBackRollout) decide(st *State, _ time.Time) (Decision, error) {
	r, err := st.running(c.PlaceRef, c.Rollout, c.Stage)
	if err != nil {
		return Decision{}, err
	}
	to := r.Stage - 1
	if to < 0 || r.Plan.Stages[to].Percentage == 0 {
		return RollBackRollout(c).decide(st, time.Time{})
	}
	return Decision{Changes: []Change{
		{c.subject(), RolloutSteppedBack{
			Environment: c.Environment, Rollout: r.ID, From: r.Stage, To: to,
			Percentage: r.Plan.Stages[to].Percentage, Evidence: c.Evidence,
		}},
		{c.subject(), RolloutPaused{Environment: c.Environment, Rollout: r.ID}},
	}}, nil
}

func (c HoldRollout) decide(st *State, _ time.Time) (Decision, error) {
	r, err := st.running(c.PlaceRef, c.Rollout, c.Stage)
	if err != nil {
		return Decision{}, err
	}
	if r.Hold != nil && r.Hold.Hold == c.Hold && r.Hold.Alert == c.Alert {
		return Decision{}, nil
	}
	return Decision{Changes: []Change{{c.subject(), RolloutHeld{
		Environment: c.Environment, Rollout: r.ID, Stage: r.Stage, Hold: c.Hold, Alert: c.Alert, Evidence: c.Evidence,
	}}}}, nil
}

func (c PauseRollout) decide(st *State, _ time.Time) (Decision, error) {
	_, r, err := st.rollout(c.PlaceRef, c.Rollout)
	if err != nil || r.Status == RolloutOnHold {
		return Decision{}, err
	}
	return Decision{Changes: []Change{{c.subject(), RolloutPaused{
		Environment: c.Environment, Rollout: r.ID, Evidence: c.Evidence,
	}}}}, nil
}

func (c ResumeRollout) decide(st *State, _ time.Time) (Decision, error) {
	f, r, err := st.rollout(c.PlaceRef, "")
	if err != nil || r.Status == RolloutRunning {
		return Decision{}, err
	}
	if !f.In(c.Environment).Config.On {
		return Decision{}, refused("flag %q is off in %s; turn it on first", c.Flag, c.Environment)
	}
	return Decision{Changes: []Change{{c.subject(), RolloutResumed{Environment: c.Environment, Rollout: r.ID}}}}, nil
}

func (c AbortRollout) decide(st *State, _ time.Time) (Decision, error) {
	_, r, err := st.rollout(c.PlaceRef, "")
	if err != nil {
		return Decision{}, err
	}
	return Decision{Changes: []Change{{c.subject(), RolloutAborted{
		Environment: c.Environment, Rollout: r.ID, From: r.Percentage(),
	}}}}, nil
}
