// Package memstore keeps read models in memory, for tests and as the plainest
// possible reading of what projector.Store demands. Nothing here starts a
// goroutine.
package memstore
