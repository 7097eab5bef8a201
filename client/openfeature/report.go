package openfeature

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	of "github.com/open-feature/go-sdk/openfeature"

	"github.com/flagledger/flagledger/client"
)

// Hooks returns the hook that reports exposures.
func (p *Provider) Hooks() []of.Hook { return []of.Hook{exposing{provider: p}} }

// exposing reports an exposure when an evaluation is over: only then is it
// certain that the caller gets the flag's value.
type exposing struct {
	of.UnimplementedHook
	provider *Provider
}

func (h exposing) Finally(_ context.Context, hook of.HookContext, details of.InterfaceEvaluationDetails, _ of.HookHints) {
	c := h.provider.Client()
	if c == nil || details.ErrorCode != "" || details.Reason == "" {
		return // a hook that failed leaves no reason
	}
	if ctx, err := contextOf(hook.EvaluationContext()); err == nil {
		c.Expose(hook.FlagKey(), ctx)
	}
}

// contextOf makes a context of one that OpenFeature has not flattened.
func contextOf(ec of.EvaluationContext) (client.Context, error) {
	values := ec.Attributes()
	if key := ec.TargetingKey(); key != "" {
		values[of.TargetingKey] = key
	}
	return client.ContextFromMap(values)
}

// Track reports that something happened to the units of the context. The value
// of the details is the measurement; 0 is none, for details always have one. A
// boolean attribute "failed" is what an error rate counts; all others become
// texts that describe the event.
func (p *Provider) Track(_ context.Context, name string, ec of.EvaluationContext, details of.TrackingEventDetails) {
	c := p.Client()
	if c == nil {
		return
	}
	ctx, err := contextOf(ec)
	if err != nil {
		return
	}
	var e client.Event
	if v := details.Value(); v != 0 {
		e.Value = &v
	}
	for name, attribute := range details.Attributes() {
		if failed, ok := attribute.(bool); ok && name == "failed" {
			e.Failed = failed
			continue
		}
		if e.Attributes == nil {
			e.Attributes = make(map[string]string)
		}
		e.Attributes[name] = textOf(attribute)
	}
	c.Track(name, ctx, e)
}

func textOf(attribute any) string {
	switch v := attribute.(type) {
	case string:
		return v
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case fmt.Stringer:
		return v.String()
	}
	if raw, err := json.Marshal(attribute); err == nil {
		return string(raw)
	}
	return fmt.Sprint(attribute)
}
