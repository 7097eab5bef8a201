package natsingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
)

// MaxMessage bounds a message, in bytes. It is below the server's default
// limit of 1 MiB, and part of what a batch's parts are named by: see Publish.
const MaxMessage = 512 << 10

// ErrTooLarge is returned for a batch with an item that fits into no message.
// No valid item is that large.
var ErrTooLarge = errors.New("an item is larger than a message")

// Publisher puts batches on the stream. Its methods may be called
// concurrently. It owns neither the connection nor a goroutine.
type Publisher struct {
	js jetstream.JetStream

	accepted, duplicates, deadLetters atomic.Uint64
}

// NewPublisher returns a Publisher on streams that Setup has made.
func NewPublisher(js jetstream.JetStream) *Publisher { return &Publisher{js: js} }

// PublisherStats counts since the start.
type PublisherStats struct {
	Accepted    uint64 // messages on the stream; a large batch makes several
	Duplicates  uint64 // of which were there already
	DeadLetters uint64
}

// Stats may be called at any time.
func (p *Publisher) Stats() PublisherStats {
	return PublisherStats{
		Accepted: p.accepted.Load(), Duplicates: p.duplicates.Load(), DeadLetters: p.deadLetters.Load(),
	}
}

// Publish returns nil when the whole batch is on the stream. After an error it
// may or may not be, and publishing the same batch again is safe: its name is
// the message's.
//
// A batch that is larger than a message travels in parts, halves of halves,
// named after it with "/0" and "/1" appended, which no SDK can choose; a retry
// makes the same parts.
//
// The batch must be valid; see analytics.Batch.Split.
func (p *Publisher) Publish(ctx context.Context, b analytics.Batch) error {
	data, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("publish batch %s: %w", b.ID, err)
	}
	if len(data) <= MaxMessage {
		return p.publish(ctx, b, data)
	}
	if b.Len() < 2 {
		return fmt.Errorf("publish batch %s of %d bytes: %w", b.ID, len(data), ErrTooLarge)
	}
	first, second := halves(b)
	if err := p.Publish(ctx, first); err != nil {
		return err
	}
	return p.Publish(ctx, second)
}

func halves(b analytics.Batch) (first, second analytics.Batch) {
	first, second = b, b
	first.ID, second.ID = b.ID+"/0", b.ID+"/1"
	x, e := (len(b.Exposures)+1)/2, len(b.Events)/2
	first.Exposures, second.Exposures = b.Exposures[:x], b.Exposures[x:]
	first.Events, second.Events = b.Events[:e], b.Events[e:]
	return first, second
}

func (p *Publisher) publish(ctx context.Context, b analytics.Batch, data []byte) error {
	msg := nats.NewMsg(subject("events", b.Project, b.Environment))
	msg.Data = data
	ack, err := p.js.PublishMsg(ctx, msg, jetstream.WithExpectStream(Stream),
		jetstream.WithMsgID(b.Project+" "+b.Environment+" "+b.ID))
	if err != nil {
		return fmt.Errorf("publish batch %s: %w", b.ID, err)
	}
	p.accepted.Add(1)
	if ack.Duplicate {
		p.duplicates.Add(1)
	}
	return nil
}

// DeadLetter is something that was sent and cannot be used.
type DeadLetter struct {
	Project     string              `json:"project,omitempty"`
	Environment string              `json:"environment,omitempty"`
	Batch       string              `json:"batch,omitempty"` // its ID, where known
	Reason      string              `json:"reason"`          // one sentence
	Item        *analytics.Rejected `json:"item,omitempty"`
	// Seq is the position on the stream of events, 0 for what was refused
	// before it got there; Data, the bytes that could not be read, the first
	// MaxMessage/2 of them.
	Seq  uint64    `json:"seq,omitempty,string"`
	Data []byte    `json:"data,omitempty"`
	At   time.Time `json:"at"`
}

// MaxRejected is how many items of one batch become letters of their own; one
// more letter counts the others, so that a broken SDK cannot flood the stream.
const MaxRejected = 100

// Reject sends the rejected items of a batch to the dead letters.
func (p *Publisher) Reject(ctx context.Context, b analytics.Batch, rejected []analytics.Rejected, at time.Time) error {
	if more := len(rejected) - MaxRejected; more > 0 {
		l := DeadLetter{
			Project: b.Project, Environment: b.Environment, Batch: b.ID, At: at,
			Reason: fmt.Sprintf("%d more items of the batch are not valid", more),
		}
		if err := p.DeadLetter(ctx, l, b.ID+" more"); err != nil {
			return err
		}
		rejected = rejected[:MaxRejected]
	}
	for _, r := range rejected {
		reason := r.Path + " is not valid"
		if len(r.Problems) > 0 {
			reason = r.Problems[0].Path + " " + r.Problems[0].Message
		}
		l := DeadLetter{Project: b.Project, Environment: b.Environment, Batch: b.ID, Reason: reason, Item: &r, At: at}
		if err := p.DeadLetter(ctx, l, b.ID+" "+r.Path); err != nil {
			return err
		}
	}
	return nil
}

// DeadLetter stores the letter. name tells it from others of its project and
// environment: of letters of one name within ten minutes only the first is
// kept; "" keeps all.
func (p *Publisher) DeadLetter(ctx context.Context, l DeadLetter, name string) error {
	l.Data = l.Data[:min(len(l.Data), MaxMessage/2)]
	data, err := json.Marshal(l)
	if err == nil && len(data) > MaxMessage {
		l.Item = nil
		data, err = json.Marshal(l)
	}
	if err != nil {
		return fmt.Errorf("dead letter of %s: %w", l.Batch, err)
	}
	msg := nats.NewMsg(subject("deadletter.events", l.Project, l.Environment))
	msg.Data = data
	opts := []jetstream.PublishOpt{jetstream.WithExpectStream(DeadLetterStream)}
	if name != "" {
		opts = append(opts, jetstream.WithMsgID(l.Project+" "+l.Environment+" "+name))
	}
	if _, err := p.js.PublishMsg(ctx, msg, opts...); err != nil {
		return fmt.Errorf("dead letter of %s: %w", l.Batch, err)
	}
	p.deadLetters.Add(1)
	return nil
}
