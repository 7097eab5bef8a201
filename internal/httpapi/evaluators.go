package httpapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/flagledger/flagledger/ledger"
)

// evaluators knows which SDK instances are connected and which revision each
// has acknowledged. It is memory only: after a restart they connect again.
type evaluators struct {
	mu      sync.Mutex
	places  map[place]map[string]*connected
	changed chan struct{} // closed, and replaced, at every change
}

// connected is one instance with at least one open stream.
type connected struct {
	sdk            string
	streams        int
	revision       uint64
	connectedAt    time.Time
	acknowledgedAt time.Time
	// acks are the newest acknowledgments, oldest first.
	acks []ack
}

// ack is when an instance said that it runs a revision.
type ack struct {
	revision uint64
	at       time.Time
}

// maxAcks bounds how many revisions back an instance's acknowledgments are known.
const maxAcks = 32

func (c *connected) runs(revision uint64, now time.Time) {
	c.revision, c.acknowledgedAt = revision, now
	if len(c.acks) == maxAcks {
		c.acks = append(c.acks[:0], c.acks[1:]...)
	}
	c.acks = append(c.acks, ack{revision, now})
}

// had is when the instance had a revision or a later one.
func (c *connected) had(revision uint64) (time.Time, bool) {
	for _, a := range c.acks {
		if a.revision >= revision {
			return a.at, true
		}
	}
	return time.Time{}, false
}

// caller is what an SDK instance says of itself.
type caller struct {
	instance string
	sdk      string
	revision uint64 // that it runs, 0 for none
}

// maxCallerText bounds what an instance may call itself and its SDK.
const maxCallerText = 200

func newEvaluators() *evaluators {
	return &evaluators{places: map[place]map[string]*connected{}, changed: make(chan struct{})}
}

// join notes a stream of an instance; leave must be called at its end. An
// instance that resumes from a revision runs it, so it counts as acknowledged.
func (e *evaluators) join(at place, c caller, now time.Time) (leave func()) {
	if c.instance == "" || len(c.instance) > maxCallerText {
		c.instance = uuid.NewString()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	here := e.places[at]
	if here == nil {
		here = map[string]*connected{}
		e.places[at] = here
	}
	known := here[c.instance]
	if known == nil {
		known = &connected{connectedAt: now}
		here[c.instance] = known
	}
	known.streams++
	known.sdk = c.sdk[:min(len(c.sdk), maxCallerText)]
	if c.revision > known.revision {
		known.runs(c.revision, now)
	}
	e.broadcast()
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if known.streams--; known.streams == 0 {
			delete(here, c.instance)
		}
		e.broadcast()
	}
}

// acknowledge notes the revision that an instance runs now. One that has no
// stream is not kept: it is not among those that a kill switch waits for.
func (e *evaluators) acknowledge(at place, c caller, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.places[at][c.instance]
	if known == nil {
		return
	}
	known.runs(c.revision, now)
	if c.sdk != "" {
		known.sdk = c.sdk[:min(len(c.sdk), maxCallerText)]
	}
	e.broadcast()
}

func (e *evaluators) broadcast() {
	close(e.changed)
	e.changed = make(chan struct{})
}

// count says how many run the revision, and what is closed at the next change.
func (e *evaluators) count(at place, revision uint64) (acknowledgment, <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := acknowledgment{Connected: len(e.places[at])}
	for _, c := range e.places[at] {
		if c.revision >= revision {
			out.Acknowledged++
		}
	}
	return out, e.changed
}

// wait returns when all that are connected run the revision, or after limit.
func (e *evaluators) wait(ctx context.Context, at place, revision uint64, limit time.Duration) acknowledgment {
	over := time.NewTimer(limit)
	defer over.Stop()
	for {
		n, changed := e.count(at, revision)
		if n.Acknowledged == n.Connected || limit == 0 {
			return n
		}
		select {
		case <-changed:
		case <-over.C:
			n, _ = e.count(at, revision)
			return n
		case <-ctx.Done():
			return n
		}
	}
}

// reach tells a revision that is published from one that is in force.
type reach struct {
	Revision     uint64    `json:"revision,string"`
	PublishedAt  time.Time `json:"publishedAt" doc:"When the event was decided that made the revision."`
	Connected    int       `json:"connected" doc:"Evaluators that are connected to this server. Browsers evaluate on the server and are not among them."`
	Acknowledged int       `json:"acknowledged" doc:"How many of them run the revision or a later one."`
	InForce      bool      `json:"inForce" doc:"All that are connected run it."`
	// Milliseconds is 0 while it is not in force.
	Milliseconds int64           `json:"milliseconds" doc:"From its publication until the last of those connected ran it; those that connected later count from their connection on."`
	Stragglers   []evaluatorView `json:"stragglers" doc:"Those that do not run it."`
}

// reach says how far a revision has come.
func (e *evaluators) reach(at place, revision uint64, published time.Time) reach {
	out := reach{Revision: revision, PublishedAt: published, Stragglers: []evaluatorView{}}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, instance := range slices.Sorted(maps.Keys(e.places[at])) {
		c := e.places[at][instance]
		out.Connected++
		had, ok := c.had(revision)
		if !ok {
			out.Stragglers = append(out.Stragglers, c.view(instance, revision))
			continue
		}
		out.Acknowledged++
		out.Milliseconds = max(out.Milliseconds, had.Sub(later(published, c.connectedAt)).Milliseconds())
	}
	if out.InForce = out.Acknowledged == out.Connected; !out.InForce {
		out.Milliseconds = 0
	}
	return out
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// evaluatorView is one connected SDK instance.
type evaluatorView struct {
	Instance       string     `json:"instance"`
	SDK            string     `json:"sdk,omitempty"`
	Revision       uint64     `json:"revision,string" doc:"Last acknowledged; 0 before the first."`
	ConnectedAt    time.Time  `json:"connectedAt"`
	AcknowledgedAt *time.Time `json:"acknowledgedAt,omitempty"`
	Current        bool       `json:"current"`
}

func (e *evaluators) list(at place, revision uint64) []evaluatorView {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := []evaluatorView{}
	for _, instance := range slices.Sorted(maps.Keys(e.places[at])) {
		out = append(out, e.places[at][instance].view(instance, revision))
	}
	return out
}

func (c *connected) view(instance string, revision uint64) evaluatorView {
	return evaluatorView{
		Instance: instance, SDK: c.sdk, Revision: c.revision, ConnectedAt: c.connectedAt,
		AcknowledgedAt: unlessZero(c.acknowledgedAt), Current: c.revision >= revision,
	}
}

type evaluatorList struct {
	Body struct {
		Revision   uint64          `json:"revision,string"`
		Evaluators []evaluatorView `json:"evaluators"`
	}
}

type acknowledging struct {
	Body struct {
		Instance string `json:"instance" required:"true" minLength:"1" maxLength:"200" doc:"As in the header Flagledger-Instance of the stream."`
		Revision uint64 `json:"revision,string" required:"true"`
		SDK      string `json:"sdk,omitempty" maxLength:"200" example:"go/0.1.0"`
	}
}

type reachQuery struct {
	EnvironmentPath
	Revision uint64 `query:"revision" doc:"Revision of a ruleset; without it the newest."`
	Wait     string `query:"wait" doc:"How long to wait until it is in force, at most 5s." example:"2s"`
}

type reachAnswer struct{ Body reach }

func (a *API) reachOf(ctx context.Context, in *reachQuery) (*reachAnswer, error) {
	wait, err := ackWait(in.Wait)
	if err != nil {
		return nil, err
	}
	at := place{in.Project, in.Environment}
	s, err := a.snapshot(ctx, at, in.Revision)
	if err != nil {
		return nil, err
	}
	revision := in.Revision
	if revision == 0 {
		revision = s.Ruleset.Revision
	}
	published, err := a.decidedAt(ctx, revision)
	if err != nil {
		return nil, err
	}
	a.evaluators.wait(ctx, at, revision, wait)
	return &reachAnswer{a.evaluators.reach(at, revision, published)}, nil
}

// decidedAt is when an event was decided.
func (a *API) decidedAt(ctx context.Context, seq uint64) (time.Time, error) {
	var at time.Time
	err := a.log.Read(ctx, seq, ledger.AllSubjects, func(s ledger.Stored) error {
		at = ledger.Decode(s).At
		return errPageFull
	})
	if err == nil {
		err = failure(codeNotFound, fmt.Sprintf("there is no event %d", seq))
	}
	if errors.Is(err, errPageFull) {
		err = nil
	}
	return at, err
}

func (a *API) evaluatorRoutes() {
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/environments/{environment}/reach", id: "getReach",
		tag: "rulesets", need: admin(ledger.RoleViewer),
		summary: "How far a revision has come: on how many evaluators it is in force, since when, and who lags behind",
	}, a.reachOf)

	register(a, route{
		method: "POST", path: "/api/v1/ruleset/ack", id: "acknowledgeRuleset", tag: "sdk", need: sdk(ledger.AccessServer), status: 204,
		summary: "Say which revision the evaluator runs now",
	}, func(ctx context.Context, in *acknowledging) (*struct{}, error) {
		b := &in.Body
		a.evaluators.acknowledge(placeOf(who(ctx)), caller{b.Instance, b.SDK, b.Revision}, a.now())
		return nil, nil
	})
	register(a, route{
		method: "GET", path: "/api/v1/projects/{project}/environments/{environment}/evaluators", id: "listEvaluators",
		tag: "rulesets", need: admin(ledger.RoleViewer),
		summary: "The evaluators connected to this server, and the revision each has acknowledged",
	}, func(ctx context.Context, in *EnvironmentPath) (*evaluatorList, error) {
		at := place{in.Project, in.Environment}
		s, err := a.snapshot(ctx, at, 0)
		if err != nil {
			return nil, err
		}
		out := &evaluatorList{}
		out.Body.Revision = s.Ruleset.Revision
		out.Body.Evaluators = a.evaluators.list(at, s.Ruleset.Revision)
		return out, nil
	})
}
