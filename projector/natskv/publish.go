package natskv

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/flagledger/flagledger/evaluator"
)

// parallel is how many entries are on their way at once.
const parallel = 16

// overhead is what a message needs beside its value, in bytes.
const overhead = 1 << 10

// Publish applies p to what is stored: the changed entries first, then the
// head. A patch that is stored already, or is older, changes nothing. digest
// is what Digest gives for the whole ruleset at p.Revision. It returns ErrGap,
// ErrMoved or ErrTooLarge; after any error but ErrGap entries may be newer than
// the head until Replace, and readers stay at the revision they have.
func (s *Store) Publish(ctx context.Context, p evaluator.Patch, digest string) error {
	at := place{p.Project, p.Environment}
	head, seq, err := s.head(ctx, at)
	if errors.Is(err, ErrNotFound) && p.From == 0 {
		whole, err := evaluator.Ruleset{SpecVersion: p.SpecVersion, Project: p.Project, Environment: p.Environment}.Apply(p)
		if err != nil {
			return fmt.Errorf("publish %s: %w", at, err)
		}
		return s.Replace(ctx, whole, digest)
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("publish %s from %d: nothing is stored: %w", at, p.From, ErrGap)
	case err != nil:
		return fmt.Errorf("publish: %w", err)
	case p.Revision <= head.Revision:
		return nil
	case p.From > head.Revision:
		return fmt.Errorf("publish %s from %d: %d is stored: %w", at, p.From, head.Revision, ErrGap)
	}
	changes, err := patchEntries(at, p)
	if err == nil {
		err = s.write(ctx, changes)
	}
	if err == nil {
		err = s.moveHead(ctx, at, Head{SpecVersion: p.SpecVersion, Revision: p.Revision, Digest: digest}, seq)
	}
	if err != nil {
		return fmt.Errorf("publish %s at %d: %w", at, p.Revision, err)
	}
	return nil
}

// Replace brings what is stored to exactly rs, deleting what is left over from
// other revisions, newer ones included. Entries that are right already are not
// written. digest must be what Digest gives for rs. It returns ErrMoved or
// ErrTooLarge.
func (s *Store) Replace(ctx context.Context, rs evaluator.Ruleset, digest string) error {
	at := place{rs.Project, rs.Environment}
	if err := s.replace(ctx, at, rs, digest); err != nil {
		return fmt.Errorf("replace %s with %d: %w", at, rs.Revision, err)
	}
	return nil
}

func (s *Store) replace(ctx context.Context, at place, rs evaluator.Ruleset, digest string) error {
	if err := at.check(); err != nil {
		return err
	}
	want, err := Digest(rs)
	if err != nil {
		return err
	}
	if want != digest {
		return fmt.Errorf("the digest is %s, but readers will find %s", digest, want)
	}
	entries, err := rulesetEntries(at, rs)
	if err != nil {
		return err
	}
	stored, err := s.snapshot(ctx, at)
	if err != nil {
		return err
	}
	var headSeq uint64
	for key, entry := range stored {
		value, wanted := entries[key]
		switch {
		case key == at.head():
			headSeq = entry.Revision()
		case entry.Operation() == jetstream.KeyValuePut && !wanted:
			entries[key] = nil
		case entry.Operation() == jetstream.KeyValuePut && bytes.Equal(value, entry.Value()):
			delete(entries, key)
		}
	}
	if err := s.write(ctx, entries); err != nil {
		return err
	}
	return s.moveHead(ctx, at, Head{SpecVersion: rs.SpecVersion, Revision: rs.Revision, Digest: digest}, headSeq)
}

// patchEntries and rulesetEntries give the values by key, nil for what goes.
func patchEntries(at place, p evaluator.Patch) (map[string][]byte, error) {
	out := make(map[string][]byte, len(p.Flags)+len(p.Segments))
	for k, f := range p.Flags {
		if err := encode(out, at.key(kindFlag, k), f); err != nil {
			return nil, err
		}
	}
	for k, seg := range p.Segments {
		if err := encode(out, at.key(kindSegment, k), seg); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func rulesetEntries(at place, rs evaluator.Ruleset) (map[string][]byte, error) {
	out := make(map[string][]byte, len(rs.Flags)+len(rs.Segments))
	for k, f := range rs.Flags {
		if err := encode(out, at.key(kindFlag, k), &f); err != nil {
			return nil, err
		}
	}
	for k, seg := range rs.Segments {
		if err := encode(out, at.key(kindSegment, k), &seg); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func encode[T any](out map[string][]byte, key string, v *T) error {
	if v == nil {
		out[key] = nil
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", key, err)
	}
	out[key] = b
	return nil
}

// write puts and deletes, all or as far as it gets. It looks at the sizes
// first, so that a flag that does not fit leaves everything as it was.
func (s *Store) write(ctx context.Context, entries map[string][]byte) error {
	limit := s.js.Conn().MaxPayload() - overhead
	for key, value := range entries {
		if int64(len(value)) > limit {
			return fmt.Errorf("%s has %d bytes, the server takes %d: %w", key, len(value), limit, ErrTooLarge)
		}
	}
	kv, err := s.kv(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for key, value := range entries {
		group.Go(func() error {
			if value == nil {
				return kv.Delete(ctx, key)
			}
			_, err := kv.Put(ctx, key, value)
			return err
		})
	}
	return group.Wait()
}

// moveHead writes the head if it is still the entry that seq names, 0 for none.
func (s *Store) moveHead(ctx context.Context, at place, head Head, seq uint64) error {
	kv, err := s.kv(ctx)
	if err != nil {
		return err
	}
	value, err := json.Marshal(head)
	if err != nil {
		return err
	}
	_, err = kv.Update(ctx, at.head(), value, seq)
	var api *jetstream.APIError
	if errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant) {
		return fmt.Errorf("%w: %w", ErrMoved, err)
	}
	return err
}
