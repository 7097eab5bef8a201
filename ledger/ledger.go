package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// View is the folded ledger that commands are decided against. The projector
// is it; keeping one fold for reading and deciding means they cannot differ.
type View interface {
	// Read waits until everything up to sequence min is folded, then calls
	// fn under a read lock. It returns fn's error, or ctx's.
	Read(ctx context.Context, min uint64, fn func(*State) error) error
}

// Ledger carries out commands. It is safe for concurrent use.
type Ledger struct {
	log  Log
	view View
	now  func() time.Time
}

// New joins a log to the view that folds it. now gives the time that events
// are stamped with.
func New(log Log, view View, now func() time.Time) *Ledger {
	return &Ledger{log: log, view: view, now: now}
}

// maxAttempts bounds how often Do decides again after losing a race.
const maxAttempts = 12

// Do carries out cmd: it returns when its events are durable and folded, so
// the caller reads its own write. It returns a *CommandError when the state
// does not allow the command or is not the one of meta.IfSeq, ErrConflict when others kept winning the race,
// ErrFull or ErrUnavailable from the log. After ErrUnavailable the outcome is
// open: retry with the same Meta.CommandID.
func (l *Ledger) Do(ctx context.Context, cmd Command, meta Meta) (Receipt, error) {
	if meta.CommandID == "" {
		meta.CommandID = uuid.Must(uuid.NewV7()).String()
	}
	if err := CheckKey(meta.CommandID); err != nil {
		return Receipt{}, &CommandError{Kind: ErrInvalid, Message: fmt.Sprintf("command ID %v", err)}
	}
	after, err := l.start(ctx, meta.IfSeq)
	if err != nil {
		return Receipt{}, err
	}
	for attempt := range maxAttempts {
		receipt, err := l.try(ctx, cmd, meta, after)
		if !errors.Is(err, ErrConflict) {
			return receipt, err
		}
		if after, err = l.log.End(ctx); err != nil {
			return Receipt{}, err
		}
		if err := pause(ctx, attempt); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{}, fmt.Errorf("after %d attempts: %w", maxAttempts, ErrConflict)
}

// start is the sequence up to which the state must be folded before a decision
// of somebody who has seen event seen, on another server perhaps. The log's end
// bounds it, for nobody can have seen more.
func (l *Ledger) start(ctx context.Context, seen uint64) (uint64, error) {
	if seen == 0 {
		return 0, nil
	}
	end, err := l.log.End(ctx)
	return min(seen, end), err
}

// try decides once on everything up to sequence after, and appends.
func (l *Ledger) try(ctx context.Context, cmd Command, meta Meta, after uint64) (Receipt, error) {
	var batch Batch
	var known *Receipt
	err := l.view.Read(ctx, after, func(st *State) error {
		if r, ok, err := st.answer(meta.CommandID, cmd); err != nil {
			return err
		} else if ok {
			known = &r
			return nil
		}
		now := l.now().UTC()
		d, err := decideSeen(st, cmd, meta.IfSeq, now)
		if err != nil {
			return err
		}
		if err := st.checkReason(cmd, d, meta); err != nil {
			return err
		}
		batch, err = newBatch(st, d, meta, now)
		return err
	})
	if err != nil || known != nil {
		return deref(known), err
	}
	if len(batch.Entries) == 0 {
		return Receipt{}, nil
	}
	last, err := l.log.Append(ctx, batch)
	if errors.Is(err, ErrDuplicate) {
		return l.stored(ctx, cmd, meta.CommandID)
	}
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{First: last + 1 - uint64(len(batch.Entries)), Last: last}
	return receipt, l.view.Read(ctx, last, func(*State) error { return nil })
}

// decideSeen is Decide for somebody who has seen event seen of the subject, 0
// for whoever does not care. What does not exist or is frozen is reported as
// such; any other objection may come from the change that was not seen, which
// is reported first.
func decideSeen(st *State, cmd Command, seen uint64, now time.Time) (Decision, error) {
	d, err := Decide(st, cmd, now)
	subject := cmd.subject()
	if _, frozen := st.FrozenAt(subject); seen == 0 || frozen || errors.Is(err, ErrNotFound) {
		return d, err
	}
	if newest := st.SubjectSeq(subject); newest != seen {
		return Decision{}, changed(subject, newest, seen)
	}
	return d, err
}

// stored waits until a batch that the log already has is folded.
func (l *Ledger) stored(ctx context.Context, cmd Command, id string) (Receipt, error) {
	end, err := l.log.End(ctx)
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = l.view.Read(ctx, end, func(st *State) error {
		var ok bool
		if receipt, ok, err = st.answer(id, cmd); err == nil && !ok {
			err = fmt.Errorf("command %s is stored but was not found: %w", id, ErrUnavailable)
		}
		return err
	})
	return receipt, err
}

func deref(r *Receipt) Receipt {
	if r == nil {
		return Receipt{}
	}
	return *r
}

// newBatch encodes a decision and ties it to the state it was made in.
func newBatch(st *State, d Decision, meta Meta, now time.Time) (Batch, error) {
	b := Batch{ID: meta.CommandID}
	if n := len(d.Changes); n > MaxBatch {
		return Batch{}, &CommandError{Kind: ErrInvalid, Message: fmt.Sprintf(
			"the command leads to %d events; the limit is %d", n, MaxBatch)}
	}
	newest := map[Subject]Hash{}
	for i, c := range d.Changes {
		prev, seen := newest[c.Subject]
		if !seen {
			prev = st.SubjectHash(c.Subject)
		}
		data, err := Encode(Recorded{
			Part: i + 1, Parts: len(d.Changes),
			ID: uuid.Must(uuid.NewV7()).String(), At: now, Actor: meta.Actor, Reason: meta.Reason,
			Command: meta.CommandID, Cause: meta.Cause, Prev: prev, Event: c.Event,
		})
		if err != nil {
			return Batch{}, err
		}
		if len(data) > MaxEntry {
			return Batch{}, &CommandError{Kind: ErrInvalid, Message: fmt.Sprintf(
				"the event %s would have %d bytes; the limit is %d: shorten its lists or split them over several segments",
				TypeOf(c.Event), len(data), MaxEntry)}
		}
		b.Entries = append(b.Entries, Entry{Subject: c.Subject.String(), Data: data})
		if !seen && d.Guard == "" {
			b.Expect = append(b.Expect, Expect{Filter: c.Subject.String(), Seq: st.SubjectSeq(c.Subject)})
		}
		newest[c.Subject] = HashOf(c.Subject.String(), data)
	}
	if p := st.Projects[d.Guard]; p != nil && len(b.Entries) > 0 {
		b.Expect = []Expect{{Filter: ProjectFilter(d.Guard), Seq: p.Seq}}
	}
	for _, s := range d.Reads {
		b.Expect = append(b.Expect, Expect{Filter: s.String(), Seq: st.SubjectSeq(s)})
	}
	return b, nil
}

// pause waits a growing, jittered moment after a lost race.
func pause(ctx context.Context, attempt int) error {
	limit := min(2<<attempt, 64) // milliseconds
	jitter := rand.IntN(limit)   //nolint:forbidigo // chance decides when to try again, never what
	t := time.NewTimer(time.Duration(1+jitter) * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
