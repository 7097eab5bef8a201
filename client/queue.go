package client

import (
	"sync"

	"github.com/google/uuid"
)

// MaxBatch is how many items are sent at once.
const MaxBatch = 1000

// queue holds what waits for the server, already cut into batches. It never
// blocks: what does not fit is refused.
type queue struct {
	limit int
	// full has room for one signal: a batch is complete.
	full chan struct{}

	mu      sync.Mutex
	open    bool
	size    int
	batches []*batch // the last one may still grow
}

func newQueue(limit int) *queue { return &queue{limit: limit, full: make(chan struct{}, 1)} }

// The outcomes of adding to a queue.
type admission uint8

const (
	admitted admission = iota
	refused            // no room
	shut               // not opened yet, or closed
)

func (q *queue) addExposure(e exposure) admission {
	return q.add(func(b *batch) { b.Exposures = append(b.Exposures, e) })
}

func (q *queue) addEvent(e event) admission {
	return q.add(func(b *batch) { b.Events = append(b.Events, e) })
}

func (q *queue) add(put func(*batch)) admission {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case !q.open:
		return shut
	case q.size == q.limit:
		return refused
	}
	if n := len(q.batches); n == 0 || q.batches[n-1].len() == MaxBatch {
		q.batches = append(q.batches, &batch{SDK: sdkName})
	}
	last := q.batches[len(q.batches)-1]
	put(last)
	q.size++
	if last.len() == MaxBatch {
		select {
		case q.full <- struct{}{}:
		default:
		}
	}
	return admitted
}

// take removes the oldest batch and names it. It returns nil when the queue is
// empty, or has no complete batch and only those are wanted.
func (q *queue) take(onlyFull bool) *batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.batches) == 0 || onlyFull && q.batches[0].len() < MaxBatch {
		return nil
	}
	b := q.batches[0]
	q.batches[0] = nil
	q.batches = q.batches[1:]
	q.size -= b.len()
	b.ID = newID()
	return b
}

func (q *queue) setOpen(open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open = open
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.size
}

// newID returns a UUIDv7, so ids sort by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
