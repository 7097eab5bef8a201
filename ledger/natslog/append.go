package natslog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"github.com/flagledger/flagledger/ledger"
)

// Append implements ledger.Log. One entry is one message, several are one
// atomic batch. It repeats what the server certainly did not store, until
// Config.Patience is over; a lost answer is ErrUnavailable and for the caller
// to retry. With ErrDuplicate it returns the sequence of the stored batch's
// first entry when the server tells, else 0.
func (l *Log) Append(ctx context.Context, b ledger.Batch) (uint64, error) {
	if err := b.Check(); err != nil {
		return 0, err
	}
	guards, travels := assign(b)
	var last uint64
	var err error
	if travels {
		last, err = l.publish(ctx, b, guards)
	} else {
		last, err = l.appendPinned(ctx, b)
	}
	if err != nil {
		return last, fmt.Errorf("append %s: %w", b.ID, err)
	}
	return last, nil
}

// guard is the expectation that a message carries.
type guard struct {
	whole bool // on the stream's last sequence, not on the message's subject
	seq   uint64
}

// assign gives each expectation to the first message of its subject, which is
// the only one that the server lets carry it. It reports false when one has no
// such message or two would share one.
func assign(b ledger.Batch) (guards map[int]guard, ok bool) {
	guards = make(map[int]guard, len(b.Expect))
	for _, e := range b.Expect {
		at := 0
		if e.Filter != ledger.AllSubjects {
			at = first(b.Entries, e.Filter)
		}
		if _, taken := guards[at]; taken || at < 0 {
			return nil, false
		}
		guards[at] = guard{whole: e.Filter == ledger.AllSubjects, seq: e.Seq}
	}
	return guards, true
}

func first(entries []ledger.Entry, subject string) int {
	for i, e := range entries {
		if e.Subject == subject {
			return i
		}
	}
	return -1
}

// publish sends the batch until the server has answered to the point.
func (l *Log) publish(ctx context.Context, b ledger.Batch, guards map[int]guard) (last uint64, err error) {
	err = l.repeat(ctx, func(ctx context.Context) error {
		last, err = l.send(ctx, messages(b, guards))
		return err
	}, notStored)
	switch {
	case err == nil:
		return last, nil
	case isConflict(err):
		return 0, conflict(b)
	case code(err) == jetstreamext.JSErrCodeBatchPublishDuplicateMsgID:
		return 0, ledger.ErrDuplicate
	case code(err) == codeStoreFailed:
		return 0, l.storeFailed(ctx, b, err)
	}
	return last, err
}

// messages builds what is sent. It is done for each attempt, because sending
// writes to the headers. The batch's ID goes on the first message only: the
// batch is stored as a whole, so one is enough to know it by.
func messages(b ledger.Batch, guards map[int]guard) []*nats.Msg {
	msgs := make([]*nats.Msg, len(b.Entries))
	for i, e := range b.Entries {
		msg := nats.NewMsg(e.Subject)
		msg.Data = e.Data
		if i == 0 {
			msg.Header.Set(jetstream.MsgIDHeader, b.ID)
			msg.Header.Set(jetstream.ExpectedStreamHeader, Stream)
		}
		if g, ok := guards[i]; ok {
			header := jetstream.ExpectedLastSubjSeqHeader
			if g.whole {
				header = jetstream.ExpectedLastSeqHeader
			}
			msg.Header.Set(header, strconv.FormatUint(g.seq, 10))
		}
		msgs[i] = msg
	}
	return msgs
}

func (l *Log) send(ctx context.Context, msgs []*nats.Msg) (last uint64, err error) {
	if len(msgs) > 1 {
		deadline, _ := ctx.Deadline() // repeat sets one
		flow := jetstreamext.BatchFlowControl{AckFirst: true, AckTimeout: time.Until(deadline)}
		ack, err := jetstreamext.PublishMsgBatch(ctx, l.js, msgs, flow)
		if err != nil {
			return 0, err
		}
		return ack.Sequence, nil
	}
	ack, err := l.js.PublishMsg(ctx, msgs[0], jetstream.WithRetryAttempts(0))
	if err != nil {
		return 0, err
	}
	if ack.Duplicate {
		return ack.Sequence, ledger.ErrDuplicate
	}
	return ack.Sequence, nil
}

// conflict names the expectation that failed when it can be no other.
func conflict(b ledger.Batch) error {
	if len(b.Expect) == 1 {
		return &ledger.ConflictError{Filter: b.Expect[0].Filter}
	}
	return &ledger.ConflictError{}
}

// storeFailed tells a full stream from a broken disk. The server has one code
// for both, and only the first is sure to have stored nothing.
func (l *Log) storeFailed(ctx context.Context, b ledger.Batch, cause error) error {
	info, err := l.info(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ledger.ErrUnavailable, errors.Join(cause, err))
	}
	const overhead = 256 // of a message in the store, headers included, generously
	need := info.State.Bytes
	for _, e := range b.Entries {
		need += uint64(len(e.Subject) + len(e.Data) + overhead)
	}
	if info.Config.MaxBytes > 0 && need > uint64(info.Config.MaxBytes) {
		return fmt.Errorf("%w: %d of %d bytes are used", ledger.ErrFull, info.State.Bytes, info.Config.MaxBytes)
	}
	return fmt.Errorf("%w: %w", ledger.ErrUnavailable, cause)
}
