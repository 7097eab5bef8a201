// Package evaluator gives a ruleset its meaning: same program, same context,
// same result, in every language.
//
// It takes a [Ruleset], which is plain data, and gives a [Program] that
// answers for a flag and a [Context] with one [Result]. The JSON files in
// testdata/vectors are the specification; this package and the TypeScript
// evaluator run the same files. What follows is their summary.
//
// # Evaluation
//
// In this order, and the first that applies decides:
//
//  1. The flag is off: the off variant, DISABLED.
//  2. A prerequisite is not met: the off variant, PREREQUISITE_FAILED. It is
//     met when the other flag is on and serves one of the variants listed, for
//     the same context. A flag that ends in an error serves none.
//  3. A target lists the unit: its variant, TARGETING_MATCH.
//  4. A rule whose clauses all match (an empty list does): its variant,
//     TARGETING_MATCH, or its split, SPLIT.
//  5. The default: its split, SPLIT, or its variant, DEFAULT; STATIC if there
//     are no prerequisites, targets and rules.
//
// A flag that is not valid, part of a prerequisite cycle, or that uses such a
// segment serves ERROR with PARSE_ERROR and harms no other flag. A flag that
// needs a broken one as prerequisite is itself whole: its prerequisite fails.
//
// # Attributes and clauses
//
// An attribute is a string, a number (an IEEE double), a boolean or a list of
// those. Nested objects are attributes with dotted names; null is a missing
// attribute, and so is an empty targeting key. Of a missing attribute no clause
// holds, negated or not, except exists. Otherwise a clause holds if the
// attribute, or any element of a list, stands in the relation to any value;
// negate turns that round. A value of another type, or one that cannot be read
// (a malformed version, address or time), does not stand in the relation, so
// negated it matches. inSegment needs no attribute; it holds if the context is
// in any of the segments.
//
// Strings compare by code point, without folding or normalisation. Domains
// (emailDomain) fold the letters A-Z only. Patterns are RE2, unanchored;
// rulesets meant for several languages keep to what RE2 and JavaScript share.
// Times are RFC 3339 in upper case without leap seconds, cut to whole
// milliseconds, or Unix milliseconds up to 8.64e15 either way. Versions follow
// Semantic Versioning 2.0.0 exactly: three numbers, no leading "v". Addresses
// have no zone and no leading zeros; IPv4 mapped into IPv6 is IPv4.
//
// # Units and buckets
//
// A unit is a non-empty string, or a number that is an integer of at most
// 2^53-1 either way, written in decimal. Targets and segment lists compare
// units, and a list attribute is listed if any element is. A split whose
// attribute holds no unit gives ERROR with TARGETING_KEY_MISSING. The bucket is
//
//	(uint64(murmur3_x86_32(utf8(salt + ":" + unit), seed 0)) * 100000) >> 32
//
// and the variants own consecutive ranges from 0 in the order of the weights.
// A unit whose include bucket is not below the include weight is served
// Otherwise, with that bucket, and the result says Outside.
//
// # Invariants
//
//  1. The vectors hold, and Explain gives the result of Evaluate (TestVectors,
//     TestExplainIsEvaluate).
//  2. Raising the weight of the first variant, or of a share, never moves a
//     unit out of it (TestRaisingNeverMovesOut); each variant gets its share
//     (TestShares); different salts are independent (TestSaltsAreIndependent).
//  3. Evaluate allocates nothing (TestEvaluateDoesNotAllocate,
//     TestVectorsDoNotAllocate) and a Program never changes (TestCompileCopies).
//  4. What Validate accepts, Compile serves, and the reverse
//     (TestValidateAndCompileAgree, FuzzCompile).
//  5. No document and no context makes it panic or run without end (FuzzCompile,
//     FuzzEvaluate, TestFanOutIsBounded).
//
// It runs no goroutines. It never reads a clock, does I/O, logs, or keeps
// state between evaluations.
package evaluator
