package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/internal/webhook"
)

// hook posts the Message itself, signed.
type hook struct {
	poster
	words  words
	secret webhook.Secret
	now    func() time.Time
}

func newHook(c Config, w words, now func() time.Time) (*hook, error) {
	secret, err := webhook.ParseSecret(c.Secret)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return &hook{poster: newPoster(c.URL), words: w, secret: secret, now: now}, nil
}

func (h *hook) compose(m Message) (delivery, error) {
	body, err := json.Marshal(h.words.of(m).Message)
	if err != nil {
		return nil, fmt.Errorf("encode the message: %w", err)
	}
	return &signed{hook: h, id: webhook.ID(m.ID), body: body}, nil
}

// signed is one message: each try has the same id and body, and its own time.
type signed struct {
	*hook
	id   string
	body []byte
}

func (s *signed) try(ctx context.Context) outcome {
	return s.post(ctx, s.body, s.secret.Headers(s.id, s.now(), s.body))
}
