package httpapi

import (
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// flagView is a flag as the API shows it, in all environments of its project.
type flagView struct {
	Key          string               `json:"key"`
	Type         evaluator.ValueType  `json:"type" enum:"boolean,string,number,json"`
	Variants     []evaluator.Variant  `json:"variants"`
	OffVariant   string               `json:"offVariant"`
	OnVariant    string               `json:"onVariant"`
	Salt         string               `json:"salt"`
	Details      ledger.FlagDetails   `json:"details"`
	Archived     bool                 `json:"archived"`
	Seq          uint64               `json:"seq,string" doc:"Newest event of the flag."`
	CreatedAt    time.Time            `json:"createdAt"`
	ChangedAt    time.Time            `json:"changedAt"`
	ChangedBy    ledger.Actor         `json:"changedBy"`
	Stale        *staleView           `json:"stale,omitempty" doc:"Set when the ledger has recorded that the flag turned stale, and nothing was changed since."`
	Frozen       *frozenView          `json:"frozen,omitempty" doc:"Set when an event of the flag could not be read: it stays as it was before."`
	Environments map[string]placeView `json:"environments"`
}

// staleView says why a flag is stale, as the ledger has recorded it.
type staleView struct {
	At       time.Time             `json:"at"`
	Since    time.Time             `json:"since"`
	Findings []ledger.StaleFinding `json:"findings"`
}

// frozenView says why a flag stopped at its last good state.
type frozenView struct {
	Seq    uint64 `json:"seq,string"`
	Reason string `json:"reason"`
}

// placeView is a flag in one environment.
type placeView struct {
	Version    uint64           `json:"version,string" doc:"Sequence of the last event that changed what is served here."`
	Config     evaluator.Config `json:"config"`
	Rollout    *rolloutView     `json:"rollout,omitempty" doc:"The newest rollout, finished or not."`
	Experiment *experimentView  `json:"experiment,omitempty" doc:"The newest experiment, finished or not."`
	Scheduled  []scheduledView  `json:"scheduled,omitempty" doc:"Changes that wait for their time, in the order in which they are due."`
}

func viewFlag(p *ledger.Project, f *ledger.Flag, frozen map[string]ledger.Freeze) flagView {
	v := flagView{
		Key: f.Key, Type: f.Type, Variants: f.Variants, OffVariant: f.OffVariant, OnVariant: f.OnVariant, Salt: f.Salt,
		Details: f.Details, Archived: f.Archived, Seq: f.Seq,
		CreatedAt: f.CreatedAt, ChangedAt: f.ChangedAt, ChangedBy: f.ChangedBy,
		Environments: make(map[string]placeView, len(p.Environments)),
	}
	if s := f.Stale; s != nil {
		v.Stale = &staleView{s.At, s.Since, s.Findings}
	}
	subject := ledger.Subject{Project: p.Key, Kind: ledger.KindFlag, Key: f.Key}
	if fr, ok := frozen[subject.String()]; ok {
		v.Frozen = &frozenView{fr.Seq, fr.Err.Error()}
	}
	for _, env := range p.Environments {
		here := f.In(env.Key)
		v.Environments[env.Key] = placeView{
			Version: f.Ruling(env.Key).Version, Config: here.Config, Rollout: viewRollout(here.Rollout),
			Experiment: viewExperiment(here.Experiment), Scheduled: viewScheduled(env.Key, here.Scheduled),
		}
	}
	return v
}

// rolloutView is one run of a plan.
type rolloutView struct {
	ID          string                   `json:"id"`
	Environment string                   `json:"environment"`
	PlanKey     string                   `json:"planKey,omitempty"`
	PlanVersion uint64                   `json:"planVersion,string"`
	Plan        ledger.Plan              `json:"plan"`
	Metrics     map[string]ledger.Metric `json:"metrics,omitempty"`
	Treatment   string                   `json:"treatment"`
	Control     string                   `json:"control"`
	By          string                   `json:"by,omitempty"`
	Status      ledger.RolloutStatus     `json:"status" enum:"running,paused,completed,rolledBack,aborted"`
	Stage       int                      `json:"stage" doc:"Index of the current stage of the plan, from 0."`
	Percentage  ledger.Percentage        `json:"percentage"`
	StartedAt   time.Time                `json:"startedAt"`
	EndedAt     *time.Time               `json:"endedAt,omitempty"`
	Spans       []spanView               `json:"spans"`
	Hold        *ledger.RolloutHeld      `json:"hold,omitempty" doc:"Why the current stage waits."`
	Evidence    *ledger.Evidence         `json:"evidence,omitempty" doc:"That of the last automatic decision."`
	Decisions   int                      `json:"decisions"`
	StartedBy   ledger.Actor             `json:"startedBy"`
	Approvals   []approvalView           `json:"approvals" doc:"Approvals that were given."`
	Missing     []askView                `json:"missing" doc:"Approvals that the step to the next stage still needs."`
}

// approvalView is an approval that was given.
type approvalView struct {
	Stage int          `json:"stage"`
	Point ledger.Point `json:"point" enum:"before,after"`
	By    ledger.Actor `json:"by"`
	At    time.Time    `json:"at"`
}

// askView is an approval that is asked for.
type askView struct {
	Stage  int             `json:"stage"`
	Point  ledger.Point    `json:"point" enum:"before,after"`
	Needed int             `json:"needed" doc:"How many people must approve."`
	Given  int             `json:"given"`
	Who    ledger.Approval `json:"who"`
}

// spanView is a stretch of time with one percentage.
type spanView struct {
	Stage      int               `json:"stage"`
	Percentage ledger.Percentage `json:"percentage"`
	First      uint64            `json:"first,string"`
	Last       uint64            `json:"last,string" doc:"0 while the span is open."`
	From       time.Time         `json:"from"`
	Until      *time.Time        `json:"until,omitempty"`
}

func viewRollout(r *ledger.Rollout) *rolloutView {
	if r == nil {
		return nil
	}
	v := &rolloutView{
		ID: r.ID, Environment: r.Environment, PlanKey: r.PlanKey, PlanVersion: r.PlanVersion, Plan: r.Plan,
		Metrics: r.Metrics, Treatment: r.Treatment, Control: r.Control, By: r.By, Status: r.Status, Stage: r.Stage,
		Percentage: r.Percentage(), StartedAt: r.StartedAt, EndedAt: unlessZero(r.EndedAt),
		Spans: make([]spanView, len(r.Spans)), Hold: r.Hold, Evidence: r.Evidence, Decisions: r.Decisions,
		StartedBy: r.StartedBy, Approvals: []approvalView{}, Missing: []askView{},
	}
	for _, a := range r.Approvals {
		v.Approvals = append(v.Approvals, approvalView(a))
	}
	if r.Active() {
		for _, a := range r.Missing() {
			v.Missing = append(v.Missing, askView{a.Stage, a.Point, a.Approval.Needed(), len(r.Given(a.Stage, a.Point)), *a.Approval})
		}
	}
	for i, s := range r.Spans {
		v.Spans[i] = spanView{s.Stage, s.Percentage, s.First, s.Last, s.From, unlessZero(s.Until)}
	}
	return v
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
