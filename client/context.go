package client

import (
	"time"

	"github.com/flagledger/flagledger/evaluator"
)

// The vocabulary of package evaluator that callers need, so that they import
// one package.
type (
	// Context is who or what a flag is evaluated for; see evaluator.Context.
	Context = evaluator.Context
	// Attribute is one named property of a Context.
	Attribute = evaluator.Attribute
	// Value is what a flag serves; see evaluator.Value.
	Value = evaluator.Value
	// Ruleset is everything the client knows of one environment.
	Ruleset = evaluator.Ruleset
	// Reason says why a flag has its value.
	Reason = evaluator.Reason
	// ErrorCode says why the caller's default was returned.
	ErrorCode = evaluator.ErrorCode
)

// The reasons of Details; see evaluator.Reason.
const (
	ReasonDisabled           = evaluator.ReasonDisabled
	ReasonPrerequisiteFailed = evaluator.ReasonPrerequisiteFailed
	ReasonTargetingMatch     = evaluator.ReasonTargetingMatch
	ReasonSplit              = evaluator.ReasonSplit
	ReasonStatic             = evaluator.ReasonStatic
	ReasonDefault            = evaluator.ReasonDefault
	ReasonError              = evaluator.ReasonError
)

// The error codes of Details; see evaluator.ErrorCode.
const (
	ErrorFlagNotFound        = evaluator.ErrorFlagNotFound
	ErrorParse               = evaluator.ErrorParse
	ErrorTargetingKeyMissing = evaluator.ErrorTargetingKeyMissing
	ErrorTypeMismatch        = evaluator.ErrorTypeMismatch
	ErrorProviderNotReady    = evaluator.ErrorProviderNotReady
)

// NewContext makes a Context; an empty targetingKey means there is none. See
// evaluator.NewContext.
func NewContext(targetingKey string, attrs ...Attribute) Context {
	return evaluator.NewContext(targetingKey, attrs...)
}

// ContextFromMap makes a Context of decoded JSON; see
// evaluator.ContextFromMap for what it accepts. The error is an
// *evaluator.ContextError that names the path.
func ContextFromMap(values map[string]any) (Context, error) {
	return evaluator.ContextFromMap(values)
}

// String makes a string attribute.
func String(name, value string) Attribute { return evaluator.String(name, value) }

// Number makes a number attribute; NaN and the infinities make none.
func Number(name string, value float64) Attribute { return evaluator.Number(name, value) }

// Int makes a number attribute, exact up to 2^53-1 either way.
func Int(name string, value int64) Attribute { return evaluator.Int(name, value) }

// Bool makes a boolean attribute.
func Bool(name string, value bool) Attribute { return evaluator.Bool(name, value) }

// Time makes an attribute for date clauses, of millisecond precision.
func Time(name string, value time.Time) Attribute { return evaluator.Time(name, value) }

// Strings makes a list attribute, which a clause matches by any element.
func Strings(name string, values []string) Attribute { return evaluator.Strings(name, values) }
