// Package pgstore keeps read models in Postgres 15 or later: as tables and views
// for queries in SQL, and as a second copy of every event.
//
//	Delta -> one transaction [ checkpoint compared and set, events copied, rows replaced ]
//
// Everything stands in the schema "flagledger"; docs/postgres.md describes what is
// meant for readers.
//
// Invariants:
//
//  1. An event is applied once, whatever is killed and when (TestKills).
//  2. Two projectors cannot both apply: the checkpoint is compared and set in the
//     same transaction (storetest, Fenced).
//  3. A rebuild stands beside what is read and replaces it in one transaction, so
//     no reader ever fails or sees a part (TestRebuild).
//
// Rebuild and Store run no goroutine beyond those of pgx's pool.
package pgstore
