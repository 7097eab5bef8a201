// Package flagvet finds uses of feature flags that are stale, archived or unknown
// in code that uses the SDK of package client, or OpenFeature's, and removes the
// dead branch. It is a set of analyzers for go vet, golangci-lint's plugins and
// the command flagledger-vet.
//
//	flagledger.flags.json -> state ┐
//	package (types)       -> uses  ┴-> diagnostics, each with a fix if the flag is decided
//
// The state of flags is the file that "flagledger hygiene report --json" prints:
// the one of the flag -state, or the nearest flagledger.flags.json in the folder
// of the package or above it. So the analyzers work offline, and give the same
// answer for the same commit.
//
// A fix puts the value that everybody gets in the place of the call and follows
// it outwards: through !, &&, ||, == and !=, a variable that is never written
// again, and if statements, whose dead branch goes, with what is not reached any
// more. Code that the fix leaves compiles: imports that are not needed any more
// go, and so do variables that only the removed code used, or they are assigned to
// the blank identifier where their value is the result of a call. A call whose
// arguments call functions gets no fix, for these may do something.
package flagvet
