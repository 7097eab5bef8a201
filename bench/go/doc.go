// Package bench compares flagledger's evaluator and Go SDK with those of other
// vendors: the same flags and users in each engine's own words, in one run.
//
// TestAgree proves that all engines give the same answers before any number
// counts. A module of its own keeps their dependencies out of the product's.
package bench
