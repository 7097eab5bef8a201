package main

import (
	"fmt"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// The outcomes of a demo.
const (
	outcomeRolledBack = "rolled_back"
	outcomeCompleted  = "completed"
	outcomeTimeout    = "timeout"
)

// demoResult is what a demo has shown.
type demoResult struct {
	Outcome string `json:"outcome"`
	// TotalAccounts there are; ActiveAccounts of them asked for an invoice
	// and ExposedAccounts met the new engine.
	TotalAccounts   int `json:"totalAccounts"`
	ActiveAccounts  int `json:"activeAccounts"`
	ExposedAccounts int `json:"exposedAccounts"`
	Invoices        int `json:"invoices"`
	// Failures that the new engine's defect caused, and what a release to
	// everybody would have caused on the same invoices; the accounts that
	// had one.
	Failures                   int `json:"failures"`
	FailuresWithoutGate        int `json:"failuresWithoutGate"`
	AccountsWithFailures       int `json:"accountsWithFailures"`
	AccountsWithFailuresNoGate int `json:"accountsWithFailuresWithoutGate"`
	// DetectionSeconds lie between the first exposure and the decision.
	DetectionSeconds float64 `json:"detectionSeconds"`
	// Propagation from the decision to the evaluators, all of which are
	// counted in Evaluators.
	PropagationP50Ms float64 `json:"propagationP50Ms"`
	PropagationP99Ms float64 `json:"propagationP99Ms"`
	Evaluators       int     `json:"evaluators"`
	LedgerEvents     uint64  `json:"ledgerEvents"`
	// EventsDropped were given up by the application's SDK.
	EventsDropped uint64           `json:"eventsDropped"`
	Evidence      *ledger.Evidence `json:"evidence"`
	Steps         []demoStep       `json:"steps"`
	Seconds       float64          `json:"seconds"`
}

func (w *watched) result(d *presenter) demoResult {
	p := w.progress
	r := demoResult{
		Outcome: outcomeTimeout, TotalAccounts: w.customers, ActiveAccounts: p.Accounts, ExposedAccounts: p.AccountsTreated, Invoices: p.Invoices,
		Failures: p.Actual.Failures, FailuresWithoutGate: p.AllAtOnce.Failures,
		AccountsWithFailures: p.Actual.Accounts, AccountsWithFailuresNoGate: p.AllAtOnce.Accounts,
		LedgerEvents: w.lastSeq, EventsDropped: p.Client.Dropped, Evidence: w.rollout.Evidence, Steps: w.steps,
		Seconds: d.now().Sub(d.begin).Seconds(),
	}
	switch w.ended.Type {
	case "rollout.rolled_back":
		r.Outcome = outcomeRolledBack
	case "rollout.completed":
		r.Outcome = outcomeCompleted
	}
	if w.ended.Seq != 0 {
		r.DetectionSeconds = w.ended.At.Sub(w.started.At).Seconds()
	}
	if p, ok := w.reached(); ok {
		r.Evaluators = len(p.Arrivals)
		r.PropagationP50Ms = after(w.ended.At, p.Arrivals, .5)
		r.PropagationP99Ms = after(w.ended.At, p.Arrivals, .99)
	}
	return r
}

// after is the quantile q of the sorted arrivals, in milliseconds after at.
func after(at time.Time, arrivals []int64, q float64) float64 {
	if len(arrivals) == 0 {
		return 0
	}
	i := min(int(q*float64(len(arrivals))), len(arrivals)-1)
	return float64(arrivals[i]-at.UnixNano()) / 1e6
}

func (d *presenter) printResult(r demoResult) error {
	s := &session{world: d.world}
	return s.printValue(r)
}

// summary says what the rollout has been good for.
func (d *presenter) summary(r demoResult) {
	d.out.line("")
	t := newTable()
	switch r.Outcome {
	case outcomeRolledBack:
		t.add("outcome", green("the bad release rolled itself back")+fmt.Sprintf(", %.1f s after it began", r.DetectionSeconds))
	case outcomeCompleted:
		t.add("outcome", green("the good release reached everybody")+fmt.Sprintf(" in %.1f s", r.DetectionSeconds))
	default:
		t.add("outcome", red("no decision in time"))
	}
	t.add("accounts", fmt.Sprintf("%s met the new engine, of %s that rendered invoices and %s in all",
		count(int64(r.ExposedAccounts)), count(int64(r.ActiveAccounts)), count(int64(r.TotalAccounts))))
	t.add("failures", fmt.Sprintf("%s invoices of %s accounts", count(int64(r.Failures)), count(int64(r.AccountsWithFailures))))
	t.add("without", fmt.Sprintf("%s invoices of %s accounts, had everybody got it at once",
		count(int64(r.FailuresWithoutGate)), count(int64(r.AccountsWithFailuresNoGate))))
	if r.Evaluators > 0 {
		t.add("in force", fmt.Sprintf("on all %d evaluators %.0f ms after the decision (p99; half of them after %.0f ms)",
			r.Evaluators, r.PropagationP99Ms, r.PropagationP50Ms))
	}
	t.add("ledger", fmt.Sprintf("%d events say who did what, when, and on what evidence", r.LedgerEvents))
	t.write(d.out)
}

// invite says what to look at next.
func (d *presenter) invite() {
	if d.given.json {
		return
	}
	d.out.printf("\nThe server stays up at %s until you press Ctrl-C. In another terminal, in this folder:\n", bold(d.url))
	for _, line := range []string{
		"rollout status " + demoFlag + " --env " + demoEnvironment,
		"flag history " + demoFlag,
		`eval ` + demoFlag + ` --context '{"targetingKey":"u1","accountId":"a1"}' --explain`,
		"flag kill redesigned-dashboard --env " + demoEnvironment,
		"ledger replay",
	} {
		d.out.printf("  %s %s", first(d.program, "flagledger"), line)
	}
}
