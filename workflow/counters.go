package workflow

import (
	"maps"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Counters say what an engine has done since it was made.
type Counters struct {
	Ticks uint64
	Looks uint64 // at single rollouts
	// Decisions counts what was decided, recorded or waited, by kind.
	Decisions map[Kind]uint64
	// Overtaken counts decisions that the ledger refused because somebody
	// else had been there first.
	Overtaken uint64
	// Executions counts the scheduled changes that the engine saw end, made
	// or refused.
	Executions uint64
	// Refusals counts those of them that it knows to have been refused.
	Refusals uint64
	// Errors counts looks, executions and ticks that failed.
	Errors uint64
	// LastTick is the time the newest finished tick was made for.
	LastTick time.Time
	// Running is the number of running rollouts at the last tick.
	Running int
}

// Counters returns a copy of the engine's counters. It may be called at any
// time.
func (e *Engine) Counters() Counters {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.counters
	c.Decisions = maps.Clone(c.Decisions)
	return c
}

func (e *Engine) countTick(now time.Time, outcomes []Outcome, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := &e.counters
	c.Ticks++
	c.LastTick = now
	c.Running = len(e.next)
	if err != nil {
		c.Errors++
	}
	for _, o := range outcomes {
		c.Looks++
		switch {
		case o.Err != nil:
			c.Errors++
		case o.Overtaken:
			c.Overtaken++
		default:
			c.Decisions[KindOf(o.Decision)]++
		}
	}
}

func (e *Engine) countExecutions(all []Execution, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := &e.counters
	if err != nil {
		c.Errors++
	}
	for _, x := range all {
		switch {
		case x.Err != nil:
			c.Errors++
		case x.Receipt.Last > 0:
			c.Executions++
			if _, refused := x.Event.(ledger.FlagScheduledChangeRefused); refused {
				c.Refusals++
			}
		}
	}
}
