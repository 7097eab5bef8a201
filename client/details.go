package client

// Details is an evaluation with its explanation.
type Details[T any] struct {
	// Value is what the flag serves, or the caller's default when Reason is
	// ReasonError.
	Value T
	// Variant is the name of the variant served; empty with the default.
	Variant string
	// Reason is the evaluator's, or ReasonError.
	Reason Reason
	// Rule is the id of the rule that decided, if one did.
	Rule string
	// ErrorCode is empty unless Reason is ReasonError: FLAG_NOT_FOUND,
	// PARSE_ERROR, TARGETING_KEY_MISSING, TYPE_MISMATCH, or
	// PROVIDER_NOT_READY when there is no ruleset yet.
	ErrorCode ErrorCode
	// Version of the flag and Revision of the ruleset that answered; 0 when
	// there was none.
	Version  uint64
	Revision uint64
	// Stale is set while the client cannot know whether its ruleset is the
	// newest: before the first contact and when the server is lost.
	Stale bool
}
