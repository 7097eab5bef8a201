// Package archtest holds the architecture of this module to its word: who may
// import whom, what packages are called, how long files get.
//
// It takes a file tree and a table of rules and gives the list of violations.
// The table for this module is in rules.go; TestModule applies it.
//
// Invariants:
//
//  1. A package imports of this module only what its rule allows; a package
//     without a rule is a violation (TestModule, TestImports).
//  2. Only cmd/flagledger and the end-to-end tests know adapters of several
//     packages; an adapter never knows another one (TestAdaptersAreStrangers).
//  3. Every package has a package comment, no package is named after nothing,
//     and files stay within 400 lines, tests within 600 (TestShape).
//
// The walk reads source files with go/parser instead of asking the go command:
// build tags hide nothing, and the test cache notices when a file changes.
// Nothing here starts a goroutine or belongs in a binary.
package archtest
