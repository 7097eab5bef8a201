package openfeature

import (
	"context"
	"fmt"
	"math"
	"strconv"

	of "github.com/open-feature/go-sdk/openfeature"

	"github.com/flagledger/flagledger/client"
	"github.com/flagledger/flagledger/evaluator"
)

// BooleanEvaluation evaluates a boolean flag.
func (p *Provider) BooleanEvaluation(_ context.Context, flag string, def bool, flat of.FlattenedContext) of.BoolResolutionDetail {
	return resolve(p, flag, def, flat, evaluator.Value.Bool)
}

// StringEvaluation evaluates a string flag.
func (p *Provider) StringEvaluation(_ context.Context, flag string, def string, flat of.FlattenedContext) of.StringResolutionDetail {
	return resolve(p, flag, def, flat, evaluator.Value.String)
}

// FloatEvaluation evaluates a number flag.
func (p *Provider) FloatEvaluation(_ context.Context, flag string, def float64, flat of.FlattenedContext) of.FloatResolutionDetail {
	return resolve(p, flag, def, flat, evaluator.Value.Number)
}

// IntEvaluation evaluates a number flag. A number that is not whole, or not
// exact as a float64, is a TYPE_MISMATCH.
func (p *Provider) IntEvaluation(_ context.Context, flag string, def int64, flat of.FlattenedContext) of.IntResolutionDetail {
	return resolve(p, flag, def, flat, func(v evaluator.Value) (int64, bool) {
		const most = 1<<53 - 1
		n, ok := v.Number()
		return int64(n), ok && n == math.Trunc(n) && math.Abs(n) <= most
	})
}

// ObjectEvaluation evaluates a JSON flag. The value is what encoding/json makes
// of it, and the caller's own.
func (p *Provider) ObjectEvaluation(_ context.Context, flag string, def any, flat of.FlattenedContext) of.InterfaceResolutionDetail {
	return resolve(p, flag, def, flat, func(v evaluator.Value) (any, bool) {
		var out any
		ok := v.Kind() == evaluator.TypeJSON && v.Decode(&out) == nil
		return out, ok
	})
}

// resolve evaluates without an exposure, which the hook reports.
func resolve[T any](
	p *Provider, flag string, def T, flat of.FlattenedContext, read func(evaluator.Value) (T, bool),
) of.GenericResolutionDetail[T] {
	out := of.GenericResolutionDetail[T]{Value: def}
	c := p.Client()
	if c == nil {
		return failed(out, of.NewProviderNotReadyResolutionError("the provider is not initialized"))
	}
	ctx, err := client.ContextFromMap(flat)
	if err != nil {
		return failed(out, of.NewInvalidContextResolutionError(err.Error()))
	}
	d := c.Peek(flag, ctx)
	out.FlagMetadata = metadataOf(d)
	if d.ErrorCode != "" {
		return failed(out, resolutionError(flag, d.ErrorCode))
	}
	value, ok := read(d.Value)
	if !ok {
		return failed(out, of.NewTypeMismatchResolutionError(
			fmt.Sprintf("flag %s serves %s, of type %s; the caller asks for a %T", flag, d.Variant, d.Value.Kind(), def)))
	}
	out.Value, out.Variant, out.Reason = value, d.Variant, reasonOf(d.Reason)
	return out
}

func failed[T any](out of.GenericResolutionDetail[T], err of.ResolutionError) of.GenericResolutionDetail[T] {
	out.Reason, out.ResolutionError = of.ErrorReason, err
	return out
}

func resolutionError(flag string, code client.ErrorCode) of.ResolutionError {
	switch code {
	case client.ErrorFlagNotFound:
		return of.NewFlagNotFoundResolutionError("there is no flag " + flag)
	case client.ErrorParse:
		return of.NewParseErrorResolutionError("flag " + flag + " is not valid")
	case client.ErrorTargetingKeyMissing:
		return of.NewTargetingKeyMissingResolutionError("the context has no attribute that flag " + flag + " can bucket")
	case client.ErrorProviderNotReady:
		return of.NewProviderNotReadyResolutionError("there is no ruleset yet")
	default:
		return of.NewGeneralResolutionError("flag " + flag + " cannot be evaluated: " + string(code))
	}
}

// reasonOf gives OpenFeature's word. A flag whose prerequisite fails is off for
// this context; OpenFeature has no word of its own for that.
func reasonOf(r client.Reason) of.Reason {
	if r == client.ReasonPrerequisiteFailed {
		return of.DisabledReason
	}
	return of.Reason(r)
}

// metadataOf uses names that OpenFeature's telemetry looks for where it has
// some. Positions of the ledger are texts, as in every SDK: a number of
// JavaScript cannot hold them.
func metadataOf(d client.Details[client.Value]) of.FlagMetadata {
	m := of.FlagMetadata{"revision": strconv.FormatUint(d.Revision, 10)}
	if d.Version != 0 {
		m["version"] = strconv.FormatUint(d.Version, 10)
	}
	if d.Rule != "" {
		m["rule"] = d.Rule
	}
	if d.Reason == client.ReasonPrerequisiteFailed {
		m["prerequisiteFailed"] = true
	}
	if d.Stale {
		m["stale"] = true
	}
	return m
}
