package workflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/flagledger/flagledger/ledger"
)

// Due is a scheduled change whose time has come, and where it is.
type Due struct {
	Project, Flag, Environment string
	Change                     ledger.ScheduledChange
}

// Place names the flag and environment in the ledger's terms.
func (d Due) Place() ledger.PlaceRef {
	return ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: d.Project, Flag: d.Flag}, Environment: d.Environment}
}

// Execution is what the engine did about one scheduled change.
type Execution struct {
	Due Due
	// Receipt says where the change was ended, be it made or refused; Last
	// is 0 when it was not pending any more.
	Receipt ledger.Receipt
	// Event is the one that ended the change, nil if it could not be read.
	Event ledger.Event
	// Waits says that the ledger's state or clock did not let it end yet.
	Waits bool
	// Err is why it is not known to have ended. The next call tries again
	// under the same command ID.
	Err error
}

// Execute ends the scheduled changes that are due at now, each once whatever
// other engines do: those of one flag and environment in the order of their
// times, so that of several that were missed the last one stays. It returns
// when that is done, with what came of those it tried, in order. One that does
// not end holds up the later ones of its place, and no others; the error
// returned is the source's. Calls of Execute and Tick take turns.
func (e *Engine) Execute(ctx context.Context, now time.Time) ([]Execution, error) {
	e.ticking.Lock()
	defer e.ticking.Unlock()
	due, err := e.source.Due(ctx, now)
	if err != nil {
		err = fmt.Errorf("list scheduled changes: %w", err)
		e.countExecutions(nil, err)
		return nil, err
	}
	places := byPlace(due)
	done := make([][]Execution, len(places))
	var g errgroup.Group
	g.SetLimit(e.cfg.Parallel)
	for i, queue := range places {
		g.Go(func() error {
			done[i] = e.executeAll(ctx, queue)
			return nil
		})
	}
	_ = g.Wait() // no member fails
	all := slices.Concat(done...)
	slices.SortStableFunc(all, func(a, b Execution) int { return inOrder(a.Due, b.Due) })
	e.countExecutions(all, nil)
	return all, nil
}

// inOrder compares by the time that a change is due, and at one time by when
// it was scheduled.
func inOrder(a, b Due) int {
	return cmp.Or(a.Change.At.Compare(b.Change.At), cmp.Compare(a.Change.Seq, b.Change.Seq))
}

// byPlace puts the changes into a queue for each place, each in order.
func byPlace(due []Due) [][]Due {
	due = slices.Clone(due)
	slices.SortFunc(due, inOrder)
	var queues [][]Due
	at := map[ledger.PlaceRef]int{}
	for _, d := range due {
		i, ok := at[d.Place()]
		if !ok {
			i = len(queues)
			at[d.Place()] = i
			queues = append(queues, nil)
		}
		queues[i] = append(queues[i], d)
	}
	return queues
}

// executeAll ends changes of one place until one does not end.
func (e *Engine) executeAll(ctx context.Context, queue []Due) []Execution {
	var done []Execution
	for _, d := range queue {
		x := e.execute(ctx, d)
		done = append(done, x)
		if x.Waits || x.Err != nil {
			break
		}
	}
	return done
}

func (e *Engine) execute(ctx context.Context, d Due) Execution {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	x := Execution{Due: d}
	var err error
	x.Receipt, err = e.commands.Do(ctx, ledger.ExecuteScheduledChange{PlaceRef: d.Place(), Schedule: d.Change.ID}, ledger.Meta{
		CommandID: "sched." + strconv.FormatUint(d.Change.Seq, 10),
		Actor:     ledger.Actor{Kind: ledger.ActorWorkflow, ID: d.Change.ID, Name: "scheduler"},
		Reason:    scheduleReason(d.Change),
		Cause:     d.Change.Event,
	})
	if err == nil && x.Receipt.Last > 0 && e.cfg.Recorded != nil {
		x.Event, _ = e.cfg.Recorded(ctx, x.Receipt.Last) // the change has ended, known or not
	}
	switch {
	case errors.Is(err, ledger.ErrRefused), errors.Is(err, ledger.ErrNotFound), errors.Is(err, ledger.ErrConflict):
		x.Waits = true
	case err != nil:
		x.Err = fmt.Errorf("execute scheduled change %s of flag %s in %s/%s: %w", d.Change.ID, d.Flag, d.Project, d.Environment, err)
	}
	return x
}

// scheduleReason gives the author's reason to all events of the change.
func scheduleReason(s ledger.ScheduledChange) string {
	text := fmt.Sprintf("scheduled by %s for %s", cmp.Or(s.Author.Name, s.Author.ID), s.At.UTC().Format(time.RFC3339))
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return text
}
