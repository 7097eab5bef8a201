package evaluator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrSpecVersion is returned for a ruleset or patch of another format.
var ErrSpecVersion = errors.New("unsupported ruleset specVersion")

// Compile turns a ruleset into a Program. A flag that is not valid (see
// Validate), that is part of a prerequisite cycle, or that uses a segment that
// is not valid serves ErrorParse and is listed by Program.Broken; all others
// serve as if it were valid. The error is ErrSpecVersion when the ruleset is
// of another format, because then no flag can be trusted to mean what it says.
//
// The Program keeps nothing of rs but strings, which cannot change: rs may be
// changed or dropped afterwards.
func Compile(rs Ruleset) (*Program, error) {
	if rs.SpecVersion != SpecVersion {
		return nil, fmt.Errorf("compile ruleset: %w %d: this build understands %d", ErrSpecVersion, rs.SpecVersion, SpecVersion)
	}
	c := newCompiler(rs)
	for i := range c.program.ordered {
		f := &c.program.ordered[i]
		if err := c.check(f.key, rs.Flags[f.key]); err != nil {
			f.broken = true
			c.program.broken[f.key] = err
		}
	}
	for i := range c.program.ordered {
		if f := &c.program.ordered[i]; !f.broken {
			c.flag(f, rs.Flags[f.key])
		}
	}
	return c.program, nil
}

// compiler holds what the flags of one ruleset share while they are compiled.
type compiler struct {
	rs       Ruleset
	v        *validator
	program  *Program
	segments map[string]*segmentState
	names    map[string]string    // interned strings
	tables   map[string][]variant // interned lists of variants
}

// newCompiler makes room for every flag first, so that prerequisites can point
// to flags not compiled yet.
func newCompiler(rs Ruleset) *compiler {
	p := &Program{
		project:     rs.Project,
		environment: rs.Environment,
		revision:    rs.Revision,
		flags:       make(map[string]*flag, len(rs.Flags)),
		ordered:     make([]flag, len(rs.Flags)),
		broken:      make(map[string]error),
	}
	for i, key := range slices.Sorted(maps.Keys(rs.Flags)) {
		p.ordered[i] = flag{key: key, version: rs.Flags[key].Version}
		p.flags[key] = &p.ordered[i]
	}
	return &compiler{
		rs: rs, v: newValidator(rs), program: p,
		segments: make(map[string]*segmentState),
		names:    make(map[string]string),
		tables:   make(map[string][]variant),
	}
}

// check tells why a flag cannot be compiled, or returns nil.
func (c *compiler) check(key string, from Flag) error {
	c.v.flag(key, from, nil)
	if err := c.v.err(); err != nil {
		return err
	}
	return c.usable(from)
}

// flag compiles from, which has been checked, into f.
func (c *compiler) flag(f *flag, from Flag) {
	variants := c.variants(from)
	f.on, f.off, f.plain = from.On, named(variants, from.OffVariant), byDefault
	if len(from.Prerequisites)+len(from.Targets)+len(from.Rules) == 0 {
		f.plain = byStatic
	}
	f.prerequisites = c.prerequisites(from.Prerequisites)
	f.targets = sized[target](len(from.Targets))
	for i, t := range from.Targets {
		f.targets[i] = target{named(variants, t.Variant), c.units(t.By, t.Values)}
	}
	f.rules = sized[rule](len(from.Rules))
	for i, r := range from.Rules {
		f.rules[i] = rule{
			id: c.intern(r.ID), description: c.intern(r.Description),
			clauses: c.clauses(r.Clauses), serve: c.serve(r.Serve, from.Salt, variants),
		}
	}
	f.fallback = c.serve(from.Default, from.Salt, variants)
}

// variants compiles the variants of a flag. Most flags have the same few
// (on and off), so equal lists share one table.
func (c *compiler) variants(from Flag) []variant {
	var identity strings.Builder
	identity.WriteString(string(from.Type))
	table := make([]variant, len(from.Variants))
	for i, v := range from.Variants {
		table[i], _ = parseVariant(from.Type, v) // checked by the validator
		fmt.Fprintf(&identity, " %s=%s", v.Name, table[i].raw)
	}
	if shared, ok := c.tables[identity.String()]; ok {
		return shared
	}
	for i := range table {
		table[i].name = c.intern(table[i].name)
		table[i].kind = kindOf(from.Type)
	}
	c.tables[identity.String()] = table
	return table
}

// kindOf gives the constant for a type, so that the memory of the source is
// not kept.
func kindOf(t ValueType) ValueType {
	for _, known := range []ValueType{TypeBoolean, TypeString, TypeNumber} {
		if t == known {
			return known
		}
	}
	return TypeJSON
}

func named(variants []variant, name string) *variant {
	i := slices.IndexFunc(variants, func(v variant) bool { return v.name == name })
	return &variants[i] // the validator has found it
}

// prerequisites points to the variants wanted, in the table that the other
// flag will share. A broken flag serves none of them.
func (c *compiler) prerequisites(list []Prerequisite) []prerequisite {
	out := sized[prerequisite](len(list))
	for i, p := range list {
		out[i].flag = c.program.flags[p.Flag]
		if out[i].flag.broken {
			continue
		}
		table := c.variants(c.rs.Flags[p.Flag])
		out[i].variants = sized[*variant](len(p.Variants))
		for j, name := range p.Variants {
			out[i].variants[j] = named(table, name)
		}
	}
	return out
}

func (c *compiler) serve(s Serve, salt string, variants []variant) serve {
	if s.Split == nil {
		return serve{variant: named(variants, s.Variant)}
	}
	if s.Split.Salt != "" {
		salt = s.Split.Salt
	}
	out := &split{
		by:     c.intern(slotName(s.Split.By)),
		prefix: c.intern(salt + ":"),
		ranges: make([]bucketRange, len(s.Split.Weights)),
	}
	out.salted = hashState{}.with(out.prefix)
	end := 0
	for i, w := range s.Split.Weights {
		end += w.Weight
		out.ranges[i] = bucketRange{int32(end), named(variants, w.Variant)}
	}
	if in := s.Split.Include; in != nil {
		prefix := c.intern(in.Salt + ":")
		out.include = &include{prefix, hashState{}.with(prefix), int32(in.Weight), named(variants, in.Otherwise)}
	}
	return serve{split: out}
}

func (c *compiler) clauses(list []Clause) []clause {
	out := sized[clause](len(list))
	for i, from := range list {
		out[i] = c.v.parseClause(from, nil)
		out[i].attribute = c.intern(out[i].attribute)
		for j, text := range out[i].texts.list {
			out[i].texts.list[j] = c.intern(text)
		}
		if out[i].op == opInSegment {
			for _, key := range out[i].texts.list {
				out[i].more.segments = append(out[i].more.segments, c.segment(key).compiled)
			}
		}
	}
	return out
}

func (c *compiler) units(by string, values []string) unitList {
	kept := make([]string, len(values))
	for i, v := range values {
		kept[i] = c.intern(v)
	}
	return unitList{c.intern(slotName(by)), newStringSet(kept)}
}

// intern returns one copy of equal strings. It saves memory (thousands of
// flags name the same few attributes) and lets the evaluation compare names
// by pointer.
func (c *compiler) intern(s string) string {
	if kept, ok := c.names[s]; ok {
		return kept
	}
	c.names[s] = s
	return s
}

// sized makes a slice, and none at all for nothing.
func sized[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, n)
}
