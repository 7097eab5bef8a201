// Package openfeature serves OpenFeature's Go SDK from a flagledger client:
// flags are evaluated in the process, and wait for nothing.
//
//	provider := openfeature.New(client.Config{URL: url, Key: key})
//	err := of.SetProviderWithContextAndWait(ctx, provider)
//	...
//	enabled := of.NewClient("billing").Boolean(ctx, "new-pdf-engine", false, evaluationContext)
//
// An evaluation context becomes a client.Context: numbers of any Go type, texts,
// booleans, times, lists of them and nested maps. Anything else is an
// INVALID_CONTEXT, and the caller gets the default.
//
// Invariants:
//
//  1. Values, variants, reasons and errors are those of the client; an int is
//     served for a number that is whole, an object for a JSON flag
//     (internal/e2e: TestOpenFeature).
//  2. An exposure is reported when an evaluation has come through with its
//     value, and none if a hook has failed and the caller got the default
//     (TestExposures).
//  3. OpenFeature hears of changes with the flags that they concern, of a lost
//     server (stale) and of its return (ready) (internal/e2e: TestOpenFeature),
//     and of one that refuses the key (error) (TestRevokedKey).
//  4. Initialization fails if there is no ruleset: fatally if the key is
//     refused. The client goes on trying, and the provider becomes ready when it
//     has one (internal/e2e: TestOpenFeatureWithoutServer,
//     TestOpenFeatureRefused).
//
// A Provider is safe for concurrent use. It owns goroutines from Init to
// Shutdown, which returns after the last has ended.
package openfeature
