// Package openfeature has the methods of OpenFeature's client that tests call.
package openfeature

import "context"

type EvaluationContext struct{}

type Client struct{}

func (*Client) Boolean(ctx context.Context, flag string, def bool, e EvaluationContext) bool {
	return def
}
func (*Client) BooleanValue(ctx context.Context, flag string, def bool, e EvaluationContext) (bool, error) {
	return def, nil
}
