package projector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// History is the ledger as Timeline reads it: of a ledger.Log, or of a copy
// that finds the events of one subject faster.
type History interface {
	// Read is as ledger.Log.Read.
	Read(ctx context.Context, from uint64, filter string, fn func(ledger.Stored) error) error
	// End is as ledger.Log.End.
	End(ctx context.Context) (uint64, error)
}

// ErrAhead says that the moment lies after the end of the ledger, or before its beginning.
var ErrAhead = errors.New("the moment is not in the ledger")

// Timeline knows what was true at any moment: the state after an event, folded
// by the code that folds it live. It is safe for concurrent use.
//
// Events of one command become visible together, so a moment amid them is the
// one before the command.
type Timeline struct {
	from   History
	states States

	mu   sync.Mutex
	last *ledger.State // the state that At gave last
}

// NewTimeline reads events from a history, and begins with the states that are
// kept, if any; states may be nil.
func NewTimeline(from History, states States) *Timeline {
	return &Timeline{from: from, states: states}
}

// At returns the state after event seq. It must not be changed. It returns
// ErrAhead when there is no such event.
func (t *Timeline) At(ctx context.Context, seq uint64) (*ledger.State, error) {
	seq, err := t.whole(ctx, seq)
	if err != nil {
		return nil, err
	}
	st, err := t.before(ctx, seq)
	if err != nil {
		return nil, err
	}
	if st.Seq < seq {
		err = t.from.Read(ctx, st.Seq+1, ledger.AllSubjects, func(s ledger.Stored) error {
			if err := st.Apply(ledger.Decode(s)); err != nil || st.Seq == seq {
				return errors.Join(err, errFound)
			}
			return nil
		})
	}
	if err != nil && (!errors.Is(err, errFound) || st.Seq != seq) {
		return nil, fmt.Errorf("fold up to event %d: %w", seq, err)
	}
	t.mu.Lock()
	t.last = st
	t.mu.Unlock()
	return st, nil
}

// before returns a state not after seq that may be folded on.
func (t *Timeline) before(ctx context.Context, seq uint64) (*ledger.State, error) {
	t.mu.Lock()
	last := t.last
	t.mu.Unlock()
	if last != nil && last.Seq > seq {
		last = nil
	}
	if t.states != nil && (last == nil || seq-last.Seq > DefaultSaveEvery/2) {
		st, err := t.states.Newest(ctx, seq)
		if err != nil {
			return nil, err
		}
		if st != nil && (last == nil || st.Seq > last.Seq) {
			return st, nil
		}
	}
	if last != nil {
		return last.Clone(), nil
	}
	return ledger.NewState(), nil
}

// whole returns the newest event up to seq after which no command is half done.
func (t *Timeline) whole(ctx context.Context, seq uint64) (uint64, error) {
	end, err := t.from.End(ctx)
	if err != nil {
		return 0, err
	}
	if seq == 0 || seq > end {
		return 0, fmt.Errorf("there is no event %d; %w: it has 1 to %d", seq, ErrAhead, end)
	}
	s, err := eventAt(ctx, t.from, seq)
	if err != nil {
		return 0, err
	}
	rec := ledger.Decode(s)
	if rec.Part >= rec.Parts || uint64(rec.Part) >= seq || seq == end {
		return seq, nil
	}
	next, err := eventAt(ctx, t.from, seq+1)
	if err != nil {
		return 0, err
	}
	if ledger.Decode(next).Command != rec.Command {
		return seq, nil // the rest of the command was never stored
	}
	return seq - uint64(rec.Part), nil
}

// SeqAt returns the newest event that was decided at or before a time. It
// returns ErrAhead when there was none.
func (t *Timeline) SeqAt(ctx context.Context, at time.Time) (uint64, error) {
	end, err := t.from.End(ctx)
	if err != nil {
		return 0, err
	}
	low, high := uint64(0), end // the event low is not after at, the one above high is
	for low < high {
		middle := low + (high-low+1)/2
		s, err := eventAt(ctx, t.from, middle)
		if err != nil {
			return 0, err
		}
		if ledger.Decode(s).At.After(at) {
			high = middle - 1
		} else {
			low = middle
		}
	}
	if low == 0 {
		return 0, fmt.Errorf("nothing was recorded up to %s: %w", at.UTC().Format(time.RFC3339), ErrAhead)
	}
	return low, nil
}

// Ruleset returns the ruleset of an environment as it was served after event
// seq, nil when there was no such environment.
func (t *Timeline) Ruleset(ctx context.Context, seq uint64, project, environment string) (*Snapshot, error) {
	st, err := t.At(ctx, seq)
	if err != nil {
		return nil, err
	}
	return snapshotIn(st, project, environment), nil
}

func snapshotIn(st *ledger.State, project, environment string) *Snapshot {
	p := st.Projects[project]
	if p == nil {
		return nil
	}
	env := p.Environment(environment)
	if env == nil {
		return nil
	}
	return newSnapshot(Build(p, *env), nil, nil)
}
