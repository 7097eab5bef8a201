package workflow

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Source lists what may need a decision.
type Source interface {
	// Active gives those that may need a decision, as the ledger has them
	// now. Some may not be running: the engine leaves them alone.
	Active(ctx context.Context) ([]Active, error)
	// Due gives the pending changes whose time is not after now, in any
	// order. Those of flags that are frozen wait and may be left out.
	Due(ctx context.Context, now time.Time) ([]Due, error)
}

// Commands carries out what the engine decides; *ledger.Ledger is it.
type Commands interface {
	// Do records cmd once for each meta.CommandID, and returns a
	// *ledger.CommandError when the ledger's state does not allow it.
	Do(ctx context.Context, cmd ledger.Command, meta ledger.Meta) (ledger.Receipt, error)
}

// Config tunes an Engine.
type Config struct {
	// Parallel is how many rollouts are looked at at once, or in how many
	// places scheduled changes are executed; 0 means 4.
	Parallel int
	// Timeout bounds the look at one rollout, again the recording of the
	// decision, and the execution of one scheduled change; 0 means 30
	// seconds.
	Timeout time.Duration
	// Complete returns the time up to which the analytics store has
	// everything that was reported; nil says that it is never behind.
	Complete func(ctx context.Context) (time.Time, error)
	// Recorded reads the event of a sequence, to say how scheduled changes
	// ended; nil leaves Execution.Event out.
	Recorded func(ctx context.Context, seq uint64) (ledger.Event, error)
	// Probe asks the external sources that plans name; nil has none.
	Probe Probe
	// Patience is how long a tick waits for looks that ask external sources;
	// 0 means half a second.
	Patience time.Duration
}

// Engine executes scheduled changes, and looks at rollouts and acts on them. It holds nothing that the ledger
// does not: it may be stopped at any moment, and several may run at once.
type Engine struct {
	source   Source
	evidence Evidence
	commands Commands
	cfg      Config
	limits   *limits
	slots    slots
	flights  sync.WaitGroup

	mu       sync.Mutex
	next     map[uint64]time.Time // by start of rollout: not to be looked at before
	air      map[uint64]*flight   // by start of rollout: the looks that outlive their tick
	looks    looks
	counters Counters

	ticking sync.Mutex
}

// New returns an engine. It returns an error for a Config out of range or a
// part that is missing.
func New(source Source, evidence Evidence, commands Commands, cfg Config) (*Engine, error) {
	if source == nil || evidence == nil || commands == nil {
		return nil, errors.New("workflow engine: source, evidence and commands must all be given")
	}
	if cfg.Parallel < 0 || cfg.Timeout < 0 || cfg.Patience < 0 {
		return nil, fmt.Errorf("workflow engine: parallel %d, timeout %s and patience %s must not be negative",
			cfg.Parallel, cfg.Timeout, cfg.Patience)
	}
	if cfg.Parallel == 0 {
		cfg.Parallel = 4
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = 500 * time.Millisecond
	}
	return &Engine{
		source: source, evidence: evidence, commands: commands, cfg: cfg,
		limits: newLimits(), slots: make(slots, cfg.Parallel),
		next: map[uint64]time.Time{}, air: map[uint64]*flight{}, looks: looks{},
		counters: Counters{Decisions: map[Kind]uint64{}},
	}, nil
}

// Outcome is what a tick did with one rollout.
type Outcome struct {
	Active   Active
	Decision Decision // nil if Err kept the engine from deciding
	Evidence ledger.Evidence
	// Receipt says where the decision is recorded; Last is 0 for a Wait and
	// when there was nothing to record.
	Receipt ledger.Receipt
	// Overtaken says that somebody else, a person perhaps, changed the
	// rollout meanwhile, so that the ledger refused the decision.
	Overtaken bool
	// Err is why the decision is not known to be recorded. The next tick
	// tries again under the same command ID.
	Err error
}

// Tick looks at every rollout whose evidence may have changed since the last
// look, decides, and records decisions. It returns when all that is done, with
// the outcomes of the rollouts looked at, in the source's order; two calls at
// once take turns. A look that still waits for an external source then goes on
// under ctx, and its outcome leads those of a later tick. An error of one rollout is in its Outcome and leaves the
// others alone; the error returned is the source's.
func (e *Engine) Tick(ctx context.Context, now time.Time) ([]Outcome, error) {
	e.ticking.Lock()
	defer e.ticking.Unlock()
	landed := e.land()
	active, err := e.source.Active(ctx)
	if err != nil {
		err = fmt.Errorf("list active rollouts: %w", err)
		e.countTick(now, landed, err)
		return landed, err
	}
	outcomes := e.decide(ctx, e.due(active, now), now)
	e.schedule(outcomes, now)
	outcomes = append(landed, outcomes...)
	e.countTick(now, outcomes, nil)
	return outcomes, nil
}

// due gives the running rollouts to look at, and forgets those that are gone.
func (e *Engine) due(active []Active, now time.Time) []Active {
	e.mu.Lock()
	defer e.mu.Unlock()
	var due []Active
	next := make(map[uint64]time.Time, len(active))
	for _, a := range active {
		if a.Rollout.Status != ledger.RolloutRunning {
			continue
		}
		key := a.start()
		at := e.next[key]
		next[key] = at
		if e.air[key] != nil {
			continue
		}
		// A time further off was noted before the clock was set back.
		if !now.Before(at) || at.Sub(now) > longestWait(a.Rollout.Plan) {
			due = append(due, a)
		}
	}
	e.next = next
	e.limits.retain(next)
	return due
}

// schedule remembers the looks and says when to look again. What was not recorded is tried again at
// the next tick.
func (e *Engine) schedule(outcomes []Outcome, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, o := range outcomes {
		if o.Err != nil || o.Overtaken {
			continue
		}
		next := o.next(now)
		e.next[o.Active.start()] = next
		e.looks.add(o.Active.start(), Looked{
			At: now, Decision: KindOf(o.Decision), Reason: reasonOf(o.Decision), Next: next, Evidence: o.Evidence,
		})
	}
	e.looks.trim(e.next)
}

// next is when to look again after a decision that was recorded.
func (o Outcome) next(now time.Time) time.Time {
	if _, ok := o.Decision.(Advance); ok && len(o.Active.Rollout.Plan.Gates) == 0 {
		return now // the next stage may have no soak to wait for
	}
	return nextLook(&o.Active.Rollout, now)
}

// handle looks at one rollout, decides and records. Reading and recording
// have a Timeout each: a store that hangs is a finding to be recorded.
func (e *Engine) handle(ctx context.Context, a Active, now time.Time) Outcome {
	v := e.look(ctx, a, now)
	if err := ctx.Err(); err != nil {
		return Outcome{Active: a, Err: err}
	}
	out := Outcome{Active: a, Decision: Step(a, v, now), Evidence: v.Evidence}
	cmd, reason := command(a, out.Decision)
	if cmd == nil {
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	var err error
	out.Receipt, err = e.commands.Do(ctx, cmd, ledger.Meta{
		CommandID: commandID(a, KindOf(out.Decision)),
		Actor:     ledger.Actor{Kind: ledger.ActorWorkflow, ID: a.Rollout.ID, Name: "rollout engine"},
		Reason:    reason,
	})
	switch {
	case errors.Is(err, ledger.ErrRefused), errors.Is(err, ledger.ErrNotFound), errors.Is(err, ledger.ErrConflict):
		out.Overtaken = true
	case err != nil:
		out.Err = fmt.Errorf("record %s of rollout %s of flag %s in %s/%s: %w",
			KindOf(out.Decision), a.Rollout.ID, a.Flag, a.Project, a.Environment, err)
	}
	return out
}

// look gathers the verdicts on a rollout.
func (e *Engine) look(ctx context.Context, a Active, now time.Time) Verdicts {
	plan := a.Rollout.Plan
	if len(plan.Gates) == 0 || a.Rollout.Stage >= len(plan.Stages) || !hasControl(&a.Rollout) {
		return Verdicts{}
	}
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	var complete time.Time
	reach := now
	if e.cfg.Complete != nil {
		var err error
		if complete, err = e.cfg.Complete(ctx); err != nil {
			return Verdicts{SourceErr: fmt.Errorf("ask how far the store is: %w", err)}
		}
		reach = earlier(now, complete)
	}
	l := look{source: e.evidence, probe: e.cfg.Probe, slots: e.slots, active: a, who: population(a), until: closed(plan, reach), limits: e.limits}
	v := l.verdicts(ctx)
	v.Complete = complete
	return v
}
