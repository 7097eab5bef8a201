package client

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"

	"github.com/flagledger/flagledger/evaluator"
)

// IsEnabled is Bool with the default false.
func (c *Client) IsEnabled(flag string, ctx Context) bool { return c.Bool(flag, ctx, false) }

// Bool returns the value of a boolean flag, or def if it has none: the flag is
// unknown, of another type or broken, the unit of its split is missing, or
// there is no ruleset yet. Like all evaluations it takes no lock, does no I/O
// and allocates nothing once the exposure is known.
func (c *Client) Bool(flag string, ctx Context, def bool) bool {
	s := c.state.Load()
	r := s.evaluate(flag, ctx)
	v, ok := r.Value.Bool()
	if !ok {
		return def
	}
	c.expose(s, flag, ctx, &r)
	return v
}

// String returns the value of a string flag, or def; see Bool.
func (c *Client) String(flag string, ctx Context, def string) string {
	s := c.state.Load()
	r := s.evaluate(flag, ctx)
	v, ok := r.Value.String()
	if !ok {
		return def
	}
	c.expose(s, flag, ctx, &r)
	return v
}

// Number returns the value of a number flag, always finite, or def; see Bool.
func (c *Client) Number(flag string, ctx Context, def float64) float64 {
	s := c.state.Load()
	r := s.evaluate(flag, ctx)
	v, ok := r.Value.Number()
	if !ok {
		return def
	}
	c.expose(s, flag, ctx, &r)
	return v
}

// Int returns the value of a number flag that is a whole number of at most
// 2^53-1 either way, or def; see Bool.
func (c *Client) Int(flag string, ctx Context, def int64) int64 {
	return c.IntDetails(flag, ctx, def).Value
}

// JSON stores the value of a JSON flag in the variable that into points to and
// reports whether it did. The variable's own value is the default: it stays
// untouched when the flag has no value or the value does not fit its type.
// It panics if into is not a pointer or nil: that is a mistake in the program.
func (c *Client) JSON(flag string, ctx Context, into any) bool {
	return c.JSONDetails(flag, ctx, into).ErrorCode == ""
}

// BoolDetails is Bool with its explanation.
func (c *Client) BoolDetails(flag string, ctx Context, def bool) Details[bool] {
	return explain(c, flag, ctx, def, evaluator.Value.Bool)
}

// StringDetails is String with its explanation.
func (c *Client) StringDetails(flag string, ctx Context, def string) Details[string] {
	return explain(c, flag, ctx, def, evaluator.Value.String)
}

// NumberDetails is Number with its explanation.
func (c *Client) NumberDetails(flag string, ctx Context, def float64) Details[float64] {
	return explain(c, flag, ctx, def, evaluator.Value.Number)
}

// IntDetails is Int with its explanation. A number that is not whole is a
// TYPE_MISMATCH.
func (c *Client) IntDetails(flag string, ctx Context, def int64) Details[int64] {
	return explain(c, flag, ctx, def, wholeNumber)
}

// JSONDetails is JSON with its explanation; Value is the JSON itself, and nil
// when into was left as it is.
func (c *Client) JSONDetails(flag string, ctx Context, into any) Details[json.RawMessage] {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		panic(fmt.Sprintf("client: JSON of flag %s into %T; give it a pointer to a variable", flag, into))
	}
	return explain(c, flag, ctx, json.RawMessage(nil), func(v evaluator.Value) (json.RawMessage, bool) {
		if v.Kind() != evaluator.TypeJSON {
			return nil, false
		}
		// Decoded beside the target, for an error leaves half a value.
		fresh := reflect.New(target.Type().Elem())
		if err := v.Decode(fresh.Interface()); err != nil {
			return nil, false
		}
		target.Elem().Set(fresh.Elem())
		return v.JSON(), true
	})
}

func wholeNumber(v evaluator.Value) (int64, bool) {
	const most = 1<<53 - 1
	n, ok := v.Number()
	if !ok || n != math.Trunc(n) || math.Abs(n) > most {
		return 0, false
	}
	return int64(n), true
}

// explain evaluates and reads the value as a T. A value that cannot be read as
// one is not served, and so is no exposure.
func explain[T any](c *Client, flag string, ctx Context, def T, read func(evaluator.Value) (T, bool)) Details[T] {
	s := c.state.Load()
	r := s.evaluate(flag, ctx)
	d := Details[T]{
		Value: def, Variant: r.Variant, Reason: r.Reason, Rule: r.Rule, ErrorCode: r.Error,
		Version: r.Version, Revision: r.Revision, Stale: s.stale,
	}
	if r.Error != "" {
		return d
	}
	v, ok := read(r.Value)
	if !ok {
		d.Variant, d.Reason, d.ErrorCode = "", ReasonError, ErrorTypeMismatch
		return d
	}
	d.Value = v
	c.expose(s, flag, ctx, &r)
	return d
}
