// Package httpprobe asks Prometheus servers and webhooks what the checks of
// plans want to know.
//
//	workflow.Question -> Sources.Ask -> POST, over HTTP -> workflow.Answer
//
// Invariants:
//
//  1. What is not an answer to the question is an error, with a reason that
//     people can act on: a refused connection, a timeout, another status than
//     2xx, an answer that is too large, no JSON or of another shape, a warning,
//     several series (TestPrometheusFails, TestWebhookFails).
//  2. A request goes to the configured host and no other, and its secrets with
//     it (TestRedirects). An error does not name the address, which may be
//     secret in itself.
//  3. A webhook can tell who asks, and a question that is asked again
//     (TestWebhookIsSigned).
//  4. No question is asked twice, and none longer than its source's timeout
//     (TestTimeout).
//
// Ask may be called concurrently. Nothing here outlives a call of it.
package httpprobe
