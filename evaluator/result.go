package evaluator

// Reason says why a Result has its value. The names are those of OpenFeature
// where OpenFeature has one.
type Reason string

// The reasons an evaluation can give.
const (
	// ReasonDisabled: the flag is off; its off variant is served.
	ReasonDisabled Reason = "DISABLED"
	// ReasonPrerequisiteFailed: another flag does not serve what this one
	// needs; the off variant is served.
	ReasonPrerequisiteFailed Reason = "PREREQUISITE_FAILED"
	// ReasonTargetingMatch: a target or a rule chose the variant.
	ReasonTargetingMatch Reason = "TARGETING_MATCH"
	// ReasonSplit: the bucket of the unit chose the variant, in a rule (Rule
	// is set) or in the default (Rule is empty).
	ReasonSplit Reason = "SPLIT"
	// ReasonStatic: the flag is on and serves the same variant to everybody.
	ReasonStatic Reason = "STATIC"
	// ReasonDefault: nothing matched and the default is a plain variant.
	ReasonDefault Reason = "DEFAULT"
	// ReasonError: nothing is served; the caller uses its own default and
	// finds the cause in Result.Error.
	ReasonError Reason = "ERROR"
)

// ErrorCode tells what went wrong; the names and meanings are those of
// OpenFeature.
type ErrorCode string

// The error codes. Evaluate itself gives the first three; the others are for
// the callers that read contexts, ask for a type or wait for a ruleset.
const (
	ErrorFlagNotFound        ErrorCode = "FLAG_NOT_FOUND"
	ErrorParse               ErrorCode = "PARSE_ERROR"
	ErrorTargetingKeyMissing ErrorCode = "TARGETING_KEY_MISSING"
	ErrorInvalidContext      ErrorCode = "INVALID_CONTEXT"
	ErrorTypeMismatch        ErrorCode = "TYPE_MISMATCH"
	ErrorProviderNotReady    ErrorCode = "PROVIDER_NOT_READY"
	ErrorGeneral             ErrorCode = "GENERAL"
)

// NoBucket is Result.Bucket when no split took part in the decision.
const NoBucket int32 = -1

// Result is the answer for one flag and one context. It is a plain value: it
// may be kept and used from any goroutine, also after its Program has been
// replaced.
type Result struct {
	// Value is what the flag serves; the zero Value when Reason is
	// ReasonError.
	Value Value `json:"value"`
	// Variant is the name of the variant served; empty on error.
	Variant string `json:"variant,omitempty"`
	Reason  Reason `json:"reason"`
	// Rule is the id of the rule that decided; empty when a target, the
	// default or no rule did. It stays set when the split of a rule could not
	// be drawn.
	Rule string `json:"rule,omitempty"`
	// Bucket is the bucket that decided, 0..99999: that of the include share
	// when the unit is outside it, of the split otherwise. NoBucket when no
	// split decided.
	Bucket int32 `json:"bucket"`
	// Outside is set when the unit is not in the share that the split
	// includes: it takes no part in the rollout or experiment, so nobody
	// should report an exposure of it.
	Outside bool `json:"outside,omitempty"`
	// Error is empty unless Reason is ReasonError.
	Error ErrorCode `json:"error,omitempty"`
	// Revision is that of the ruleset; Version that of the flag (0 when the
	// flag is unknown).
	Revision uint64 `json:"revision,string"`
	Version  uint64 `json:"version,string"`
}

// reasonCode and errorCode are the one-byte forms used while evaluating, so
// that a decision travels in registers.
type (
	reasonCode uint8
	errorCode  uint8
)

const (
	byError reasonCode = iota
	byDisabled
	byPrerequisite
	byTargeting
	bySplit
	byStatic
	byDefault
)

const (
	noError errorCode = iota
	notFound
	brokenFlag
	noUnit
)

var reasonNames = [...]Reason{ //nolint:gochecknoglobals // a table, never written
	byError: ReasonError, byDisabled: ReasonDisabled, byPrerequisite: ReasonPrerequisiteFailed,
	byTargeting: ReasonTargetingMatch, bySplit: ReasonSplit, byStatic: ReasonStatic, byDefault: ReasonDefault,
}

var errorNames = [...]ErrorCode{ //nolint:gochecknoglobals // a table, never written
	noError: "", notFound: ErrorFlagNotFound, brokenFlag: ErrorParse, noUnit: ErrorTargetingKeyMissing,
}
