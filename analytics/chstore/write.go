package chstore

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/flagledger/flagledger/analytics"
)

// entry is one write, as it is staged.
type entry struct {
	number  uint64
	to      analytics.Position
	batches []analytics.Batch
}

// Position implements analytics.Writer.
func (s *Store) Position(ctx context.Context) (analytics.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p analytics.Position
	if err := s.settle(ctx); err != nil {
		return p, fmt.Errorf("read analytics position: %w", err)
	}
	if s.number == 0 {
		return p, nil
	}
	var received int64
	err := s.conn.QueryRow(ctx, `SELECT epoch, seq, received_us FROM staged ORDER BY number DESC LIMIT 1`).Scan(&p.Epoch, &p.Seq, &received)
	if err != nil {
		return p, fmt.Errorf("read analytics position: %w", err)
	}
	if received != 0 {
		p.At = time.UnixMicro(received).UTC()
	}
	return p, nil
}

// Write implements analytics.Writer. Times are stored in microseconds.
func (s *Store) Write(ctx context.Context, batches []analytics.Batch, to analytics.Position) (analytics.Written, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var w analytics.Written
	if err := s.settle(ctx); err != nil {
		return w, fmt.Errorf("write analytics: finish what was interrupted: %w", err)
	}
	fresh, err := s.fresh(ctx, batches)
	if err != nil {
		return w, fmt.Errorf("write analytics: names of batches: %w", err)
	}
	e := entry{number: s.number + 1, to: to, batches: fresh}
	// From here on the outcome may be unknown; settle finds out.
	s.settled = false
	if err := s.stage(ctx, e); err != nil {
		return w, fmt.Errorf("write analytics up to %d: %w", to.Seq, err)
	}
	// It will be stored, now or later: there is no point in giving up early.
	if err := s.apply(context.WithoutCancel(ctx), e); err != nil {
		return w, fmt.Errorf("write analytics up to %d: %w", to.Seq, err)
	}
	s.settled = true
	w = analytics.Written{Batches: len(fresh), Duplicates: len(batches) - len(fresh)}
	for _, b := range fresh {
		w.Exposures += len(b.Exposures)
		w.Events += len(b.Events)
	}
	return w, nil
}

// stage puts the write into the log. Its token is the number's: of two writes
// with one number, the later to arrive is dropped, whichever was sent first.
func (s *Store) stage(ctx context.Context, e entry) error {
	payload, err := json.Marshal(e.batches)
	if err != nil {
		return err
	}
	digest, received := sha256.Sum256(payload), int64(0)
	if !e.to.At.IsZero() {
		received = e.to.At.UnixMicro()
	}
	err = s.insert(ctx, "staged", e.number, func(add func(...any) error) error {
		return add(e.number, string(digest[:]), e.to.Epoch, e.to.Seq, received, string(payload))
	})
	if err != nil {
		return err
	}
	var won string
	err = s.conn.QueryRow(ctx, `SELECT digest FROM staged WHERE number = ?`, e.number).Scan(&won)
	if err != nil {
		return fmt.Errorf("read the log back: %w", err)
	}
	if won != string(digest[:]) {
		return fmt.Errorf("write %d: %w", e.number, errOvertaken)
	}
	return nil
}

// settle applies what is staged and not applied: it was interrupted by a crash,
// or its outcome is not known.
func (s *Store) settle(ctx context.Context) error {
	if s.settled {
		return nil
	}
	pending, err := s.pending(ctx)
	if err != nil {
		return err
	}
	for _, e := range pending {
		if err := s.apply(ctx, e); err != nil {
			return err
		}
	}
	s.settled = true
	return nil
}

func (s *Store) pending(ctx context.Context) ([]entry, error) {
	number, err := s.applied(ctx)
	if err != nil {
		return nil, err
	}
	s.number = number
	rows, err := s.conn.Query(ctx, `SELECT number, payload FROM staged WHERE number > ? ORDER BY number`, number)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	var all []entry
	for rows.Next() {
		var e entry
		var payload string
		if err := rows.Scan(&e.number, &payload); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(payload), &e.batches); err != nil {
			return nil, fmt.Errorf("staged write %d: %w", e.number, err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

const lastApplied = `SELECT max(number) FROM applied`

// applied is the number of the last write whose rows are all there.
func (s *Store) applied(ctx context.Context) (uint64, error) {
	var number uint64
	err := s.conn.QueryRow(ctx, lastApplied).Scan(&number)
	return number, err
}

// apply puts the parts of a write into their tables. It may be repeated: each
// part has a token, which names these rows and no others.
func (s *Store) apply(ctx context.Context, e entry) error {
	for _, part := range []struct {
		table string
		fill  func(func(...any) error) error
	}{
		{"exposures", e.exposures},
		{"event_units", e.events},
		{"batches", e.names},
		{"applied", func(add func(...any) error) error { return add(e.number) }},
	} {
		if err := s.insert(ctx, part.table, e.number, part.fill); err != nil {
			return fmt.Errorf("store %s: %w", part.table, err)
		}
	}
	s.number = e.number
	return s.forgetStaged(ctx)
}

// insert puts rows into a table once, however often it is called for a number.
func (s *Store) insert(ctx context.Context, table string, number uint64, fill func(add func(...any) error) error) error {
	if err := s.step(table); err != nil {
		return err
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"async_insert": 0, "insert_deduplicate": 1, "max_partitions_per_insert_block": 0,
		"insert_deduplication_token": fmt.Sprintf("%s-%d", s.identity, number),
	}))
	batch, err := s.conn.PrepareBatch(ctx, "INSERT INTO "+table)
	if err != nil {
		return err
	}
	defer func() { _ = batch.Close() }() // Send tells
	if err := fill(func(values ...any) error { return batch.Append(values...) }); err != nil {
		return err
	}
	if batch.Rows() == 0 {
		return nil
	}
	if err := batch.Send(); err != nil {
		return err
	}
	return s.step(table + " done")
}

// keepStaged is how many writes stay in the log, about; it drops whole
// partitions.
const keepStaged = 64

// forgetStaged drops what is applied long since.
func (s *Store) forgetStaged(ctx context.Context) error {
	if s.number%keepStaged != 0 || s.number < 2*keepStaged {
		return nil
	}
	return s.conn.Exec(ctx, fmt.Sprintf(`ALTER TABLE staged DROP PARTITION %d`, s.number/keepStaged-2))
}
