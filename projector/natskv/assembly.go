package natskv

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/flagledger/flagledger/evaluator"
)

// assembly puts a ruleset together from entries as they come. Between two
// heads it is in no revision's state; ruleset tells.
type assembly struct {
	at       place
	flags    map[string]evaluator.Flag
	segments map[string]evaluator.Segment
	head     Head
	found    bool // a head has come
}

func newAssembly(at place) *assembly {
	return &assembly{at: at, flags: map[string]evaluator.Flag{}, segments: map[string]evaluator.Segment{}}
}

func (a *assembly) apply(entry jetstream.KeyValueEntry) error {
	kind, key, err := a.at.parse(entry.Key())
	if err != nil {
		return err
	}
	gone := entry.Operation() != jetstream.KeyValuePut
	switch {
	case kind == headToken:
		a.head, a.found = Head{}, !gone
		if !gone {
			err = json.Unmarshal(entry.Value(), &a.head)
		}
	case kind == kindFlag:
		err = put(a.flags, key, gone, entry.Value())
	default:
		err = put(a.segments, key, gone, entry.Value())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", entry.Key(), err)
	}
	return nil
}

func put[T any](into map[string]T, key string, gone bool, value []byte) error {
	if gone {
		delete(into, key)
		return nil
	}
	var v T
	if err := json.Unmarshal(value, &v); err != nil {
		return err
	}
	into[key] = v
	return nil
}

// ruleset returns what is there now, and whether that is exactly what the head
// says. The digest decides: entries that a watch missed because they were
// replaced while it began, or that another writer mixed in, cannot pass.
func (a *assembly) ruleset() (rs evaluator.Ruleset, whole bool, err error) {
	if !a.found {
		return evaluator.Ruleset{}, false, nil
	}
	rs = evaluator.Ruleset{
		SpecVersion: a.head.SpecVersion, Project: a.at.project, Environment: a.at.environment,
		Revision: a.head.Revision, Flags: maps.Clone(a.flags),
	}
	if len(a.segments) > 0 {
		rs.Segments = maps.Clone(a.segments)
	}
	digest, err := Digest(rs)
	if err != nil {
		return evaluator.Ruleset{}, false, err
	}
	return rs, digest == a.head.Digest, nil
}
