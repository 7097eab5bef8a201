package openfeature

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	of "github.com/open-feature/go-sdk/openfeature"

	"github.com/flagledger/flagledger/client"
)

// settling is how long the first event waits. OpenFeature takes a provider for
// ready after its Init has returned, and would forget a state told before.
const settling = 50 * time.Millisecond

// events carries what happens to the client to OpenFeature. Whoever tells it
// never waits: what OpenFeature has not taken yet is put together, the newest
// state with all flags that have changed.
type events struct {
	out    chan of.Event
	signal chan struct{} // something is pending

	mu      sync.Mutex
	told    of.EventType // the state OpenFeature knows
	state   *of.Event    // pending
	flags   map[string]bool
	started bool
}

func newEvents() *events {
	return &events{out: make(chan of.Event), signal: make(chan struct{}, 1)}
}

// start begins to tell, from a client that OpenFeature takes for what its
// status says if that is fresh or without a ruleset. The function returned ends
// it.
func (e *events) start(s client.Status) (stop func()) {
	e.mu.Lock()
	e.started, e.flags, e.state = true, nil, nil
	e.told = of.ProviderReady
	if s.Source == client.SourceNone {
		e.told = of.ProviderError
	}
	e.mu.Unlock()
	e.status(s)
	done := make(chan struct{})
	var pump sync.WaitGroup
	pump.Go(func() { e.run(done) })
	return func() {
		e.mu.Lock()
		e.started = false
		e.mu.Unlock()
		close(done)
		pump.Wait()
	}
}

func (e *events) run(done <-chan struct{}) {
	first := time.NewTimer(settling)
	defer first.Stop()
	select {
	case <-first.C:
	case <-done:
		return
	}
	for {
		select {
		case <-e.signal:
		case <-done:
			return
		}
		for _, event := range e.take() {
			select {
			case e.out <- event:
			case <-done:
				return
			}
		}
	}
}

// take gives what is pending: first the state, then the change.
func (e *events) take() []of.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []of.Event
	if e.state != nil {
		all = append(all, *e.state)
		e.state = nil
	}
	if len(e.flags) > 0 {
		change := of.ProviderEventDetails{Message: "flags have changed", FlagChanges: slices.Sorted(maps.Keys(e.flags))}
		all = append(all, newEvent(of.ProviderConfigChange, change))
		e.flags = nil
	}
	return all
}

// changed tells that flags may answer differently from now on.
func (e *events) changed(flags []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.started {
		return // those of the first ruleset
	}
	if e.flags == nil {
		e.flags = make(map[string]bool)
	}
	for _, f := range flags {
		e.flags[f] = true
	}
	e.wake()
}

// status tells of the connection, if that makes another state.
func (e *events) status(s client.Status) {
	e.mu.Lock()
	defer e.mu.Unlock()
	kind, details := stateOf(s)
	if !e.started || kind == e.told {
		return
	}
	e.told = kind
	event := newEvent(kind, details)
	e.state = &event
	e.wake()
}

func (e *events) wake() {
	select {
	case e.signal <- struct{}{}:
	default:
	}
}

// stateOf is the state a status stands for. A server that is lost is no error
// to whoever has a ruleset: that is stale, and goes on.
func stateOf(s client.Status) (of.EventType, of.ProviderEventDetails) {
	switch {
	case errors.Is(s.Err, client.ErrUnauthorized), s.Source == client.SourceNone:
		details := of.ProviderEventDetails{Message: "there is no ruleset yet", ErrorCode: of.GeneralCode}
		if s.Err != nil {
			details.Message = s.Err.Error()
		}
		return of.ProviderError, details
	case s.Stale:
		return of.ProviderStale, of.ProviderEventDetails{Message: "the server is lost; the last ruleset goes on"}
	default:
		return of.ProviderReady, of.ProviderEventDetails{Message: "the ruleset is current"}
	}
}

func newEvent(kind of.EventType, details of.ProviderEventDetails) of.Event {
	return of.Event{ProviderName: "flagledger", EventType: kind, ProviderEventDetails: details}
}
