package chstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/flagledger/flagledger/analytics"
)

// errOvertaken tells that another write has taken the number.
var errOvertaken = errors.New("another write came in between; try again")

func (e entry) exposures(add func(...any) error) error {
	for _, b := range e.batches {
		for _, x := range b.Exposures {
			by := cmp.Or(x.By, analytics.DefaultBy)
			err := add(b.Project, b.Environment, x.Flag, x.Variant, by, x.Unit, b.UnitID(by, x.Unit),
				x.Rule, x.Version, at(x.At, b), orEmpty(x.Attributes), e.number)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (e entry) events(add func(...any) error) error {
	for _, b := range e.batches {
		for _, v := range b.Events {
			attributes, flags := orEmpty(v.Attributes), v.Flags
			if flags == nil {
				flags = []string{}
			}
			for i, by := range slices.Sorted(maps.Keys(v.Units)) {
				err := add(b.Project, b.Environment, v.Name, by, v.Units[by], b.UnitID(by, v.Units[by]), uint8(i),
					v.Failed, v.Value, at(v.At, b), attributes, flags, e.number)
				if err != nil {
					return err
				}
				attributes = map[string]string{}
			}
		}
	}
	return nil
}

func (e entry) names(add func(...any) error) error {
	for _, b := range e.batches {
		if err := add(uuid.UUID(b.Name()), b.ReceivedAt.UTC(), e.number); err != nil {
			return err
		}
	}
	return nil
}

// fresh gives the batches that were not stored before, each once, in order.
func (s *Store) fresh(ctx context.Context, batches []analytics.Batch) ([]analytics.Batch, error) {
	if len(batches) == 0 {
		return nil, nil
	}
	names := make([]uuid.UUID, len(batches))
	for i, b := range batches {
		names[i] = uuid.UUID(b.Name())
	}
	rows, err := s.conn.Query(ctx, `SELECT name FROM batches WHERE name IN (?)`, names)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	seen := map[uuid.UUID]bool{}
	for rows.Next() {
		var known uuid.UUID
		if err := rows.Scan(&known); err != nil {
			return nil, err
		}
		seen[known] = true
	}
	var fresh []analytics.Batch
	for i, b := range batches {
		if !seen[names[i]] {
			seen[names[i]] = true
			fresh = append(fresh, b)
		}
	}
	return fresh, rows.Err()
}

func at(t time.Time, b analytics.Batch) time.Time {
	if t.IsZero() {
		t = b.ReceivedAt
	}
	return t.UTC()
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// Prune implements analytics.Pruner. A batch whose name is forgotten would be
// counted again if it were delivered again: keep names for longer than the
// stream keeps batches and SDKs retry.
func (s *Store) Prune(ctx context.Context, before time.Time) (removed int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	forgotten := false
	for _, t := range timed() {
		where := fmt.Sprintf("FROM %s WHERE %s < fromUnixTimestamp64Micro(%d, 'UTC')", t.table, t.column, before.UnixMicro())
		var n uint64
		if err := s.conn.QueryRow(ctx, "SELECT count() "+where).Scan(&n); err != nil {
			return removed, fmt.Errorf("prune %s before %v: %w", t.table, before, err)
		}
		if n == 0 {
			continue
		}
		if t.table != "batches" && !forgotten {
			// No answer may outlive what it is made of; those that are counted
			// meanwhile are forgotten at the end.
			if err := s.Forget(ctx); err != nil {
				return removed, err
			}
			forgotten = true
			defer func() { err = errors.Join(err, s.Forget(ctx)) }()
		}
		if err := s.conn.Exec(ctx, "DELETE "+where+" SETTINGS lightweight_deletes_sync = 2"); err != nil {
			return removed, fmt.Errorf("prune %s before %v: %w", t.table, before, err)
		}
		if t.table != "batches" {
			removed += int64(n)
		}
	}
	return removed, nil
}
