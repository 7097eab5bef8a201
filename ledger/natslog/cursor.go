package natslog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/ledger"
)

// How a cursor pulls. Enough is on the way to keep both sides busy.
const (
	pullMessages  = 4096
	pullHeartbeat = time.Second
	// idleConsumer is when the server forgets a consumer whose owner died.
	idleConsumer = 30 * time.Second
)

// errLostOnTheWay: the consumer sent a message that did not arrive.
var errLostOnTheWay = errors.New("a message was lost on the way")

// cursor gives the entries of a filter one after the other, each once, however
// often its consumer is lost. It belongs to one goroutine.
type cursor struct {
	log    *Log
	filter string
	from   uint64 // sequence that is wanted next

	name string // of the consumer that exists, "" for none
	msgs jetstream.MessagesContext
	got  uint64 // messages that this consumer has delivered
}

// next waits for the next entry, for as long as ctx lasts. It opens a new
// consumer whenever the old one is gone or a message was lost on the way; an
// entry that the stream itself lacks is ErrHole.
func (c *cursor) next(ctx context.Context) (ledger.Stored, error) {
	for failures := 0; ; failures++ {
		if ctx.Err() != nil { // a waiting message would win half the time
			return ledger.Stored{}, context.Cause(ctx)
		}
		s, err := c.try(ctx)
		if err == nil || errors.Is(err, ledger.ErrHole) {
			return s, err
		}
		if ctx.Err() != nil {
			return s, context.Cause(ctx)
		}
		c.log.log.LogAttrs(ctx, slog.LevelWarn, "ledger reader starts again",
			slog.String("filter", c.filter), slog.Uint64("seq", c.from), slog.Any("err", err))
		c.close()
		if pause(ctx, failures) != nil {
			return s, context.Cause(ctx)
		}
	}
}

func (c *cursor) try(ctx context.Context) (ledger.Stored, error) {
	if c.msgs == nil {
		if err := c.open(ctx); err != nil {
			return ledger.Stored{}, err
		}
	}
	msg, err := c.msgs.Next(jetstream.NextContext(ctx))
	if err != nil {
		return ledger.Stored{}, err
	}
	meta, err := msg.Metadata()
	if err != nil {
		return ledger.Stored{}, err
	}
	if meta.Sequence.Consumer != c.got+1 {
		return ledger.Stored{}, errLostOnTheWay
	}
	seq := meta.Sequence.Stream
	if c.filter == ledger.AllSubjects && seq != c.from {
		return ledger.Stored{}, fmt.Errorf("entry %d follows on %d: %w", seq, c.from-1, ledger.ErrHole)
	}
	c.got++
	c.from = seq + 1
	return ledger.Stored{Seq: seq, Subject: msg.Subject(), Data: msg.Data(), At: meta.Timestamp}, nil
}

// open makes a consumer that starts at the wanted entry. It lives in memory
// and needs no acknowledgement, because the cursor knows where it is.
func (c *cursor) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	s, err := c.log.stream(ctx)
	if err != nil {
		return err
	}
	info, err := s.Info(ctx)
	if err != nil {
		return err
	}
	if err := intact(info.State, c.from); err != nil {
		return err
	}
	filter := c.filter
	if filter == ledger.AllSubjects {
		filter = "" // the same, without a look at each subject
	}
	consumer, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       c.from,
		FilterSubject:     filter,
		AckPolicy:         jetstream.AckNonePolicy,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: idleConsumer,
	})
	if err != nil {
		return err
	}
	c.name, c.got = consumer.CachedInfo().Name, 0
	c.msgs, err = consumer.Messages(
		jetstream.PullMaxMessages(pullMessages),
		jetstream.PullHeartbeat(pullHeartbeat),
		jetstream.WithMessagesErrOnMissingHeartbeat(true))
	return err
}

// close gives the consumer up; the cursor may go on with a new one. It does
// not wait long for a server that may be the reason: the consumer goes by
// itself.
func (c *cursor) close() {
	if c.msgs != nil {
		c.msgs.Stop()
	}
	if c.name != "" && c.log.js.Conn().Status() == nats.CONNECTED {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.log.js.DeleteConsumer(ctx, Stream, c.name)
	}
	c.msgs, c.name = nil, ""
}
