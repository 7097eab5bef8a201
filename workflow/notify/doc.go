// Package notify tells people what happened in the ledger: in a chat that takes
// Slack's incoming webhooks, by a signed webhook, or by e-mail.
//
//	ledger.Log -> Notifier.Run -> Build -> Message -> carrier -> receiver
//	                  |                                  |
//	               Memory  <-------  delivered  <-----  courier -> Letters
//
// A Notifier serves one channel of the configuration. It follows the ledger from
// the position that it remembers; a new channel starts at the ledger's end.
//
// Invariants:
//
//  1. What a channel asks for is delivered at least once, wherever the process
//     dies, and each time under the same id, by which a receiver leaves the
//     second one out (TestDeliveredAgain, TestRestart).
//  2. Messages of one channel keep the ledger's order (TestOrder).
//  3. A receiver that is away, throttles or refuses the key holds up nothing
//     but its own channel, and loses nothing until the channel's patience is at
//     an end (TestWaits, TestOthersGoOn).
//  4. What a receiver refuses for good, and what it did not take in time, goes
//     to the dead letters with the reason, and the next message is sent
//     (TestRefused, TestPatience).
//  5. An event that this version cannot read is left out, and logged
//     (TestUnknownEvent).
//
// The events that one command made of one subject and environment become one
// message, so that a kill and the pause of the rollout under it are not two
// (TestOneCommandOneMessage).
//
// Build is pure: it makes the words from the event alone. Run blocks and owns no
// goroutine. Stats, Position, Name and Ready may be called at any time.
package notify
