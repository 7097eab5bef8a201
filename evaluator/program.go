package evaluator

import "maps"

// Program is a compiled Ruleset. It is immutable and safe for use by any
// number of goroutines; replace it as a whole (atomic.Pointer) when a new
// revision arrives.
type Program struct {
	project     string
	environment string
	revision    uint64
	flags       map[string]*flag // points into ordered
	ordered     []flag           // by key
	broken      map[string]error
}

// flag is a compiled Flag.
type flag struct {
	key           string
	version       uint64
	off           *variant
	prerequisites []prerequisite
	targets       []target
	rules         []rule
	fallback      serve
	on            bool
	broken        bool
	plain         reasonCode // of a plain default: byStatic or byDefault
}

type prerequisite struct {
	flag     *flag
	variants []*variant
}

type target struct {
	variant *variant
	units   unitList
}

type rule struct {
	id          string
	description string
	clauses     []clause
	serve       serve
}

// serve has a variant or a split.
type serve struct {
	variant *variant
	split   *split
}

// Revision is the ledger position of the last event in the ruleset.
func (p *Program) Revision() uint64 { return p.revision }

// Project is the key of the project that the ruleset belongs to.
func (p *Program) Project() string { return p.project }

// Environment is the key of the environment that the ruleset belongs to.
func (p *Program) Environment() string { return p.environment }

// Keys returns the keys of all flags, broken ones included, in byte order. The
// slice is the caller's.
func (p *Program) Keys() []string {
	keys := make([]string, len(p.ordered))
	for i := range p.ordered {
		keys[i] = p.ordered[i].key
	}
	return keys
}

// Broken returns the flags that serve nothing but ErrorParse, each with the
// *ValidationError that tells why. The map is the caller's.
func (p *Program) Broken() map[string]error { return maps.Clone(p.broken) }
