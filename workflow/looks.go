package workflow

import (
	"slices"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Looked is one look at a rollout, for people who watch it.
type Looked struct {
	At       time.Time       `json:"at"`
	Decision Kind            `json:"decision"`
	Reason   string          `json:"reason,omitempty"`
	Next     time.Time       `json:"next,omitzero"` // when to look again
	Evidence ledger.Evidence `json:"evidence"`
}

const (
	// keptLooks bounds what is kept of one rollout. When it is full every second
	// look is dropped, so that what is left always reaches back to the first.
	keptLooks = 96
	// keptRollouts bounds how many rollouts are remembered. Those that have ended
	// go first.
	keptRollouts = 1024
)

// looks remembers what was seen of rollouts, by their start. The engine's lock
// guards it.
type looks map[uint64]*looksAt

type looksAt struct {
	kept   []Looked
	newest Looked
	taken  int
	every  int // of that many looks one is kept
}

// add remembers a look.
func (l looks) add(start uint64, one Looked) {
	r := l[start]
	if r == nil {
		r = &looksAt{every: 1}
		l[start] = r
	}
	if r.taken%r.every == 0 {
		if len(r.kept) == keptLooks {
			for i := range keptLooks / 2 {
				r.kept[i] = r.kept[2*i]
			}
			r.kept, r.every = r.kept[:keptLooks/2], 2*r.every
		}
		r.kept = append(r.kept, one)
	}
	r.newest, r.taken = one, r.taken+1
}

// trim forgets rollouts that are not running any more, if there are too many.
func (l looks) trim(running map[uint64]time.Time) {
	for start := range l {
		if _, ok := running[start]; !ok && len(l) > keptRollouts {
			delete(l, start)
		}
	}
}

// Looks returns what this engine has seen of the rollout that began at an event
// of the ledger, oldest first, thinned out to a hundred or less. It is memory
// only: what was decided, and why, is in the ledger. It is safe for concurrent use.
func (e *Engine) Looks(start uint64) []Looked {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.looks[start]
	if r == nil {
		return nil
	}
	list := slices.Clone(r.kept)
	if list[len(list)-1].At.Before(r.newest.At) {
		list = append(list, r.newest)
	}
	return list
}
