package httpprobe

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/flagledger/flagledger/internal/webhook"
	"github.com/flagledger/flagledger/workflow"
)

// Sources are the configured ones. It is a workflow.Probe.
type Sources struct {
	byName map[string]source
	now    func() time.Time
}

// source is one of them.
type source interface {
	ask(ctx context.Context, q workflow.Question) (workflow.Answer, error)
}

// New makes the sources of what ParseConfig gave. It asks nobody.
func New(configs []Config, now func() time.Time) (*Sources, error) {
	s := &Sources{byName: map[string]source{}, now: now}
	for _, c := range configs {
		caller := newCaller(c)
		switch c.Kind {
		case Prometheus:
			s.byName[c.Name] = prometheus{caller}
		case Webhook:
			secret, err := webhook.ParseSecret(c.Secret)
			if err != nil {
				return nil, fmt.Errorf("source %s: secret: %w", c.Name, err)
			}
			s.byName[c.Name] = hook{caller, secret, now}
		default:
			return nil, fmt.Errorf("source %s: unknown kind %q", c.Name, c.Kind)
		}
	}
	return s, nil
}

// Names are the sources', sorted.
func (s *Sources) Names() []string { return slices.Sorted(maps.Keys(s.byName)) }

// Ask implements workflow.Probe.
func (s *Sources) Ask(ctx context.Context, q workflow.Question) (workflow.Answer, error) {
	to := s.byName[q.Source]
	if to == nil {
		return workflow.Answer{}, fmt.Errorf("source %q: %w", q.Source, workflow.ErrUnknownSource)
	}
	began := s.now()
	a, err := to.ask(ctx, q)
	a.Took = s.now().Sub(began)
	return a, err
}
