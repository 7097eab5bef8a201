package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/flagledger/flagledger/internal/demo"
	"github.com/flagledger/flagledger/ledger"
)

// watched is what was seen of one rollout.
type watched struct {
	started, ended eventView
	rollout        rolloutView
	progress       demo.Progress            // the newest
	arrivals       map[uint64]demo.Progress // by revision
	customers      int
	lastSeq        uint64
	timedOut       bool
	rate           ratio // of failures, by engine, since the last stage began
	steps          []demoStep
}

// demoStep is one recorded decision on the rollout.
type demoStep struct {
	Seconds float64 `json:"seconds"`
	Type    string  `json:"type"`
	Reason  string  `json:"reason,omitempty"`
}

// ratio remembers the counts at the beginning of a stage.
type ratio struct{ before demo.Progress }

const (
	pollEvery = 100 * time.Millisecond
	lineEvery = 2 * time.Second
	// aftermath is how long the traffic goes on after the end, to show that
	// nobody fails any more, and that the last evaluator was reached.
	aftermath = 1500 * time.Millisecond
	// maxReason is how much of a reason is told; the history has it whole.
	maxReason = 120
)

// watchRollout runs the traffic and the rollout, telling what happens, until
// the rollout has ended or ctx has.
func (d *presenter) watchRollout(ctx context.Context) (*watched, error) {
	var key struct{ Key string }
	err := d.post(ctx, "/api/v1/keys", map[string]string{
		"kind": string(ledger.AccessServer), "name": "invoicing app", "project": demoProject,
		"environment": demoEnvironment, "reason": demoReason,
	}, &key)
	if err != nil {
		return nil, err
	}
	t, err := d.startTraffic(ctx, key.Key)
	if err != nil {
		return nil, err
	}
	w, err := d.follow(ctx, t)
	if timedOut := errors.Is(err, context.DeadlineExceeded); timedOut {
		w.timedOut, err = true, nil
	}
	return w, errors.Join(err, t.stop(w))
}

// follow starts the rollout when the traffic flows and watches both.
func (d *presenter) follow(ctx context.Context, t *traffic) (*watched, error) {
	w := &watched{arrivals: map[uint64]demo.Progress{}}
	poll, line := time.NewTicker(pollEvery), time.NewTicker(lineEvery)
	defer poll.Stop()
	defer line.Stop()
	var over <-chan time.Time
	for {
		select {
		case p, ok := <-t.lines:
			if !ok {
				return w, errors.New("the invoicing application ended early")
			}
			if err := d.took(ctx, w, p); err != nil {
				return w, err
			}
		case <-poll.C:
			if w.lastSeq == 0 {
				continue
			}
			if err := d.news(ctx, w); err != nil {
				return w, err
			}
			if w.ended.Seq != 0 && over == nil {
				over = time.After(aftermath)
			}
		case <-line.C:
			d.pulse(w)
		case <-over:
			return w, d.last(ctx, w)
		case <-ctx.Done():
			return w, ctx.Err()
		}
	}
}

// reached is when the evaluators ran the ruleset that the end led to; a later
// one will do, as it has the same in it.
func (w *watched) reached() (demo.Progress, bool) {
	if w.ended.Seq == 0 {
		return demo.Progress{}, false
	}
	for _, revision := range slices.Sorted(maps.Keys(w.arrivals)) {
		if revision >= w.endRevision() {
			return w.arrivals[revision], true
		}
	}
	return demo.Progress{}, false
}

// took takes a line of the traffic.
func (d *presenter) took(ctx context.Context, w *watched, p demo.Progress) error {
	switch p.Kind {
	case demo.KindStarted:
		w.customers = p.Customers
		d.say("traffic", fmt.Sprintf("the invoicing application renders, with the %s; %d more SDKs watch the ruleset",
			map[bool]string{false: "new engine that fails above 200 line items", true: "repaired new engine"}[d.flags.healthy], d.flags.watchers))
		var started struct {
			Seq uint64 `json:"seq,string"`
		}
		err := d.post(ctx, d.rolloutPath(), map[string]any{
			"plan": demoPlan, "by": "accountId", "reason": "ship the new PDF engine",
		}, &started)
		w.lastSeq = started.Seq - 2 // the flag is turned on in the same step
		return err
	case demo.KindArrivals:
		w.arrivals[p.Revision] = p
	case demo.KindProgress, demo.KindRevision, demo.KindDone:
		w.progress = p
	}
	return nil
}

// endRevision is the sequence that the evaluators had to learn of: that of the
// last change of percentage.
func (w *watched) endRevision() uint64 {
	if w.ended.Type == "rollout.completed" {
		return w.ended.Seq - 1
	}
	return w.ended.Seq
}

func (d *presenter) flagPath() string {
	return "/api/v1/projects/" + demoProject + "/flags/" + demoFlag
}

func (d *presenter) rolloutPath() string {
	return d.flagPath() + "/environments/" + demoEnvironment + "/rollout"
}

// news tells what the ledger has recorded since the last time.
func (d *presenter) news(ctx context.Context, w *watched) error {
	r, err := d.api.do(ctx, call{method: http.MethodGet, path: d.flagPath() + "/history", query: url.Values{
		"from": {strconv.FormatUint(w.lastSeq+1, 10)},
	}})
	if err != nil {
		return fmt.Errorf("read the flag's history: %w", err)
	}
	var page struct {
		Events []eventView `json:"events"`
	}
	if err := r.into(&page); err != nil {
		return err
	}
	for _, e := range page.Events {
		w.lastSeq = e.Seq
		d.happened(w, e)
	}
	return nil
}

// happened tells of one event.
func (d *presenter) happened(w *watched, e eventView) {
	if w.started.Seq != 0 {
		w.steps = append(w.steps, demoStep{Seconds: e.At.Sub(w.started.At).Seconds(), Type: e.Type, Reason: e.Reason})
	}
	switch e.Type {
	case "rollout.started":
		w.started = e
		d.say("rollout", cyan(fmt.Sprintf("%s goes to %s%% of the accounts", demoFlag, percentageOf(e.Data))))
	case "rollout.advanced":
		w.rate.before = w.progress
		d.say("rollout", green(fmt.Sprintf("advances to %s%%", percentageOf(e.Data)))+dim(": "+abbreviate(e.Reason, maxReason)))
	case "rollout.held":
		d.say("rollout", yellow("holds")+dim(": "+abbreviate(e.Reason, maxReason)))
	case "rollout.rolled_back":
		w.ended = e
		d.say("rollout", red("ROLLED BACK to 0%")+": "+e.Reason)
	case "rollout.completed":
		w.ended = e
		d.say("rollout", green("completed at 100%"))
	}
}

func percentageOf(data json.RawMessage) string {
	var e struct {
		Percentage ledger.Percentage `json:"percentage"`
	}
	if json.Unmarshal(data, &e) != nil {
		return "?"
	}
	return e.Percentage.String()
}

// pulse tells how the traffic fares.
func (d *presenter) pulse(w *watched) {
	p := w.progress
	if w.started.Seq == 0 || p.Invoices == 0 {
		return
	}
	oldNow := demo.EngineCount{Invoices: p.Old.Invoices - w.rate.before.Old.Invoices, Failures: p.Old.Failures - w.rate.before.Old.Failures}
	newNow := demo.EngineCount{Invoices: p.New.Invoices - w.rate.before.New.Invoices, Failures: p.New.Failures - w.rate.before.New.Failures}
	d.say("traffic", fmt.Sprintf("%s invoices, %s/s; new engine: %s accounts, %s failed; old engine: %s failed",
		count(int64(p.Invoices)), count(int64(p.PerSecond)), count(int64(p.AccountsTreated)), share(newNow), share(oldNow)))
}

func share(c demo.EngineCount) string {
	if c.Invoices == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(c.Failures)/float64(c.Invoices))
}

// last reads how the rollout stands at its end.
func (d *presenter) last(ctx context.Context, w *watched) error {
	r, err := d.api.do(ctx, call{method: http.MethodGet, path: d.rolloutPath()})
	if err != nil {
		return fmt.Errorf("read the rollout: %w", err)
	}
	return r.into(&w.rollout)
}
