package natsingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
)

// errReused ends a session; the next one finds out since when.
var errReused = errors.New("the stream uses sequences again")

// load is what goes into one write.
type load struct {
	batches      []analytics.Batch
	items, bytes int
	position     analytics.Position
	pending      uint64        // messages on the stream after position
	ack          jetstream.Msg // the last one
}

// take adds a message to the load, or sends it to the dead letters.
func (r *reader) take(ctx context.Context, l *load, msg jetstream.Msg) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("message without a sequence: %w", err)
	}
	seq := meta.Sequence.Stream
	if seq <= r.last && r.start.since.IsZero() {
		if meta.NumDelivered == 1 {
			return fmt.Errorf("sequence %d after %d: %w", seq, r.last, errReused)
		}
		return msg.Ack() // delivered again, because an acknowledgement was lost
	}
	r.countLoss(ctx, seq)
	r.last, r.start.since = seq, time.Time{}
	l.position = analytics.Position{Epoch: r.start.epoch, Seq: seq, At: micros(meta.Timestamp)}
	l.pending, l.ack = meta.NumPending, msg
	l.bytes += len(msg.Data())

	var b analytics.Batch
	if err := json.Unmarshal(msg.Data(), &b); err != nil {
		return r.refuse(ctx, l.position, b, msg.Data(), err)
	}
	header := b
	header.ID, _, _ = strings.Cut(b.ID, "/") // a part's suffix
	if err := header.ValidateHeader(); err != nil {
		return r.refuse(ctx, l.position, b, msg.Data(), err)
	}
	received := b.ReceivedAt
	if received.IsZero() || received.After(meta.Timestamp) {
		received = meta.Timestamp
	}
	// The publisher has split it already; but one bad row would keep the
	// store from taking any.
	good, rejected := b.Split(received)
	if len(rejected) > 0 {
		r.counts.rejected.Add(uint64(len(rejected)))
		if err := r.letters.Reject(ctx, b, rejected, meta.Timestamp); err != nil {
			return err
		}
	}
	l.batches = append(l.batches, good)
	l.items += good.Len()
	return nil
}

// countLoss compares a sequence with the one before. The stream has no holes
// but at its beginning, where it discards.
func (r *reader) countLoss(ctx context.Context, seq uint64) {
	if !r.start.since.IsZero() || seq == r.last+1 {
		return
	}
	lost := seq - r.last - 1
	r.counts.lost.Add(lost)
	r.log.ErrorContext(ctx, "the event stream discarded messages before they were read",
		slog.Uint64("lost", lost), slog.Uint64("seq", seq))
}

// refuse sends a whole message to the dead letters.
func (r *reader) refuse(ctx context.Context, p analytics.Position, b analytics.Batch, data []byte, reason error) error {
	r.counts.rejected.Add(1)
	r.log.WarnContext(ctx, "a message on the event stream cannot be read",
		slog.Uint64("seq", p.Seq), slog.Any("err", reason))
	return r.letters.DeadLetter(ctx, DeadLetter{
		Project: b.Project, Environment: b.Environment, Batch: b.ID,
		Reason: reason.Error(), Seq: p.Seq, Data: data, At: p.At,
	}, fmt.Sprint(p.Epoch, " ", p.Seq))
}
