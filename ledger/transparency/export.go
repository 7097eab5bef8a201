package transparency

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/flagledger/flagledger/ledger"
)

// The kinds of the other records of an export.
const (
	headerRecord = "ledger"
	proofRecord  = "proof"
	endRecord    = "end"
	version      = "1"
)

// Export writes all events from seq on, up to the newest checkpoint, with every
// checkpoint in its place. A seq above 1 goes on with a file that has those
// before; there is no header then.
func (k *Keeper) Export(ctx context.Context, w io.Writer, seq uint64) error {
	seq = max(seq, 1)
	text, err := k.Checkpoint(0)
	if err != nil {
		return err
	}
	newest, err := Peek(text)
	if err != nil {
		return err
	}
	out := &sink{w: w}
	if seq == 1 {
		out.put(k.header())
	}
	marks := &marks{book: k.book, out: out}
	if seq > 1 {
		err = marks.pass(seq - 1) // the part before may have been cut off in front of it
	}
	if err == nil && seq <= newest.Size {
		err = k.log.Read(ctx, seq, ledger.AllSubjects, func(s ledger.Stored) error {
			out.event(s)
			if err := marks.pass(s.Seq); err != nil || s.Seq >= newest.Size {
				return errors.Join(err, errFound)
			}
			return out.err
		})
	}
	if err != nil && !isFound(err) {
		return err
	}
	out.put(ledger.EventFileRecord{Kind: endRecord, Words: []string{strconv.FormatUint(newest.Size, 10)}})
	return out.flush()
}

// isFound tells whether a read ended because it has what it wanted, and for no
// other reason.
func isFound(err error) bool {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) && len(joined.Unwrap()) > 1 {
		return false
	}
	return errors.Is(err, errFound)
}

// marks writes each checkpoint after the last event that it stands for.
type marks struct {
	book *book
	out  *sink
	next Checkpoint
	text []byte // of next; nil when it is not known
	done bool
}

func (m *marks) pass(seq uint64) error {
	if m.text == nil && !m.done {
		var err error
		if m.text, err = m.book.from(seq); err != nil {
			return err
		}
		if m.done = m.text == nil; m.done {
			return nil
		}
		if m.next, err = Peek(m.text); err != nil {
			return err
		}
	}
	if !m.done && m.next.Size == seq {
		m.out.put(checkpointIn(seq, m.text))
		m.text = nil
	}
	return nil
}

func (k *Keeper) header() ledger.EventFileRecord {
	return ledger.EventFileRecord{Kind: headerRecord, Words: []string{version, k.key.Origin()}, Body: []byte(k.key.Public())}
}

// Select writes the events of one subject, or only event seq unless that is 0,
// each with the proof that it is in the newest checkpoint. A subject in wire form
// or a filter that ends in ".>" will do.
func (k *Keeper) Select(ctx context.Context, w io.Writer, filter string, seq uint64) error {
	text, err := k.Checkpoint(seq)
	if seq == 0 {
		text, err = k.Checkpoint(0)
	}
	if err != nil {
		return err
	}
	c, err := Peek(text)
	if err != nil {
		return err
	}
	out, events := &sink{w: w}, uint64(0)
	out.put(k.header())
	out.put(checkpointIn(c.Size, text))
	err = k.log.Read(ctx, max(seq, 1), filter, func(s ledger.Stored) error {
		if s.Seq > c.Size || seq > 0 && s.Seq != seq {
			return errFound
		}
		events++
		return k.proved(out, s, c.Size)
	})
	if err != nil && !errors.Is(err, errFound) {
		return err
	}
	if seq > 0 && events == 0 {
		return fmt.Errorf("event %d does not belong to %s: %w", seq, filter, ErrNotThere)
	}
	out.put(ledger.EventFileRecord{Kind: endRecord, Words: []string{strconv.FormatUint(events, 10)}})
	return out.flush()
}

// proved writes an event and its proof.
func (k *Keeper) proved(out *sink, s ledger.Stored, size uint64) error {
	proof, err := k.tree.Inclusion(s.Seq, size)
	if err != nil {
		return err
	}
	out.event(s)
	out.put(ledger.EventFileRecord{
		Kind: proofRecord, Words: []string{strconv.FormatUint(s.Seq, 10), strconv.FormatUint(size, 10)}, Body: proofText(proof),
	})
	return out.err
}

func proofText(proof []ledger.Hash) []byte {
	lines := make([]string, len(proof))
	for i, h := range proof {
		lines[i] = h.String()
	}
	return []byte(strings.Join(lines, "\n"))
}

// sink collects records and writes them in larger pieces.
type sink struct {
	w   io.Writer
	buf []byte
	err error
}

// sinkSize is how many bytes are collected.
const sinkSize = 64 << 10

func (s *sink) put(r ledger.EventFileRecord) { s.grown(ledger.AppendRecord(s.buf, r)) }
func (s *sink) event(e ledger.Stored)        { s.grown(ledger.AppendEvent(s.buf, e)) }

func (s *sink) grown(buf []byte) {
	s.buf = buf
	if len(buf) >= sinkSize {
		_ = s.flush() // the error stays
	}
}

func (s *sink) flush() error {
	if s.err == nil {
		_, s.err = s.w.Write(s.buf)
	}
	s.buf = s.buf[:0]
	return s.err
}
