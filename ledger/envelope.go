package ledger

import "time"

// Recorded is an event with everything that is known of how it came about.
type Recorded struct {
	// Seq is the event's position in the ledger, from 1.
	Seq     uint64
	Subject Subject
	// ID is unique to the event (UUIDv7).
	ID string
	// At is when the command was decided, in UTC.
	At     time.Time
	Actor  Actor
	Reason string
	// Command is the ID of the command that led to the event; several
	// events of one command share it.
	Command string
	// Cause names what made the actor act: the ID of an event or of a
	// command, or empty.
	Cause string
	// Part counts this event among the Parts of its command, from 1. Events
	// of one command lie next to each other; a reader that applies them
	// together never shows half a command.
	Part, Parts int
	// Prev is the Hash of the event before this one on its subject, zero for
	// the first. It is part of the stored bytes, so nothing before an event
	// can be changed without it showing.
	Prev Hash
	// Hash is that of the event itself. It is no part of it.
	Hash  Hash
	Event Event
}

// Actor is who did it.
type Actor struct {
	Kind ActorKind `json:"kind"`
	// ID is the access key's ID for a token; for the workflow, that of the
	// rollout or the scheduled change.
	ID string `json:"id"`
	// Name is what people call the actor.
	Name string `json:"name,omitempty"`
}

// ActorKind tells people from automation.
type ActorKind string

// The kinds of actor.
const (
	ActorToken    ActorKind = "token"    // somebody who holds an admin token
	ActorWorkflow ActorKind = "workflow" // the rollout engine
	ActorSystem   ActorKind = "system"   // the installation itself, at first start
)

// Meta is what a caller adds to a command.
type Meta struct {
	// CommandID makes the command idempotent: doing it again gives the
	// first answer. Doing it on another subject, or in another environment,
	// is ErrReused. Empty lets the ledger choose one.
	CommandID string
	Actor     Actor
	Reason    string
	Cause     string
	// IfSeq is the newest sequence of the command's subject that the caller
	// has seen. If the subject has moved on, the command fails with
	// ErrChanged. 0 means that any state will do.
	IfSeq uint64
}
