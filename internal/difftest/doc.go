// Package difftest compares evaluators: it draws random rulesets and contexts,
// and writes them with the answers of the Go evaluator, for an evaluator in
// another language to give the same.
//
// Chance alone would find little: a random version is never equal to another
// one. So each ruleset has a small pool of values of each kind, from which its
// clauses and its contexts both draw, sound ones and some that are not quite
// (an IPv4 address with a leading zero, the 30th of February, 2^53 as a unit).
// Beside flags of everything at once there is a probe for each operator: a flag
// of one clause, by whose reason the reader can count how often it held.
//
// It writes lines of JSON, each with one object. A line with a Ruleset begins a
// new one; the lines with a Context and the Answers of all flags for it follow.
//
// What is left out, and why: strings that are not UTF-8 (JSON has none),
// contexts that are an error in Go, and patterns that depend on the Unicode
// tables of a runtime (\p{...}, letters beyond ASCII under (?i)), which the
// TypeScript evaluator refuses.
//
//  1. Equal seeds give equal bytes (TestWriteIsSeeded).
//  2. Every reason, and both outcomes of every operator, are frequent
//     (TestPairsAreNotTrivial).
package difftest
