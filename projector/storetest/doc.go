// Package storetest is the contract of projector.Store as tests. Each
// implementation calls Run.
package storetest
