// Package export sends assignments and metric events to the analytics tools that
// a team already has.
//
//	stream of batches -> Exporter.Write -> Item -> Sink.encode -> parcels
//	                          |                                      |
//	                       Memory  <-  delivered  <-  courier  <-  Sink.send
//
// An Exporter is an analytics.Writer: a natsingest.Writer of its own moves the
// batches to it, so each goes on from its own position, however slow or broken
// the others are.
//
// Invariants:
//
//  1. What was accepted is delivered at least once, wherever the process dies,
//     and each time under the same id, by which the tool leaves the second one
//     out (TestResumes).
//  2. An assignment is delivered once for each unit and change of its variant,
//     not for each exposure (TestAssignmentsOncePerChange).
//  3. An item that the tool refuses does not stop the others: it goes to the
//     dead letters, with the tool's reason (the tests of each tool).
//  4. A tool that is away, throttles or refuses the key stops nothing but its
//     own export, and loses nothing (TestWaits).
//
// What was imported from elsewhere is not sent back. Nothing here starts a
// goroutine; Write blocks while the tool cannot take what it brings.
package export
