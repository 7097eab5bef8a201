package main

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// What the API answers, as far as it is shown to people.

type projectView struct {
	Key          string               `json:"key"`
	Name         string               `json:"name"`
	CreatedAt    time.Time            `json:"createdAt"`
	Environments []ledger.Environment `json:"environments"`
	Flags        int                  `json:"flags"`
}

type flagView struct {
	Key          string               `json:"key"`
	Type         evaluator.ValueType  `json:"type"`
	Variants     []evaluator.Variant  `json:"variants"`
	OffVariant   string               `json:"offVariant"`
	OnVariant    string               `json:"onVariant"`
	Salt         string               `json:"salt"`
	Details      ledger.FlagDetails   `json:"details"`
	Archived     bool                 `json:"archived"`
	Seq          uint64               `json:"seq,string"`
	CreatedAt    time.Time            `json:"createdAt"`
	ChangedAt    time.Time            `json:"changedAt"`
	ChangedBy    ledger.Actor         `json:"changedBy"`
	Frozen       *freezeView          `json:"frozen"`
	Environments map[string]placeView `json:"environments"`
}

type freezeView struct {
	Seq    uint64 `json:"seq,string"`
	Reason string `json:"reason"`
}

// placeView is a flag in one environment.
type placeView struct {
	Version   uint64           `json:"version,string"`
	Config    evaluator.Config `json:"config"`
	Rollout   *rolloutView     `json:"rollout"`
	Scheduled []scheduledView  `json:"scheduled"`
}

// scheduledView is a change that waits for its time.
type scheduledView struct {
	ID          string            `json:"id"`
	Environment string            `json:"environment"`
	At          time.Time         `json:"at"`
	Change      ledger.ChangeKind `json:"change"`
	Config      *evaluator.Config `json:"config,omitempty"`
	Author      ledger.Actor      `json:"author"`
	Reason      string            `json:"reason,omitempty"`
	Seq         uint64            `json:"seq,string"`
	ScheduledAt time.Time         `json:"scheduledAt"`
}

// scheduled lists what is pending in one environment, or in all for "", by the
// time it is due.
func (f *flagView) scheduled(environment string) []scheduledView {
	list := []scheduledView{}
	for _, key := range f.environments() {
		if environment == "" || environment == key {
			list = append(list, f.Environments[key].Scheduled...)
		}
	}
	slices.SortStableFunc(list, func(a, b scheduledView) int { return a.At.Compare(b.At) })
	return list
}

// environments are the keys of the flag's environments in order.
func (f *flagView) environments() []string {
	return slices.Sorted(maps.Keys(f.Environments))
}

type rolloutView struct {
	ID          string                   `json:"id"`
	Environment string                   `json:"environment"`
	PlanKey     string                   `json:"planKey"`
	Plan        ledger.Plan              `json:"plan"`
	Metrics     map[string]ledger.Metric `json:"metrics"`
	Treatment   string                   `json:"treatment"`
	Control     string                   `json:"control"`
	By          string                   `json:"by"`
	Status      ledger.RolloutStatus     `json:"status"`
	Stage       int                      `json:"stage"`
	Percentage  ledger.Percentage        `json:"percentage"`
	StartedAt   time.Time                `json:"startedAt"`
	EndedAt     *time.Time               `json:"endedAt"`
	Spans       []spanView               `json:"spans"`
	Hold        *ledger.RolloutHeld      `json:"hold"`
	Evidence    *ledger.Evidence         `json:"evidence"`
	Decisions   int                      `json:"decisions"`
	Approvals   []approvalView           `json:"approvals"`
	Missing     []askView                `json:"missing"`
}

type approvalView struct {
	Stage int          `json:"stage"`
	Point ledger.Point `json:"point"`
	By    ledger.Actor `json:"by"`
	At    time.Time    `json:"at"`
}

type askView struct {
	Stage  int          `json:"stage"`
	Point  ledger.Point `json:"point"`
	Needed int          `json:"needed"`
	Given  int          `json:"given"`
}

// active reports whether the rollout may still change anything.
func (r *rolloutView) active() bool {
	return r != nil && (r.Status == ledger.RolloutRunning || r.Status == ledger.RolloutOnHold)
}

type spanView struct {
	Stage      int               `json:"stage"`
	Percentage ledger.Percentage `json:"percentage"`
	From       time.Time         `json:"from"`
	Until      *time.Time        `json:"until"`
}

// killView is what turning a flag on or off answers.
type killView struct {
	Seq        string `json:"seq"`
	Revision   string `json:"revision"`
	Evaluators struct {
		Connected    int `json:"connected"`
		Acknowledged int `json:"acknowledged"`
	} `json:"evaluators"`
	Reach reachView `json:"reach"`
}

// reachView says how far a revision has come.
type reachView struct {
	Revision     string          `json:"revision"`
	PublishedAt  time.Time       `json:"publishedAt"`
	Connected    int             `json:"connected"`
	Acknowledged int             `json:"acknowledged"`
	InForce      bool            `json:"inForce"`
	Milliseconds int64           `json:"milliseconds"`
	Stragglers   []evaluatorView `json:"stragglers"`
}

type evaluatorView struct {
	Instance       string    `json:"instance"`
	SDK            string    `json:"sdk"`
	Revision       string    `json:"revision"`
	ConnectedAt    time.Time `json:"connectedAt"`
	AcknowledgedAt time.Time `json:"acknowledgedAt"`
	Current        bool      `json:"current"`
}

type keyView struct {
	ID          string            `json:"id"`
	Kind        ledger.AccessKind `json:"kind"`
	Name        string            `json:"name"`
	Role        ledger.Role       `json:"role"`
	Project     string            `json:"project"`
	Environment string            `json:"environment"`
	CreatedAt   time.Time         `json:"createdAt"`
	ExpiresAt   *time.Time        `json:"expiresAt"`
	Revoked     bool              `json:"revoked"`
	Usable      bool              `json:"usable"`
	// Key is the whole key with its secret, only in the answer that made it.
	Key string `json:"key"`
}

// eventView is one entry of the ledger.
type eventView struct {
	Seq     uint64          `json:"seq,string"`
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Version int             `json:"version"`
	At      time.Time       `json:"at"`
	Actor   ledger.Actor    `json:"actor"`
	Reason  string          `json:"reason"`
	Command string          `json:"command"`
	Cause   string          `json:"cause"`
	Subject eventSubject    `json:"subject"`
	Data    json.RawMessage `json:"data"`

	raw json.RawMessage // the event as the API gave it
}
