package projector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/flagledger/flagledger/ledger"
)

// States keeps folded states, so that neither a start nor a look at the past
// folds the ledger from its first event. It may forget any of them at any time;
// statedir keeps them in files. Its methods may be called concurrently.
type States interface {
	// Newest returns the newest state kept that is not after seq, nil for
	// none. It belongs to the caller.
	Newest(ctx context.Context, seq uint64) (*ledger.State, error)
	// Keep saves a state, which nobody changes meanwhile.
	Keep(ctx context.Context, st *ledger.State) error
}

// DefaultSaveEvery is after how many events a state is saved: folding as many
// again takes some tenths of a second.
const DefaultSaveEvery = 10_000

// saving writes states down beside the fold, one at a time.
type saving struct {
	states States
	every  uint64
	last   uint64 // sequence of the newest state that was saved or loaded
	slot   chan struct{}
	work   sync.WaitGroup
}

func newSaving(cfg Config) saving {
	every := cfg.SaveEvery
	if every == 0 {
		every = DefaultSaveEvery
	}
	return saving{states: cfg.States, every: every, slot: make(chan struct{}, 1)}
}

// resume begins with the newest state that was saved. It returns ledger.ErrHole
// when the ledger is not the one that led to it: its end is lost, or it was
// rewritten.
func (p *Projector) resume(ctx context.Context) error {
	if p.saving.states == nil {
		return nil
	}
	end, err := p.log.End(ctx)
	if err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	st, err := p.saving.states.Newest(ctx, ^uint64(0))
	if err != nil || st == nil {
		return err
	}
	if st.Seq > end {
		return fmt.Errorf("the ledger ends at %d, but a state of event %d was saved: %w", end, st.Seq, ledger.ErrHole)
	}
	had, err := eventAt(ctx, p.log, st.Seq)
	if err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	if had.Hash() != st.Last {
		return fmt.Errorf("event %d is %s, but a saved state was folded from %s: %w", st.Seq, had.Hash(), st.Last, ledger.ErrHole)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state, p.saving.last = st, st.Seq
	p.logger.InfoContext(ctx, "state loaded", slog.Uint64("seq", st.Seq), slog.Uint64("behind", end-st.Seq))
	return nil
}

// save writes the state down if it is time and nothing is being written.
func (p *Projector) save(ctx context.Context) {
	s := &p.saving
	if s.states == nil || p.state.Seq-s.last < s.every {
		return
	}
	select {
	case s.slot <- struct{}{}:
	default:
		return
	}
	s.last = p.state.Seq
	st := p.state.Clone()
	s.work.Go(func() {
		defer func() { <-s.slot }()
		if err := s.states.Keep(context.WithoutCancel(ctx), st); err != nil {
			p.logger.WarnContext(ctx, "state not saved; the next start takes longer",
				slog.Uint64("seq", st.Seq), slog.Any("err", err))
		}
	})
}

// finish waits for what is being written.
func (s *saving) finish() { s.work.Wait() }

// errFound ends a read that has what it wants.
var errFound = errors.New("found")

// reader is what Timeline and Projector read events of the past from.
type reader interface {
	Read(ctx context.Context, from uint64, filter string, fn func(ledger.Stored) error) error
}

// eventAt reads one event; one that is missing is ledger.ErrHole.
func eventAt(ctx context.Context, from reader, seq uint64) (ledger.Stored, error) {
	var out ledger.Stored
	err := from.Read(ctx, seq, ledger.AllSubjects, func(s ledger.Stored) error {
		out = s
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return out, err
	}
	if out.Seq != seq {
		return out, fmt.Errorf("event %d is missing: %w", seq, ledger.ErrHole)
	}
	return out, nil
}
