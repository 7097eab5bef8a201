package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// envelope is the wire form of an event. Subject and sequence are the log's.
type envelope struct {
	Type    string          `json:"type"`
	V       int             `json:"v"`
	ID      string          `json:"id"`
	At      time.Time       `json:"at"`
	Actor   Actor           `json:"actor"`
	Reason  string          `json:"reason,omitempty"`
	Command string          `json:"command"`
	Cause   string          `json:"cause,omitempty"`
	Part    int             `json:"part,omitempty"` // absent for the only event of a command
	Parts   int             `json:"parts,omitempty"`
	Prev    *Hash           `json:"prev,omitempty"` // absent for the first event of a subject
	Data    json.RawMessage `json:"data"`
}

// ErrUnknownEvent is inside Unknown.Err when this version does not know the
// type, or not that version of it.
var ErrUnknownEvent = errors.New("unknown event")

// decoder reads the data of one type@version into the current Go type. A
// later version of a type gets a decoder of its own here, which lifts the old
// bytes; the old line stays for ever.
type decoder func(data json.RawMessage) (Event, error)

// codec knows every type@version.
type codec struct {
	names    map[reflect.Type]wireName
	decoders map[string]decoder
}

// wireName is an event type's name and current version on the wire.
type wireName struct {
	name string
	v    int
}

// table is the one place that knows what is on the wire.
var table = newCodec() //nolint:gochecknoglobals // a table

func newCodec() codec {
	t := codec{names: map[reflect.Type]wireName{}, decoders: map[string]decoder{}}
	current[ProjectCreated](t, "project.created", 1)
	current[EnvironmentCreated](t, "environment.created", 1)
	current[EnvironmentChanged](t, "environment.changed", 1)
	current[FlagCreated](t, "flag.created", 1)
	current[FlagDetailsChanged](t, "flag.details_changed", 1)
	current[FlagVariantsReplaced](t, "flag.variants_replaced", 1)
	current[FlagConfigReplaced](t, "flag.config_replaced", 1)
	current[FlagTurnedOn](t, "flag.turned_on", 1)
	current[FlagTurnedOff](t, "flag.turned_off", 1)
	current[FlagArchived](t, "flag.archived", 1)
	current[FlagRestored](t, "flag.restored", 1)
	current[FlagTurnedStale](t, "flag.turned_stale", 1)
	current[FlagStalenessEnded](t, "flag.staleness_ended", 1)
	current[FlagChangeScheduled](t, "flag.change_scheduled", 1)
	current[FlagScheduledChangeCancelled](t, "flag.scheduled_change_cancelled", 1)
	current[FlagScheduledChangeExecuted](t, "flag.scheduled_change_executed", 1)
	current[FlagScheduledChangeRefused](t, "flag.scheduled_change_refused", 1)
	current[RolloutStarted](t, "rollout.started", 1)
	current[RolloutAdvanced](t, "rollout.advanced", 1)
	current[RolloutCompleted](t, "rollout.completed", 1)
	current[RolloutRolledBack](t, "rollout.rolled_back", 1)
	current[RolloutSteppedBack](t, "rollout.stepped_back", 1)
	current[RolloutApproved](t, "rollout.approved", 1)
	current[RolloutHeld](t, "rollout.held", 1)
	current[RolloutPaused](t, "rollout.paused", 1)
	current[RolloutResumed](t, "rollout.resumed", 1)
	current[RolloutAborted](t, "rollout.aborted", 1)
	current[ExperimentStarted](t, "experiment.started", 1)
	current[ExperimentRecorded](t, "experiment.recorded", 1)
	current[ExperimentEnded](t, "experiment.ended", 1)
	current[ExperimentDecided](t, "experiment.decided", 1)
	current[SegmentSaved](t, "segment.saved", 1)
	current[SegmentArchived](t, "segment.archived", 1)
	current[MetricSaved](t, "metric.saved", 1)
	current[MetricArchived](t, "metric.archived", 1)
	current[PlanSaved](t, "plan.saved", 1)
	current[PlanArchived](t, "plan.archived", 1)
	current[AccessKeyCreated](t, "key.created", 1)
	current[AccessKeyRevoked](t, "key.revoked", 1)
	return t
}

func typeAt(name string, v int) string { return fmt.Sprintf("%s@%d", name, v) }

// current registers the version of E that is written today.
func current[E Event](t codec, name string, v int) {
	t.names[reflect.TypeFor[E]()] = wireName{name, v}
	t.decoders[typeAt(name, v)] = func(data json.RawMessage) (Event, error) {
		var e E
		err := json.Unmarshal(data, &e)
		return e, err
	}
}

// TypeOf returns the event's name on the wire, such as "flag.created".
func TypeOf(e Event) string {
	if u, ok := e.(Unknown); ok {
		return u.Type
	}
	return table.names[reflect.TypeOf(e)].name
}

// Types lists every type@version that can be decoded.
func Types() []string {
	out := make([]string, 0, len(table.decoders))
	for k := range table.decoders {
		out = append(out, k)
	}
	return out
}

// Encode gives the bytes that are stored. Seq, Subject and Hash are not part of
// them.
func Encode(rec Recorded) ([]byte, error) {
	n, ok := table.names[reflect.TypeOf(rec.Event)]
	if !ok {
		return nil, fmt.Errorf("encode event %T: %w", rec.Event, ErrUnknownEvent)
	}
	data, err := json.Marshal(rec.Event)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", n.name, err)
	}
	env := envelope{
		Type: n.name, V: n.v, ID: rec.ID, At: rec.At.UTC(), Actor: rec.Actor, Reason: rec.Reason,
		Command: rec.Command, Cause: rec.Cause, Data: data,
	}
	if rec.Parts > 1 {
		env.Part, env.Parts = rec.Part, rec.Parts
	}
	if rec.Prev != (Hash{}) {
		env.Prev = &rec.Prev
	}
	return json.Marshal(env)
}

// Decode reads stored bytes. It does not fail: an event that cannot be read
// becomes Unknown, so that its subject freezes and all others go on.
func Decode(s Stored) Recorded {
	rec := Recorded{Seq: s.Seq, At: s.At, Part: 1, Parts: 1, Hash: s.Hash()}
	var env envelope
	subject, err := ParseSubject(s.Subject)
	if err == nil {
		rec.Subject = subject
		err = json.Unmarshal(s.Data, &env)
	}
	if err != nil {
		rec.Event = Unknown{Err: fmt.Errorf("decode event %d: %w", s.Seq, err)}
		return rec
	}
	rec.ID, rec.At, rec.Actor, rec.Reason = env.ID, env.At, env.Actor, env.Reason
	rec.Command, rec.Cause = env.Command, env.Cause
	if env.Parts > 1 {
		rec.Part, rec.Parts = env.Part, env.Parts
	}
	if env.Prev != nil {
		rec.Prev = *env.Prev
	}
	rec.Event = decodeData(env)
	return rec
}

func decodeData(env envelope) Event {
	decode, ok := table.decoders[typeAt(env.Type, env.V)]
	if !ok {
		return Unknown{env.Type, env.V, fmt.Errorf("%w %s", ErrUnknownEvent, typeAt(env.Type, env.V))}
	}
	e, err := decode(env.Data)
	if err != nil {
		return Unknown{env.Type, env.V, fmt.Errorf("decode %s: %w", typeAt(env.Type, env.V), err)}
	}
	return e
}
