package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Approval is what people must have said before a rollout enters a stage, or
// leaves it.
type Approval struct {
	// Count is how many different people; 0 is 1.
	Count int `json:"count,omitempty"`
	// Roles and Tokens bound who may; a token must satisfy both. Empty Roles are
	// editor and admin, empty Tokens any. Tokens are the IDs of access keys.
	Roles  []Role   `json:"roles,omitempty"`
	Tokens []string `json:"tokens,omitempty"`
	// NotAuthorAlone demands somebody else than who has started the rollout.
	NotAuthorAlone bool `json:"notAuthorAlone,omitempty"`
}

// Needed is how many people must approve.
func (a Approval) Needed() int { return max(1, a.Count) }

// Point is where in a stage an approval belongs.
type Point string

// The points.
const (
	BeforeStage Point = "before" // to enter the stage
	AfterStage  Point = "after"  // to leave it
)

// Approved is one approval that was given. It stays for the life of the rollout,
// so nobody is asked again.
type Approved struct {
	Stage int
	Point Point
	By    Actor
	At    time.Time
}

// ApproveRollout gives an approval that the plan asks for, in advance if one
// likes. By must be who gives the command.
type ApproveRollout struct {
	PlaceRef
	Rollout string // empty: the current one
	By      Actor
	// Stage and Point say which; with an empty Point it is every one that the
	// step to the next stage needs.
	Stage int
	Point Point
}

// RolloutApproved records that the event's actor approves.
type RolloutApproved struct {
	Environment string `json:"environment"`
	Rollout     string `json:"rollout"`
	Stage       int    `json:"stage"`
	Point       Point  `json:"point"`
}

func (e RolloutApproved) environment() string { return e.Environment }

func (e RolloutApproved) fold(st *State, rec Recorded) error {
	return onRollout(st, rec, e.Environment, e.Rollout, func(_ *FlagEnvironment, r *Rollout) {
		r.Approvals = append(slices.Clone(r.Approvals), Approved{e.Stage, e.Point, rec.Actor, rec.At})
	})
}

func (c ApproveRollout) decide(st *State, now time.Time) (Decision, error) {
	_, r, err := st.rollout(c.PlaceRef, c.Rollout)
	if err != nil {
		return Decision{}, err
	}
	asked := r.asked(r.Stage)
	if c.Point != "" {
		asked = []Ask{{c.Stage, c.Point, r.approval(c.Stage, c.Point)}}
	}
	d := Decision{Reads: []Subject{accessSubject(c.By.ID)}}
	var refusal error
	for _, a := range asked {
		switch why := st.mayNotApprove(a.Approval, c.By, c.Project, now); {
		case a.Approval == nil:
			refusal = refused("the plan asks for no approval %s stage %d", a.Point, a.Stage+1)
		case why != "":
			refusal = refused("%s %s", cmp.Or(c.By.Name, c.By.ID), why)
		case !r.approvedBy(a.Stage, a.Point, c.By):
			d.Changes = append(d.Changes, Change{c.subject(), RolloutApproved{
				Environment: c.Environment, Rollout: r.ID, Stage: a.Stage, Point: a.Point,
			}})
		default: // said before
			refusal = nil
		}
	}
	switch {
	case len(asked) == 0:
		return Decision{}, refused("the plan asks for no approval to go on from stage %d", r.Stage+1)
	case len(d.Changes) == 0:
		return Decision{}, refusal
	}
	return d, nil
}

// mayNotApprove says why somebody may not give an approval, or nothing.
func (st *State) mayNotApprove(a *Approval, by Actor, project string, now time.Time) string {
	if a == nil {
		return ""
	}
	roles := a.Roles
	if len(roles) == 0 {
		roles = []Role{RoleEditor, RoleAdmin}
	}
	k := st.Keys[by.ID]
	switch {
	case by.Kind != ActorToken || k == nil || !k.Usable(now):
		return "may not approve: approvals are given by people with a token that is valid"
	case k.AccessKey.Project != "" && k.AccessKey.Project != project:
		return "may not approve: the token is of another project"
	case !slices.Contains(roles, k.AccessKey.Role):
		return fmt.Sprintf("may not approve: the role is %s, not one of %v", k.AccessKey.Role, roles)
	case len(a.Tokens) > 0 && !slices.Contains(a.Tokens, by.ID):
		return "may not approve: the plan names other tokens"
	}
	return ""
}

// Ask is an approval that the plan asks for.
type Ask struct {
	Stage    int
	Point    Point
	Approval *Approval // nil: none is asked for
}

// asked are the approvals that the step on from a stage needs.
func (r *Rollout) asked(stage int) (all []Ask) {
	for _, a := range []Ask{{Stage: stage, Point: AfterStage}, {Stage: stage + 1, Point: BeforeStage}} {
		if a.Approval = r.approval(a.Stage, a.Point); a.Approval != nil {
			all = append(all, a)
		}
	}
	return all
}

// Missing are the approvals that the step on from the current stage still needs.
func (r *Rollout) Missing() (all []Ask) {
	for _, a := range r.asked(r.Stage) {
		if !r.satisfied(a) {
			all = append(all, a)
		}
	}
	return all
}

// Given are the approvals that were given at a point.
func (r *Rollout) Given(stage int, point Point) (all []Approved) {
	for _, a := range r.Approvals {
		if a.Stage == stage && a.Point == point {
			all = append(all, a)
		}
	}
	return all
}

func (r *Rollout) approval(stage int, point Point) *Approval {
	switch {
	case stage < 0 || stage >= len(r.Plan.Stages):
		return nil
	case point == BeforeStage:
		return r.Plan.Stages[stage].ApproveBefore
	case point == AfterStage:
		return r.Plan.Stages[stage].ApproveAfter
	}
	return nil
}

func (r *Rollout) approvedBy(stage int, point Point, by Actor) bool {
	return slices.ContainsFunc(r.Given(stage, point), func(a Approved) bool { return a.By.ID == by.ID })
}

// satisfied reports whether enough people have approved.
func (r *Rollout) satisfied(a Ask) bool {
	given := r.Given(a.Stage, a.Point)
	others := slices.ContainsFunc(given, func(g Approved) bool { return g.By.ID != r.StartedBy.ID })
	return len(given) >= a.Approval.Needed() && (others || !a.Approval.NotAuthorAlone)
}

func (ck *checks) approval(at string, a *Approval) {
	if a == nil {
		return
	}
	if a.Count < 0 || a.Count > maxApprovers {
		ck.add(at+".count", "is %d; it must lie between 1 and %d", a.Count, maxApprovers)
	}
	if len(a.Tokens) > 0 && a.Needed() > len(a.Tokens) {
		ck.add(at+".tokens", "names %d tokens, of which %d are to approve", len(a.Tokens), a.Needed())
	}
	for i, role := range a.Roles {
		if role != RoleEditor && role != RoleAdmin {
			ck.add(fmt.Sprintf("%s.roles[%d]", at, i), "%q is not one of %s, %s", role, RoleEditor, RoleAdmin)
		}
	}
}

const maxApprovers = 20
