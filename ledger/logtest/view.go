package logtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

// view follows a log and knows the newest sequence of each subject, as the
// projector does for commands.
type view struct {
	mu    sync.Mutex
	last  map[string]uint64
	seen  uint64
	moved chan struct{} // closed, and replaced, when seen rises
}

// watch starts a view, which ends with the test.
func watch(t *testing.T, log ledger.Log) *view {
	t.Helper()
	v := &view{last: map[string]uint64{}, moved: make(chan struct{})}
	ctx, cancel := context.WithCancel(within(t))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := log.Follow(ctx, 1, func() {}, v.note); !errors.Is(err, context.Canceled) {
			t.Errorf("follow: %v", err)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return v
}

func (v *view) note(s ledger.Stored) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last[s.Subject], v.seen = s.Seq, s.Seq
	close(v.moved)
	v.moved = make(chan struct{})
	return nil
}

// newest returns the newest sequence that was seen among filter's subjects.
func (v *view) newest(filter string) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	prefix, wild := strings.CutSuffix(filter, ">")
	var newest uint64
	for subject, seq := range v.last {
		if subject == filter || wild && strings.HasPrefix(subject, prefix) {
			newest = max(newest, seq)
		}
	}
	return newest
}

// wait returns when everything up to sequence end was seen, or ctx is done.
func (v *view) wait(ctx context.Context, end uint64) {
	for {
		v.mu.Lock()
		seen, moved := v.seen, v.moved
		v.mu.Unlock()
		if seen >= end {
			return
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return
		}
	}
}
