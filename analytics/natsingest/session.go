package natsingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
)

// maxAckPending is how many messages may be delivered and not yet written. It
// must exceed what a write takes, or the server stops delivering in silence;
// memory is bounded by WriterConfig.MaxBytes.
const maxAckPending = 100_000

// session reads from the store's position until something fails. All that it
// knows dies with it, so that what follows a failure is what follows a start.
func (w *Writer) session(ctx context.Context) error {
	position, err := w.store.Position(ctx)
	if err != nil {
		return err
	}
	w.counts.position.Store(position.Seq)
	start, err := w.resume(ctx, position)
	if err != nil {
		return err
	}
	messages, err := w.consume(ctx, start)
	if err != nil {
		return err
	}
	defer messages.Stop()
	r := reader{Writer: w, messages: messages, start: start, last: start.after}
	for {
		if err := r.next(ctx); err != nil {
			return err
		}
	}
}

// starting is where a session starts to read.
type starting struct {
	epoch int64
	// after is the sequence before the first one wanted; or, if since is
	// set, sequences have been used again, and what the stream received
	// from then on is wanted.
	after uint64
	since time.Time
}

// resume finds out where the store's position is on the stream as it is now.
func (w *Writer) resume(ctx context.Context, p analytics.Position) (starting, error) {
	stream, err := w.js.Stream(ctx, Stream)
	if err != nil {
		return starting{}, fmt.Errorf("stream %s: %w", Stream, err)
	}
	info := stream.CachedInfo()
	s, err := locate(ctx, stream, p)
	switch {
	case err != nil:
	case p.Epoch != 0 && p.Epoch != s.epoch:
		w.log.WarnContext(ctx, "the event stream was replaced; reading it from its beginning",
			slog.Time("was", time.Unix(0, p.Epoch)), slog.Time("is", info.Created))
	case !s.since.IsZero():
		w.log.WarnContext(ctx, "the event stream lost its tail and uses sequences again",
			slog.Uint64("position", p.Seq), slog.Uint64("last", info.State.LastSeq), slog.Time("since", p.At))
	}
	return s, err
}

// locate finds a position on the stream whose information was just fetched.
func locate(ctx context.Context, stream jetstream.Stream, p analytics.Position) (starting, error) {
	info := stream.CachedInfo()
	s := starting{epoch: info.Created.UnixNano(), after: p.Seq}
	if p.Epoch != s.epoch {
		s.after = 0
		return s, nil
	}
	if p.Seq == 0 {
		return s, nil
	}
	reused := info.State.LastSeq < p.Seq
	if !reused {
		msg, err := stream.GetMsg(ctx, p.Seq)
		if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return starting{}, fmt.Errorf("message %d: %w", p.Seq, err)
		}
		reused = err == nil && !p.At.IsZero() && !micros(msg.Time).Equal(p.At)
	}
	if reused {
		s.since = p.At
	}
	return s, nil
}

func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// consume makes the durable consumer anew: its own idea of what was
// acknowledged is not the truth. It is durable so that an operator can see it.
func (w *Writer) consume(ctx context.Context, s starting) (jetstream.MessagesContext, error) {
	if err := w.js.DeleteConsumer(ctx, Stream, w.config.Consumer); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return nil, fmt.Errorf("delete consumer: %w", err)
	}
	config := jetstream.ConsumerConfig{
		Durable: w.config.Consumer, AckPolicy: jetstream.AckAllPolicy, AckWait: time.Minute,
		MaxAckPending: maxAckPending, MaxDeliver: -1,
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: s.after + 1,
	}
	if !s.since.IsZero() {
		config.DeliverPolicy, config.OptStartSeq, config.OptStartTime = jetstream.DeliverByStartTimePolicy, 0, &s.since
	}
	consumer, err := w.js.CreateConsumer(ctx, Stream, config)
	if err != nil {
		return nil, fmt.Errorf("create consumer: %w", err)
	}
	return consumer.Messages(jetstream.PullMaxBytes(w.config.MaxBytes),
		jetstream.PullExpiry(10*time.Second), jetstream.PullHeartbeat(2*time.Second))
}

// reader is one session's place on the stream.
type reader struct {
	*Writer
	messages jetstream.MessagesContext
	start    starting
	last     uint64 // sequence of the last message taken
	wrote    time.Time
}

// next waits for a message and writes it together with what comes until the
// flush interval since the last write is over: at once after a quiet time, in
// large writes under load.
func (r *reader) next(ctx context.Context) error {
	msg, err := r.messages.Next(jetstream.NextContext(ctx))
	if err != nil {
		return fmt.Errorf("next message: %w", err)
	}
	load := load{}
	if err := r.take(ctx, &load, msg); err != nil {
		return err
	}
	flush, cancel := context.WithDeadline(ctx, r.wrote.Add(r.config.FlushInterval))
	defer cancel()
	for load.items < r.config.MaxItems && load.bytes < r.config.MaxBytes && flush.Err() == nil {
		msg, err := r.messages.Next(jetstream.NextContext(flush))
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			break
		}
		if err != nil {
			return fmt.Errorf("next message: %w", err)
		}
		if err := r.take(ctx, &load, msg); err != nil {
			return err
		}
	}
	return r.write(ctx, load)
}

func (r *reader) write(ctx context.Context, l load) error {
	if l.ack == nil {
		return nil // only what was delivered twice
	}
	written, err := r.store.Write(ctx, l.batches, l.position)
	if err != nil {
		return err
	}
	r.wrote = time.Now()
	r.counts.batches.Add(uint64(written.Batches))
	r.counts.duplicates.Add(uint64(written.Duplicates))
	r.counts.exposures.Add(uint64(written.Exposures))
	r.counts.events.Add(uint64(written.Events))
	r.counts.position.Store(l.position.Seq)
	r.counts.lag.Store(l.pending)
	if err := l.ack.Ack(); err != nil {
		return fmt.Errorf("acknowledge %d: %w", l.position.Seq, err)
	}
	return nil
}
