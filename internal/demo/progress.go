package demo

import (
	"time"

	"github.com/flagledger/flagledger/client"
)

// Kind says what a line of output is about.
type Kind string

// The kinds of lines.
const (
	// KindStarted is the first line: the client has a ruleset and every
	// watcher is connected. Invoices follow.
	KindStarted Kind = "started"
	// KindProgress comes at every interval.
	KindProgress Kind = "progress"
	// KindRevision comes as soon as the traffic's own client runs a new
	// ruleset.
	KindRevision Kind = "revision"
	// KindArrivals comes when every watcher has seen a revision, or some
	// have not in time.
	KindArrivals Kind = "arrivals"
	// KindDone is the last line, after everything reported was delivered.
	KindDone Kind = "done"
)

// Progress is one line of RunTraffic's output. Counts are since the start.
type Progress struct {
	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`
	// Seconds since the start.
	Seconds float64 `json:"seconds"`
	// Revision is that of the ruleset in effect; of Arrivals, the one seen.
	Revision uint64 `json:"revision,string"`
	// Stale is set while the client has lost the server.
	Stale bool `json:"stale,omitempty"`

	Invoices  int     `json:"invoices"`
	PerSecond float64 `json:"perSecond"` // since the last line of progress
	// Paused invoices came while maintenance-mode was on.
	Paused int `json:"paused,omitempty"`
	// Customers is how many accounts there are; 0 but on the first line.
	Customers int `json:"customers,omitempty"`
	// Accounts seen, and those that met the treatment at least once.
	Accounts        int `json:"accounts"`
	AccountsTreated int `json:"accountsTreated"`
	// Share of the invoices since the last line of progress that the flag
	// sent to the new engine, 0 to 1.
	NewShare float64     `json:"newShare"`
	Old      EngineCount `json:"old"`
	New      EngineCount `json:"new"`
	// Actual is the harm done by the new engine's defect; AllAtOnce is what
	// it would have done to the same invoices, had everybody got it.
	Actual    Harm `json:"actual"`
	AllAtOnce Harm `json:"allAtOnce"`

	// Arrivals are when each watcher ran the revision, in nanoseconds since
	// 1970, ascending; Watchers is how many there are.
	Watchers int     `json:"watchers,omitempty"`
	Arrivals []int64 `json:"arrivals,omitempty"`
	// Client is what the SDK has delivered.
	Client client.Stats `json:"client"`
	// Error is why the client is not being updated, or why the last reports
	// were not delivered.
	Error string `json:"error,omitempty"`
}

// EngineCount counts the invoices given to an engine. Failures include those
// of references that cannot be printed.
type EngineCount struct {
	Invoices int `json:"invoices"`
	Failures int `json:"failures"`
}

// Harm counts failures that the old engine would not have had, and the
// accounts that had one.
type Harm struct {
	Failures int `json:"failures"`
	Accounts int `json:"accounts"`
}
