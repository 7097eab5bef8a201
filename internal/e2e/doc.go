// Package e2e tests the product as a user has it: the built binary, started as
// a process of its own, spoken to over HTTP, and killed.
//
// It holds no code of the product. Each test starts its own servers on
// loopback with a data folder of its own and ends only what it started.
package e2e
