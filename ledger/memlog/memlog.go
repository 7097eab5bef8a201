package memlog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Config holds the log's limits. The zero value is a log without any.
type Config struct {
	// MaxBytes bounds the subjects and data kept, in bytes; an append beyond
	// it is ledger.ErrFull. 0 means no bound.
	MaxBytes int64
	// Now stamps the entries; nil means time.Now.
	Now func() time.Time
}

// Log is a ledger.Log in memory. It is safe for concurrent use.
type Log struct {
	cfg Config

	mu      sync.RWMutex
	entries []ledger.Stored   // entries[i] has sequence i+1; only ever appended to
	last    map[string]uint64 // newest sequence of each subject
	ids     map[string]uint64 // last sequence of each stored batch
	bytes   int64
	grown   chan struct{} // closed, and replaced, by every append
}

var _ ledger.Log = (*Log)(nil)

// New gives an empty log.
func New(cfg Config) (*Log, error) {
	if cfg.MaxBytes < 0 {
		return nil, fmt.Errorf("memlog: MaxBytes is %d; use 0 or more", cfg.MaxBytes)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Log{cfg: cfg, last: map[string]uint64{}, ids: map[string]uint64{}, grown: make(chan struct{})}, nil
}

// Append implements ledger.Log. A batch that is stored already is
// ErrDuplicate, with its last sequence, whatever it expects.
func (l *Log) Append(ctx context.Context, b ledger.Batch) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := b.Check(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, ok := l.ids[b.ID]; ok {
		return last, fmt.Errorf("append %s: %w", b.ID, ledger.ErrDuplicate)
	}
	for _, e := range b.Expect {
		if l.newest(e.Filter) != e.Seq {
			return 0, &ledger.ConflictError{Filter: e.Filter}
		}
	}
	size := size(b)
	if l.cfg.MaxBytes > 0 && l.bytes+size > l.cfg.MaxBytes {
		return 0, fmt.Errorf("append %s: %w", b.ID, ledger.ErrFull)
	}
	return l.store(b, size), nil
}

// store puts a checked batch at the end and wakes the followers.
func (l *Log) store(b ledger.Batch, size int64) uint64 {
	now := l.cfg.Now()
	for _, e := range b.Entries {
		seq := uint64(len(l.entries)) + 1
		l.entries = append(l.entries, ledger.Stored{Seq: seq, Subject: e.Subject, Data: slices.Clone(e.Data), At: now})
		l.last[e.Subject] = seq
	}
	last := uint64(len(l.entries))
	l.ids[b.ID] = last
	l.bytes += size
	close(l.grown)
	l.grown = make(chan struct{})
	return last
}

// newest returns the newest sequence among the subjects that match filter.
func (l *Log) newest(filter string) uint64 {
	if filter == ledger.AllSubjects {
		return uint64(len(l.entries))
	}
	if !strings.HasSuffix(filter, ">") {
		return l.last[filter]
	}
	var newest uint64
	for subject, seq := range l.last {
		if seq > newest && matches(filter, subject) {
			newest = seq
		}
	}
	return newest
}

// snapshot returns what is stored now, and what is closed by the next append.
// The slice is never written to again.
func (l *Log) snapshot() (entries []ledger.Stored, grown <-chan struct{}) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.entries, l.grown
}

// End implements ledger.Log.
func (l *Log) End(ctx context.Context) (uint64, error) {
	entries, _ := l.snapshot()
	return uint64(len(entries)), ctx.Err()
}

// Read implements ledger.Log.
func (l *Log) Read(ctx context.Context, from uint64, filter string, fn func(ledger.Stored) error) error {
	if err := ledger.CheckFilter(filter); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	entries, _ := l.snapshot()
	return deliver(ctx, entries, from, filter, fn)
}

// Follow implements ledger.Log.
func (l *Log) Follow(ctx context.Context, from uint64, caughtUp func(), fn func(ledger.Stored) error) error {
	from = max(from, 1)
	entries, grown := l.snapshot()
	if end := uint64(len(entries)); from > end+1 {
		return fmt.Errorf("follow from %d: the ledger ends at %d: %w", from, end, ledger.ErrHole)
	}
	for first := true; ; first = false {
		if err := deliver(ctx, entries, from, ledger.AllSubjects, fn); err != nil {
			return err
		}
		if first {
			caughtUp()
		}
		from = uint64(len(entries)) + 1
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
		entries, grown = l.snapshot()
	}
}

func deliver(
	ctx context.Context, entries []ledger.Stored, from uint64, filter string, fn func(ledger.Stored) error,
) error {
	for i := max(from, 1) - 1; i < uint64(len(entries)); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := entries[i]
		if !matches(filter, s.Subject) {
			continue
		}
		s.Data = slices.Clone(s.Data)
		if err := fn(s); err != nil {
			return err
		}
	}
	return ctx.Err()
}
