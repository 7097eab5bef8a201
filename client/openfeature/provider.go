package openfeature

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	of "github.com/open-feature/go-sdk/openfeature"

	"github.com/flagledger/flagledger/client"
)

// closeTimeout bounds Shutdown, which has no context: how long what was
// reported is delivered.
const closeTimeout = 10 * time.Second

// Provider is an OpenFeature provider with a client of its own, which it opens
// when OpenFeature initializes it and closes when OpenFeature lets go of it. It
// may be set again.
type Provider struct {
	cfg    client.Config
	events *events

	mu     sync.Mutex
	client *client.Client // nil unless initialized
	stop   func()
}

var (
	_ of.FeatureProvider          = (*Provider)(nil)
	_ of.ContextAwareStateHandler = (*Provider)(nil)
	_ of.EventHandler             = (*Provider)(nil)
	_ of.Tracker                  = (*Provider)(nil)
)

// New makes a provider, which does nothing before OpenFeature initializes it.
// What is wrong with cfg is an error of the initialization. OnChange and
// OnStatus of cfg are called as well.
func New(cfg client.Config) *Provider {
	p := &Provider{events: newEvents()}
	onChange, onStatus := cfg.OnChange, cfg.OnStatus
	cfg.OnChange = func(c client.Change) {
		p.events.changed(c.Flags)
		if onChange != nil {
			onChange(c)
		}
	}
	cfg.OnStatus = func(s client.Status) {
		p.events.status(s)
		if onStatus != nil {
			onStatus(s)
		}
	}
	p.cfg = cfg
	return p
}

// Metadata names the provider.
func (p *Provider) Metadata() of.Metadata { return of.Metadata{Name: "flagledger"} }

// Client is the provider's client, for what OpenFeature does not cover; nil
// unless the provider is initialized. It must not be closed.
func (p *Provider) Client() *client.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.client
}

// Init is InitWithContext with a context that does not end.
func (p *Provider) Init(evaluationContext of.EvaluationContext) error {
	return p.InitWithContext(context.Background(), evaluationContext)
}

// InitWithContext opens the client and waits for its first ruleset, as
// client.Open does. The error is an *of.ProviderInitError: PROVIDER_FATAL if the
// configuration cannot be used or the server refuses the key, PROVIDER_NOT_READY
// if there is no ruleset in time; after either but the first the client goes on
// trying. With a bootstrap or a cached ruleset there is no error: the provider
// is then stale until the server answers.
func (p *Provider) InitWithContext(ctx context.Context, _ of.EvaluationContext) error {
	c, err := p.open(ctx)
	if err != nil {
		return &of.ProviderInitError{ErrorCode: of.ProviderFatalCode, Message: err.Error()}
	}
	s := c.Status()
	if s.Source != client.SourceNone {
		return nil
	}
	if errors.Is(s.Err, client.ErrUnauthorized) {
		return &of.ProviderInitError{ErrorCode: of.ProviderFatalCode, Message: s.Err.Error()}
	}
	why := "the server has not answered"
	if s.Err != nil {
		why = s.Err.Error()
	}
	return &of.ProviderInitError{ErrorCode: of.ProviderNotReadyCode, Message: "there is no ruleset yet: " + why}
}

func (p *Provider) open(ctx context.Context) (*client.Client, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.client != nil {
		return p.client, nil
	}
	c, err := client.Open(ctx, p.cfg)
	if err != nil {
		return nil, err
	}
	p.client, p.stop = c, p.events.start(c.Status())
	return c, nil
}

// Shutdown is ShutdownWithContext for ten seconds at most.
func (p *Provider) Shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = p.ShutdownWithContext(ctx) // the interface has no place for the error
}

// ShutdownWithContext delivers what has been reported and closes the client.
// The error is that of client.Client.Close.
func (p *Provider) ShutdownWithContext(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.client == nil {
		return nil
	}
	err := p.client.Close(ctx)
	p.stop()
	p.client, p.stop = nil, nil
	if err != nil {
		return fmt.Errorf("shut down provider: %w", err)
	}
	return nil
}

// EventChannel carries the provider's events.
func (p *Provider) EventChannel() <-chan of.Event { return p.events.out }
