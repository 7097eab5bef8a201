package memstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/projector"
)

// Store implements projector.Store.
type Store struct {
	mu     sync.RWMutex
	at     projector.Checkpoint
	events []ledger.Stored
	tables map[string]map[string]stored
}

// stored is a row, encoded, with its key.
type stored struct {
	key  []any
	json []byte
}

// New returns an empty store.
func New() *Store { return &Store{tables: map[string]map[string]stored{}} }

// Checkpoint implements projector.Store.
func (s *Store) Checkpoint(ctx context.Context) (projector.Checkpoint, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.at, ctx.Err()
}

// Apply implements projector.Store.
func (s *Store) Apply(ctx context.Context, d projector.Delta) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.From != s.at {
		return fmt.Errorf("at event %d, not %d: %w", s.at.Seq, d.From.Seq, projector.ErrFenced)
	}
	encoded := map[string]map[string]stored{}
	for _, table := range projector.Tables() {
		encoded[table.Name] = map[string]stored{}
		for _, r := range d.Rows[table.Name] {
			b, err := json.Marshal(r)
			if err != nil {
				return fmt.Errorf("table %s: %w", table.Name, err)
			}
			e := stored{json: b}
			for _, column := range table.Key {
				e.key = append(e.key, r[column])
			}
			encoded[table.Name][table.KeyOf(r)] = e
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for table, rows := range encoded {
		if s.tables[table] == nil {
			s.tables[table] = map[string]stored{}
		}
		for key, r := range rows {
			s.tables[table][key] = r
		}
	}
	s.events = append(s.events, d.Events...)
	s.at = d.To
	return nil
}

// Events implements projector.Store.
func (s *Store) Events(ctx context.Context, from uint64, fn func(ledger.Stored) error) error {
	s.mu.RLock()
	events := s.events
	s.mu.RUnlock()
	for _, e := range events {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.Seq < from {
			continue
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// Table implements projector.Store.
func (s *Store) Table(ctx context.Context, table string) ([]projector.Row, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	rows := make([]stored, 0, len(s.tables[table]))
	for _, r := range s.tables[table] {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b stored) int { return compare(a.key, b.key) })
	out := make([]projector.Row, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal(r.json, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, ctx.Err()
}

// compare orders keys column by column, numbers as numbers.
func compare(a, b []any) int {
	for i := range a {
		x, isNumber := a[i].(uint64)
		y, _ := b[i].(uint64)
		c := cmp.Compare(x, y)
		if !isNumber {
			c = cmp.Compare(fmt.Sprint(a[i]), fmt.Sprint(b[i]))
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
