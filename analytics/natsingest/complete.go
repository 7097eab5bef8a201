package natsingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// completeFor is how long an answer of Complete is given again.
const completeFor = 200 * time.Millisecond

// completion is the newest answer of Complete. turn holds one token: who has it
// may look and change the rest.
type completion struct {
	turn  chan struct{}
	asked time.Time
	upTo  time.Time
}

// Complete returns the time up to which the store has everything that was
// reported: about now when it has stored all of the stream, otherwise the time
// at which the stream received the oldest message that is not stored, by the
// clock of the NATS server. It asks the store and the stream, not Run, so it is
// right while Run is stuck or not running. An answer is given again for 200 ms.
//
// It may be called concurrently. It returns an error, wrapped, when the store
// or the stream cannot be asked, and ctx's when that ends first.
func (w *Writer) Complete(ctx context.Context) (time.Time, error) {
	c := &w.complete
	select {
	case <-c.turn:
		defer func() { c.turn <- struct{}{} }()
	case <-ctx.Done():
		return time.Time{}, fmt.Errorf("how far the analytics store is: %w", ctx.Err())
	}
	now := time.Now()
	if age := now.Sub(c.asked); !c.asked.IsZero() && age >= 0 && age < completeFor {
		return c.upTo, nil
	}
	upTo, err := w.upTo(ctx, now)
	if err != nil {
		return time.Time{}, fmt.Errorf("how far the analytics store is: %w", err)
	}
	c.asked, c.upTo = now, upTo
	return upTo, nil
}

// upTo answers Complete for now, which must be before the stream is asked: what
// it received until then is in its answer. The store is asked before the
// stream, so that a position beyond the stream's end tells of a lost tail.
func (w *Writer) upTo(ctx context.Context, now time.Time) (time.Time, error) {
	p, err := w.store.Position(ctx)
	if err != nil {
		return time.Time{}, err
	}
	stream, err := w.js.Stream(ctx, Stream)
	if err != nil {
		return time.Time{}, fmt.Errorf("stream %s: %w", Stream, err)
	}
	state := stream.CachedInfo().State
	if state.Msgs == 0 {
		return now, nil
	}
	place, err := locate(ctx, stream, p)
	switch {
	case err != nil:
		return time.Time{}, err
	case !place.since.IsZero():
		return place.since, nil
	case place.after >= state.LastSeq:
		return now, nil
	}
	msg, err := stream.GetMsg(ctx, max(place.after+1, state.FirstSeq))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return state.FirstTime, nil // discarded just now; the first was not younger
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("message %d: %w", place.after+1, err)
	}
	return msg.Time, nil
}
