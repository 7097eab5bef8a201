// Package composecheck proves, without a container engine, that
// docker-compose.yml and the Dockerfile say what they should.
//
// It holds tests only: the file is loaded by the library that Docker Compose
// itself is built on, and the NATS configuration inside it is given to a real
// cluster on loopback (TestNATSConfigMakesACluster).
//
// What it cannot see: whether the images exist and whether the product starts
// in its container.
package composecheck
