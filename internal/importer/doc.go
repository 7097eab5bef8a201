// Package importer reads exposures and events that were recorded elsewhere from
// a CSV, NDJSON or Parquet file.
//
//	file -> Source -> row -> Mapping -> items -> batch -> Send
//	                    \-> reject file, with the reason
//
// A file is either wide, a row for each unit with its variant and its outcomes
// in columns, or long, a row for each event.
//
// Invariants:
//
//  1. An import that is cut off anywhere, and started again, sends each item in
//     effect once: batches are cut and named by the file alone, and the server
//     knows the names (TestResume).
//  2. Every row is either sent whole or written to the reject file with a
//     reason, once (TestRejects).
//  3. The three formats of one table give the same items (TestFormats).
//
// Run keeps beside the file how far it has come, and removes that when it is
// done. Nothing here starts a goroutine.
package importer
