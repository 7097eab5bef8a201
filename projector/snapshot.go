package projector

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/flagledger/flagledger/evaluator"
)

// Snapshot is one environment's ruleset at one revision. It is immutable and
// safe for concurrent use; its parts must not be changed.
type Snapshot struct {
	Ruleset evaluator.Ruleset

	removedFlags    map[string]uint64
	removedSegments map[string]uint64
	encoded         func() ([]byte, error)
	program         func() (*evaluator.Program, error)
}

func newSnapshot(rs evaluator.Ruleset, removedFlags, removedSegments map[string]uint64) *Snapshot {
	return &Snapshot{
		Ruleset: rs, removedFlags: removedFlags, removedSegments: removedSegments,
		encoded: sync.OnceValues(func() ([]byte, error) { return json.Marshal(rs) }),
		program: sync.OnceValues(func() (*evaluator.Program, error) { return evaluator.Compile(rs) }),
	}
}

// JSON returns the ruleset's canonical bytes: keys in order, no white space.
// They are made at the first call and must not be changed.
func (s *Snapshot) JSON() ([]byte, error) { return s.encoded() }

// Digest returns the SHA-256 of JSON, in hex.
func (s *Snapshot) Digest() (string, error) {
	b, err := s.JSON()
	if err != nil {
		return "", fmt.Errorf("encode ruleset %s/%s: %w", s.Ruleset.Project, s.Ruleset.Environment, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Program returns the compiled ruleset, compiling it at the first call.
func (s *Snapshot) Program() (*evaluator.Program, error) { return s.program() }

// Since returns what changed after revision from. From 0 it holds everything,
// and nothing that was removed.
func (s *Snapshot) Since(from uint64) evaluator.Patch {
	p := evaluator.Patch{
		SpecVersion: s.Ruleset.SpecVersion, Project: s.Ruleset.Project, Environment: s.Ruleset.Environment,
		From: from, Revision: s.Ruleset.Revision,
		Flags: map[string]*evaluator.Flag{}, Segments: map[string]*evaluator.Segment{},
	}
	for key, f := range s.Ruleset.Flags {
		if f.Version > from {
			p.Flags[key] = &f
		}
	}
	for key, seg := range s.Ruleset.Segments {
		if seg.Version > from {
			p.Segments[key] = &seg
		}
	}
	if from == 0 {
		return p
	}
	for key, at := range s.removedFlags {
		if at > from {
			p.Flags[key] = nil
		}
	}
	for key, at := range s.removedSegments {
		if at > from {
			p.Segments[key] = nil
		}
	}
	return p
}
