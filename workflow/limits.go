package workflow

import (
	"maps"
	"sync"
	"time"
)

// limitKey is one quantile gate of one rollout, named by the sequence it
// started at. Two gates on one metric with one ratio have one limit.
type limitKey struct {
	start    uint64
	metric   string
	maxRatio float64
}

// limits remembers limits until a decision has recorded them. It only saves
// queries: drawing one again gives the same, see earliest.
type limits struct {
	mu sync.Mutex
	m  map[limitKey]Limit
}

func newLimits() *limits { return &limits{m: map[limitKey]Limit{}} }

func (l *limits) drawn(k limitKey) (Limit, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	limit, ok := l.m[k]
	return limit, ok
}

func (l *limits) keep(k limitKey, limit Limit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.m[k] = limit
}

// retain forgets the rollouts that are not in running.
func (l *limits) retain(running map[uint64]time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.m, func(k limitKey, _ Limit) bool {
		_, ok := running[k.start]
		return !ok
	})
}
