// Package migrations holds the schemas of the stores as embedded SQL files.
//
// It gives one file system per store, in goose's format and numbering; the
// adapters apply them. A file is final once it has been released: a change is
// a new file.
//
// It does nothing else: no I/O, no connection, no Go migrations.
package migrations
