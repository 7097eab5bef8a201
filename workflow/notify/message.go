package notify

import (
	"encoding/json"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Message is what a receiver is told. It is the body of a webhook, and what a
// template is given.
type Message struct {
	// ID is that of the event; told again, the message has it again.
	ID string `json:"id"`
	// Seq is the event's position in the ledger.
	Seq uint64 `json:"seq,string"`
	// Kind is the event's, such as rollout.rolled_back.
	Kind    string `json:"kind"`
	Project string `json:"project"`
	// Environment is empty for what is of none.
	Environment string `json:"environment,omitempty"`
	// SubjectKind and Subject are what the event is about: flag and its key.
	SubjectKind ledger.Kind `json:"subjectKind"`
	Subject     string      `json:"subject"`
	Severity    Severity    `json:"severity"`
	// Title is one line; Text, a sentence or two, may be empty.
	Title string `json:"title"`
	Text  string `json:"text,omitempty"`
	// Reason is what the actor gave.
	Reason string `json:"reason,omitempty"`
	// Actor is who did it, in words.
	Actor string    `json:"actor"`
	At    time.Time `json:"at"` // UTC
	// Cause is why automation acted: each failed gate in a sentence.
	Cause string `json:"cause,omitempty"`
	// CausedBy is the ID of the event or command that led to it, if there is one.
	CausedBy string `json:"causedBy,omitempty"`
	// Fields are the evidence, the blast radius first.
	Fields []Field `json:"fields,omitempty"`
	// Also is what else the same command did to the subject, in words.
	Also []string `json:"also,omitempty"`
	Link string   `json:"link,omitempty"`
	// Event is the event's data as the ledger has it, but for what admits others.
	// It is left out above MaxEvent bytes.
	Event json.RawMessage `json:"event,omitempty"`
}

// MaxEvent bounds the event's data in a message, in bytes: targets can be many,
// and the ledger has them.
const MaxEvent = 64 << 10

// Field is a name and what there is to say of it, both for people.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Severity says how fast somebody should look.
type Severity string

// The severities.
const (
	Info     Severity = "info"     // as planned
	Warning  Severity = "warning"  // somebody took something away, or should look today
	Critical Severity = "critical" // a gate failed
)

// rank orders severities.
func (s Severity) rank() int {
	switch s {
	case Critical:
		return 2
	case Warning:
		return 1
	case Info:
	}
	return 0
}
