package notify

import (
	"context"
	"fmt"
	"time"
)

// carrier brings messages to one receiver, in the receiver's words.
type carrier interface {
	// compose prepares a message. An error is the reason why it can never be
	// delivered.
	compose(m Message) (delivery, error)
	// close lets go of idle connections.
	close()
}

// delivery is one message on its way. What it has reached already, it does not
// try again.
type delivery interface {
	try(ctx context.Context) outcome
}

// outcome is what a receiver has answered.
type outcome struct {
	verdict verdict
	says    string // the receiver's words, or why there is no answer
	wait    time.Duration
	// refused names those of several recipients who will never get the message.
	refused string
}

// verdict is what follows from an answer.
type verdict int

const (
	taken   verdict = iota // delivered
	later                  // not now
	refused                // never
)

// newCarrier makes that of the channel.
func newCarrier(c Config, now func() time.Time) (carrier, error) {
	w, err := c.words()
	if err != nil {
		return nil, err
	}
	switch c.To {
	case "slack":
		return &slack{poster: newPoster(c.URL), words: w}, nil
	case "webhook":
		return newHook(c, w, now)
	case "email":
		return &email{smtp: *c.SMTP, channel: c.Name, words: w, now: now}, nil
	}
	return nil, fmt.Errorf("to: %q is not slack, webhook or email", c.To)
}

// Answer is what came back when a channel was tried.
type Answer struct {
	Delivered bool `json:"delivered"`
	// Says is the receiver's answer, or why there is none.
	Says string `json:"says"`
}

// Try sends a message once, without memory, retries and dead letters. An error
// is one of the configuration.
func Try(ctx context.Context, c Config, m Message, now func() time.Time) (Answer, error) {
	to, err := newCarrier(c, now)
	if err != nil {
		return Answer{}, fmt.Errorf("channel %s: %w", c.Name, err)
	}
	defer to.close()
	d, err := to.compose(m)
	if err != nil {
		return Answer{}, fmt.Errorf("channel %s: %w", c.Name, err)
	}
	o := d.try(ctx)
	if o.refused != "" {
		o.says += "; refused: " + o.refused
	}
	return Answer{Delivered: o.verdict == taken && o.refused == "", Says: o.says}, nil
}
