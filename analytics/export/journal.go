package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/analytics"
)

// Stream holds what exports remember: of each subject the newest message.
const Stream = "EXPORTS"

// Journal is the Memory of one export on JetStream.
//
//	exports.NAME.position         how far it has read, as JSON
//	exports.NAME.assigned.SLOT    the variant that was delivered for a slot
type Journal struct {
	js   jetstream.JetStream
	name string
}

var _ Memory = (*Journal)(nil)

// NewJournal is that of the export of that name. Setup must have made the
// stream.
func NewJournal(js jetstream.JetStream, name string) *Journal { return &Journal{js: js, name: name} }

// Setup creates the stream, or brings it up to date. What a power cut takes from
// it is delivered again.
func Setup(ctx context.Context, js jetstream.JetStream) error {
	_, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: Stream, Subjects: []string{"exports.>"}, Storage: jetstream.FileStorage, MaxMsgsPerSubject: 1,
		Description: "What was delivered to other analytics tools",
		Discard:     jetstream.DiscardOld, PersistMode: jetstream.AsyncPersistMode,
	})
	if err != nil {
		return fmt.Errorf("set up stream %s: %w", Stream, err)
	}
	return nil
}

func (j *Journal) subject(parts ...string) string {
	return strings.Join(append([]string{"exports", j.name}, parts...), ".")
}

// Load implements Memory.
func (j *Journal) Load(ctx context.Context) (p analytics.Position, variants map[string]string, err error) {
	variants = map[string]string{}
	consumer, err := j.js.CreateConsumer(ctx, Stream, jetstream.ConsumerConfig{
		FilterSubject: j.subject(">"), DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy,
		AckPolicy: jetstream.AckNonePolicy, InactiveThreshold: time.Minute, MemoryStorage: true,
	})
	if err != nil {
		return p, nil, fmt.Errorf("read stream %s: %w", Stream, err)
	}
	info := consumer.CachedInfo()
	defer func() { _ = j.js.DeleteConsumer(ctx, Stream, info.Name) }() // else it ends by itself
	slots := j.subject("assigned") + "."
	for left := info.NumPending; left > 0; {
		batch, err := consumer.Fetch(int(min(left, 5000)), jetstream.FetchMaxWait(10*time.Second))
		if err != nil {
			return p, nil, fmt.Errorf("read stream %s: %w", Stream, err)
		}
		got := uint64(0)
		for msg := range batch.Messages() {
			got++
			if slot, ok := strings.CutPrefix(msg.Subject(), slots); ok {
				variants[slot] = string(msg.Data())
			} else if err := json.Unmarshal(msg.Data(), &p); err != nil {
				return p, nil, fmt.Errorf("%s: %w", msg.Subject(), err)
			}
		}
		if err := batch.Error(); err != nil || got == 0 {
			return p, nil, fmt.Errorf("read stream %s, %d messages are missing: %w", Stream, left, errors.Join(err, ctx.Err()))
		}
		left -= min(left, got)
	}
	return p, variants, nil
}

// inFlight bounds what is published before it is acknowledged.
const inFlight = 1000

// Save implements Memory.
func (j *Journal) Save(ctx context.Context, variants map[string]string, p analytics.Position) error {
	waiting := make([]jetstream.PubAckFuture, 0, min(len(variants), inFlight))
	for slot, variant := range variants {
		ack, err := j.js.PublishAsync(j.subject("assigned", slot), []byte(variant), jetstream.WithExpectStream(Stream))
		if err != nil {
			return fmt.Errorf("write stream %s: %w", Stream, err)
		}
		if waiting = append(waiting, ack); len(waiting) == inFlight {
			if err := settle(ctx, waiting); err != nil {
				return err
			}
			waiting = waiting[:0]
		}
	}
	if err := settle(ctx, waiting); err != nil {
		return err
	}
	position, err := json.Marshal(p)
	if err == nil {
		_, err = j.js.Publish(ctx, j.subject("position"), position, jetstream.WithExpectStream(Stream))
	}
	if err != nil {
		return fmt.Errorf("write stream %s: %w", Stream, err)
	}
	return nil
}

func settle(ctx context.Context, waiting []jetstream.PubAckFuture) error {
	for _, ack := range waiting {
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			return fmt.Errorf("write stream %s: %w", Stream, err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
