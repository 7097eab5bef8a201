package client

import (
	"hash/maphash"
	"maps"
	"slices"

	"github.com/flagledger/flagledger/evaluator"
)

// Source is where a ruleset came from.
type Source string

// The sources of a ruleset.
const (
	SourceNone      Source = ""          // there is no ruleset yet
	SourceBootstrap Source = "bootstrap" // Config.Bootstrap
	SourceCache     Source = "cache"     // Config.CacheFile
	SourceServer    Source = "server"
)

// maxUnits is how many units the server accepts for one event.
const maxUnits = 10

// state is everything an evaluation reads. It is replaced as a whole and never
// changed, so readers need no lock.
type state struct {
	program *evaluator.Program // nil until there is a ruleset
	source  Source
	stale   bool
	// splits holds the flags that have a split, and so can be exposed.
	splits map[string]*splitFlag
	// units names the attributes that a split buckets by, the targeting key
	// first.
	units []string
}

// splitFlag is what an exposure of a flag is made of.
type splitFlag struct {
	key     string
	version uint64
	hash    uint64 // of key and version, under the seed of the memory
	by      string // the attribute its first split buckets by, the default's if it has one
	// others holds the rules that bucket by another attribute.
	others map[string]string
}

// unitBy names the attribute bucketed by the rule, or by the default if rule
// is empty: then that has a split, and by is its attribute.
func (f *splitFlag) unitBy(rule string) string {
	if rule != "" && f.others != nil {
		if by, ok := f.others[rule]; ok {
			return by
		}
	}
	return f.by
}

// newState compiles a ruleset. The error is that of evaluator.Compile.
func newState(rs evaluator.Ruleset, source Source, seed maphash.Seed) (*state, error) {
	program, err := evaluator.Compile(rs)
	if err != nil {
		return nil, err
	}
	s := &state{program: program, source: source, stale: source != SourceServer, splits: make(map[string]*splitFlag)}
	names := make(map[string]bool)
	for key, flag := range rs.Flags {
		if f := newSplitFlag(key, flag, names); f != nil {
			f.hash = flagHash(seed, key, flag.Version)
			s.splits[key] = f
		}
	}
	delete(names, evaluator.TargetingKey)
	s.units = append([]string{evaluator.TargetingKey}, slices.Sorted(maps.Keys(names))...)
	return s, nil
}

// newSplitFlag returns nil for a flag without a split, and adds to names what
// its splits bucket by.
func newSplitFlag(key string, flag evaluator.Flag, names map[string]bool) *splitFlag {
	var f *splitFlag
	add := func(rule string, split *evaluator.Split) {
		if split == nil {
			return
		}
		by := split.By
		if by == "" {
			by = evaluator.TargetingKey
		}
		names[by] = true
		switch {
		case f == nil:
			f = &splitFlag{key: key, version: flag.Version, by: by}
		case f.by != by && f.others == nil:
			f.others = map[string]string{rule: by}
		case f.by != by:
			f.others[rule] = by
		}
	}
	add("", flag.Default.Split)
	for _, rule := range flag.Rules {
		add(rule.ID, rule.Serve.Split)
	}
	return f
}

// withStale returns s with the mark set or cleared.
func (s *state) withStale(stale bool) *state {
	if s.stale == stale {
		return s
	}
	marked := *s
	marked.stale = stale
	return &marked
}

// evaluate answers PROVIDER_NOT_READY while there is no ruleset.
func (s *state) evaluate(flag string, ctx Context) evaluator.Result {
	if s.program == nil {
		return evaluator.Result{Reason: ReasonError, Error: ErrorProviderNotReady, Bucket: evaluator.NoBucket}
	}
	return s.program.Evaluate(flag, ctx)
}

// revision is 0 while there is no ruleset.
func (s *state) revision() uint64 {
	if s.program == nil {
		return 0
	}
	return s.program.Revision()
}
