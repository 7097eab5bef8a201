package natsingest_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// memory is a store with the promises of analytics.Writer that tells of its
// writes and can be made to fail.
type memory struct {
	// before and after, if set, are called around the real write with its
	// number; an error of after comes once all is committed. They are changed
	// only while no writer runs.
	before, after func(n int) error
	n             int
	wrote         chan analytics.Position

	mu       sync.Mutex
	position analytics.Position
	batches  map[[3]string]analytics.Batch
}

var _ analytics.Writer = (*memory)(nil)

func newStore() *memory {
	return &memory{wrote: make(chan analytics.Position, 10_000), batches: map[[3]string]analytics.Batch{}}
}

func (s *memory) Position(context.Context) (analytics.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.position, nil
}

func (s *memory) Write(_ context.Context, batches []analytics.Batch, to analytics.Position) (analytics.Written, error) {
	s.n++
	if s.before != nil {
		if err := s.before(s.n); err != nil {
			return analytics.Written{}, err
		}
	}
	w := s.commit(batches, to)
	s.wrote <- to
	if s.after != nil {
		if err := s.after(s.n); err != nil {
			return analytics.Written{}, err
		}
	}
	return w, nil
}

func (s *memory) commit(batches []analytics.Batch, to analytics.Position) (w analytics.Written) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range batches {
		name := [3]string{b.Project, b.Environment, b.ID}
		if _, ok := s.batches[name]; ok {
			w.Duplicates++
			continue
		}
		s.batches[name] = b
		w.Batches++
		w.Exposures += len(b.Exposures)
		w.Events += len(b.Events)
	}
	s.position = to
	return w
}

// reach waits until the sequence has been written.
func (s *memory) reach(t testing.TB, seq uint64) {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case p := <-s.wrote:
			if p.Seq >= seq {
				return
			}
		case <-limit:
			p, err := s.Position(context.Background())
			t.Fatalf("position is %+v, %v; want %d", p, err, seq)
		}
	}
}

// sums is what the store holds.
type sums struct{ Exposures, Units, Events, Failed int }

func (s *memory) sums() sums {
	s.mu.Lock()
	defer s.mu.Unlock()
	var total sums
	units := map[string]bool{}
	for _, b := range s.batches {
		total.Exposures += len(b.Exposures)
		total.Events += len(b.Events)
		for _, e := range b.Events {
			units[e.Units["accountId"]] = true
			if e.Failed {
				total.Failed++
			}
		}
	}
	total.Units = len(units)
	return total
}
