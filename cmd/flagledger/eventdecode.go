package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/flagledger/flagledger/ledger"
)

// eventSubject is what an event is about.
type eventSubject struct {
	Project string      `json:"project"`
	Kind    ledger.Kind `json:"kind"`
	Key     string      `json:"key"`
}

// UnmarshalJSON reads an event and keeps its text, so that --json can give it
// back whole.
func (e *eventView) UnmarshalJSON(data []byte) error {
	type plain eventView
	if err := json.Unmarshal(data, (*plain)(e)); err != nil {
		return fmt.Errorf("read an event: %w", err)
	}
	e.raw = slices.Clone(data)
	return nil
}

// MarshalJSON writes the event as it came.
func (e eventView) MarshalJSON() ([]byte, error) { return e.raw, nil }

// recorded turns an event of the API into the ledger's form, with the ledger's
// own decoder. An event that this program cannot read becomes ledger.Unknown.
func (e eventView) recorded() (ledger.Recorded, error) {
	stored, err := encode(map[string]any{
		"type": e.Type, "v": e.Version, "id": e.ID, "at": e.At, "actor": e.Actor,
		"reason": e.Reason, "command": e.Command, "cause": e.Cause, "data": e.Data,
	})
	if err != nil {
		return ledger.Recorded{}, fmt.Errorf("read event %d: %w", e.Seq, err)
	}
	subject := ledger.Subject(e.Subject)
	return ledger.Decode(ledger.Stored{Seq: e.Seq, Subject: subject.String(), Data: stored, At: e.At}), nil
}
