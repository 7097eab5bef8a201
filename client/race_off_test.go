//go:build !race

package client

// raceEnabled tells tests that count allocations.
const raceEnabled = false
