package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Letter is a message that was not delivered and will not be tried again.
type Letter struct {
	Channel string `json:"channel"`
	ID      string `json:"id"` // of the message
	Seq     uint64 `json:"seq,string"`
	Kind    string `json:"kind"`
	// Reason is the receiver's last answer.
	Reason string    `json:"reason"`
	Tries  int       `json:"tries"`
	At     time.Time `json:"at"` // when it was given up
	// Message is a Message in JSON.
	Message json.RawMessage `json:"message,omitempty"`
}

// Letters takes what cannot be delivered.
type Letters interface {
	// Undelivered keeps the letter. It may be given again, after a crash.
	Undelivered(ctx context.Context, l Letter) error
}

// Stats counts since the start.
type Stats struct {
	Delivered uint64 // messages that the receiver has taken
	Failed    uint64 // messages, or recipients of one, that became dead letters
	Retries   uint64 // tries after the first of a message
}

// courier takes messages to one receiver, one after the other.
type courier struct {
	config  Config
	to      carrier
	letters Letters
	log     *slog.Logger
	now     func() time.Time
	pause   pauses
	started time.Time // of the process: what happened while it was away is not late yet

	delivered, failed, retries atomic.Uint64
}

// pauses are how long a courier waits between tries, about; the receiver may
// ask for longer.
type pauses struct{ first, longest time.Duration }

// deliver returns when the message has been taken, or has become a dead letter,
// or ctx is done.
func (c *courier) deliver(ctx context.Context, m Message) error {
	d, err := c.to.compose(m)
	if err != nil {
		return c.bury(ctx, m, err.Error(), 0)
	}
	deadline := c.deadline(m)
	pause := c.pause.first
	for tries := 1; ; tries++ {
		o := d.try(ctx)
		if o.refused != "" {
			if err := c.bury(ctx, m, o.refused, tries); err != nil {
				return err
			}
		}
		switch o.verdict {
		case taken:
			c.delivered.Add(1)
			return nil
		case refused:
			return c.bury(ctx, m, o.says, tries)
		case later:
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		left := deadline.Sub(c.now())
		if left <= 0 {
			return c.bury(ctx, m, fmt.Sprintf("given up after %s: %s", time.Duration(c.config.GiveUpAfter), o.says), tries)
		}
		// The last try is at the deadline itself.
		if err := c.wait(ctx, m, min(left, max(o.wait, pause/2+rand.N(pause/2+1))), o.says); err != nil {
			return err
		}
		pause = min(2*pause, c.pause.longest)
		c.retries.Add(1)
	}
}

func (c *courier) deadline(m Message) time.Time {
	from := m.At
	if from.Before(c.started) {
		from = c.started
	}
	return from.Add(time.Duration(c.config.GiveUpAfter))
}

// bury makes a dead letter of a message.
func (c *courier) bury(ctx context.Context, m Message, reason string, tries int) error {
	body, err := json.Marshal(m)
	if err != nil {
		body = nil // the letter says which event it was
	}
	l := Letter{
		Channel: c.config.Name, ID: m.ID, Seq: m.Seq, Kind: m.Kind, Reason: reason, Tries: tries, At: c.now().UTC(), Message: body,
	}
	if err := c.letters.Undelivered(ctx, l); err != nil {
		return fmt.Errorf("dead letter of event %d: %w", m.Seq, err)
	}
	c.failed.Add(1)
	c.log.ErrorContext(ctx, "notification not delivered", slog.String("channel", c.config.Name),
		slog.Uint64("seq", m.Seq), slog.String("kind", m.Kind), slog.Int("tries", tries), slog.String("reason", reason))
	return nil
}

func (c *courier) wait(ctx context.Context, m Message, pause time.Duration, reason string) error {
	c.log.WarnContext(ctx, "notification waits", slog.String("channel", c.config.Name),
		slog.Uint64("seq", m.Seq), slog.String("reason", reason), slog.Duration("pause", pause))
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (c *courier) stats() Stats {
	return Stats{Delivered: c.delivered.Load(), Failed: c.failed.Load(), Retries: c.retries.Load()}
}
