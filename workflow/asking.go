package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/flagledger/flagledger/ledger"
)

// asking is the checks of one look, each asked once and all at the same time.
type asking struct {
	stop context.CancelCauseFunc
	all  sync.WaitGroup
	// evidence is by gate; it may be read after all have ended.
	evidence map[int]*ledger.GateEvidence
}

// ask starts to ask the sources of a look. The caller ends it with wait.
func (l look) ask(ctx context.Context) *asking {
	gates := l.active.Rollout.Plan.Gates
	ctx, stop := context.WithCancelCause(ctx)
	a := &asking{stop: stop, evidence: map[int]*ledger.GateEvidence{}}
	for i, gate := range gates {
		if gate.Check != nil {
			e := &ledger.GateEvidence{}
			a.evidence[i] = e
			a.all.Go(func() {
				*e = l.check(ctx, *gate.Check)
				e.DryRun = gate.DryRun
			})
		}
	}
	return a
}

// Why an answer was not waited for.
var (
	errDecided = errors.New("not waited for, as another gate had failed")
	errSlow    = fmt.Errorf("no answer within %s", MaxAsk)
)

// wait ends when every source has answered or given up, which with hurry is
// at once.
func (a *asking) wait(hurry bool) {
	if hurry {
		a.stop(errDecided)
	}
	a.all.Wait()
	a.stop(nil)
}

// into puts the evidence beside that of the other gates.
func (a *asking) into(gates []ledger.GateEvidence) {
	for i, e := range a.evidence {
		gates[i] = *e
	}
}

// check asks one source and judges what it says.
func (l look) check(ctx context.Context, c ledger.Check) ledger.GateEvidence {
	q, err := newQuestion(l.active, c, l.until)
	var answer Answer
	switch {
	case err != nil || q.From.Equal(q.Until): // nothing to ask about yet
	case l.probe == nil:
		err = ErrUnknownSource
	default:
		ctx, stop := context.WithTimeoutCause(ctx, MaxAsk, errSlow)
		defer stop()
		if answer, err = l.probe.Ask(ctx, q); err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}
	return JudgeCheck(q, c, answer, err)
}

// acting is the number of gates whose verdicts count.
func acting(p ledger.Plan) int {
	n := 0
	for _, g := range p.Gates {
		if !g.DryRun {
			n++
		}
	}
	return n
}

// comparisons is how many gates share the chance of a false alarm with gate,
// itself included. A check has no error control to share, a goal never fails, and
// a gate that only runs dry alarms nobody; its own evidence is what it would be if
// it counted.
func comparisons(p ledger.Plan, gate ledger.Gate) int {
	n := 0
	for _, g := range p.Gates {
		if g.Check == nil && !g.DryRun && !g.Goal {
			n++
		}
	}
	if gate.DryRun {
		n++
	}
	return max(n, 1)
}

// anyFails reports whether a gate that counts has failed.
func anyFails(gates []ledger.GateEvidence) bool {
	return slices.ContainsFunc(gates, func(g ledger.GateEvidence) bool {
		return g.Verdict == ledger.VerdictFail && !g.DryRun
	})
}
