// Package demo is the invoicing company of the story: its invoices, its two
// PDF engines, and the application that renders with one or the other behind a
// flag. "flagledger demo" runs it in a process of its own, as a customer of
// the SDK; nothing of the server is in here.
//
// It takes a seed or a file of invoices and gives, as lines of JSON, what
// happened to the customers: RunTraffic writes one Progress after another.
//
// The rates are those of the story, and none of them is a coin tossed at
// rendering:
//
//  1. Of 12,000 accounts 3% are prone to large invoices; 2.4% of the invoices
//     have more than 200 line items (TestGeneratorRates).
//  2. The new engine, as first released, keeps rows in a table of 200 and so
//     fails on every large invoice and on no other that the old engine prints;
//     repaired, it fails exactly where the old one does (TestEnginesFail).
//  3. About 0.3% of the invoices carry a reference that no font can show, and
//     every engine refuses those: the control's error rate
//     (TestGeneratorRates, TestEnginesFail).
//  4. Both engines write real PDF files (TestFilesAreValid), and the repaired
//     one is no slower than the old one at the 95th percentile
//     (BenchmarkEngines).
//  5. Equal seeds give equal invoices (TestGeneratorIsSeeded).
//  6. RunTraffic returns after its last goroutine, with everything reported
//     delivered or counted (TestTraffic, TestMain). The one exception reads
//     Config.Until, and ends when that does.
//
// RunTraffic starts the workers, the SDK's goroutines and those of its
// watchers, and is the one that waits for them.
package demo
