// Package storetest is the contract of an analytics store: Run exercises an
// implementation of analytics.Writer, Reader and Pruner.
//
// It holds small cases computed by hand, and a slow reference, written from
// the definitions beside analytics.GateQuery and ResultQuery and sharing no
// code with any store, that random histories are compared with. The histories
// come from fixed seeds. Nothing here starts a goroutine that outlives Run.
package storetest
