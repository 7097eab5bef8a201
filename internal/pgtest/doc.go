// Package pgtest gives tests a real PostgreSQL on loopback.
//
// It uses, in this order, the server that FLAGLEDGER_TEST_POSTGRES names by a
// URL whose role may create databases, the postgres 15 or newer on PATH, and the
// one that "make postgres" installs. Each server that it starts lives in a
// temporary folder and ends with the test; each test gets a database of its own.
//
// PostgreSQL refuses to run as root. For root, the server is put into a user
// namespace in which it is somebody else.
package pgtest
