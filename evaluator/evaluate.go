package evaluator

import "iter"

// How it is fast. A Program is compiled data: names are resolved to pointers,
// values are parsed, large lists are hash sets. An evaluation lives on the
// stack of the caller; decisions are 24 bytes and travel in registers; only
// the final Result is spelled out. A context is searched as a short list,
// which beats a map up to a dozen attributes, and the attribute found last is
// remembered (see clause). There is no lock, no shared counter, no interface
// call and no closure on the way, and what Explain needs hangs on one pointer
// that is nil while evaluating.

// evaluation is one walk through a flag and its prerequisites.
type evaluation struct {
	attrs []Attribute
	trace *trace // nil unless explaining
	// last is what the latest lookup found under lastName, if looked is set.
	last     *Attribute
	lastName string
	looked   bool
}

// decision is a Result before it is spelled out. Its four parts are no more
// than what the Go compiler keeps in registers; a fifth would send every
// decision through memory, which took a third of an evaluation.
type decision struct {
	variant *variant
	rule    *rule
	bucket  int32
	why
}

type why struct {
	reason  reasonCode
	code    errorCode
	outside bool
}

// Evaluate answers for one flag and one context. It is pure, needs no lock,
// allocates nothing (but package regexp may take memory for a pattern, and
// keeps it) and may be called from any number of goroutines. It never fails
// loudly: an unknown flag, a broken flag or a missing unit gives ReasonError
// with an ErrorCode and an empty Value.
func (p *Program) Evaluate(flag string, ctx Context) (r Result) {
	f := p.flags[flag]
	if f == nil {
		return p.unknown()
	}
	e := evaluation{attrs: ctx.attrs}
	p.fill(&r, f, e.flag(f))
	return r
}

// All evaluates every flag for one context and yields the results in the
// order of Keys.
func (p *Program) All(ctx Context) iter.Seq2[string, Result] {
	return func(yield func(string, Result) bool) {
		e := evaluation{attrs: ctx.attrs}
		for i := range p.ordered {
			f := &p.ordered[i]
			var r Result
			p.fill(&r, f, e.flag(f))
			if !yield(f.key, r) {
				return
			}
		}
	}
}

// flag applies the order of evaluation: off, prerequisites, targets, rules,
// default. It recurses through prerequisites, which Compile has proved to be
// free of cycles and bounded.
func (e *evaluation) flag(f *flag) decision {
	if f.broken {
		return decision{bucket: NoBucket, why: why{reason: byError, code: brokenFlag}}
	}
	if !f.on {
		if e.trace != nil {
			e.trace.off()
		}
		return decision{variant: f.off, bucket: NoBucket, why: why{reason: byDisabled}}
	}
	for i := range f.prerequisites {
		if !e.prerequisite(&f.prerequisites[i]) {
			return decision{variant: f.off, bucket: NoBucket, why: why{reason: byPrerequisite}}
		}
	}
	for i := range f.targets {
		if e.target(&f.targets[i]) {
			return decision{variant: f.targets[i].variant, bucket: NoBucket, why: why{reason: byTargeting}}
		}
	}
	for i := range f.rules {
		r := &f.rules[i]
		matched := e.clauses(r.clauses)
		if e.trace != nil {
			e.trace.rule(i, r, matched)
		}
		if matched {
			return e.serve(&r.serve, r, byTargeting)
		}
	}
	if e.trace != nil {
		e.trace.fallback()
	}
	return e.serve(&f.fallback, nil, f.plain)
}

// prerequisite reports whether another flag is on and serves one of the
// variants wanted. A flag that ends in an error serves none.
func (e *evaluation) prerequisite(p *prerequisite) bool {
	outer := e.trace
	if outer != nil {
		e.trace = outer.child()
	}
	d := e.flag(p.flag)
	met := false
	if p.flag.on && d.variant != nil {
		for _, wanted := range p.variants {
			met = met || wanted == d.variant
		}
	}
	if outer != nil {
		outer.prerequisite(p, e.trace, d, met)
		e.trace = outer
	}
	return met
}

func (e *evaluation) target(t *target) bool {
	a := find(e.attrs, t.units.by)
	matched := t.units.has(a)
	if e.trace != nil {
		e.trace.target(t, a, matched)
	}
	return matched
}

// clauses reports whether all match; an empty list does.
func (e *evaluation) clauses(list []clause) bool {
	for i := range list {
		if !e.clause(&list[i]) {
			return false
		}
	}
	return true
}

// serve gives the variant, for the reason plain, or draws the split.
func (e *evaluation) serve(s *serve, r *rule, plain reasonCode) decision {
	if s.split == nil {
		return decision{variant: s.variant, rule: r, bucket: NoBucket, why: why{reason: plain}}
	}
	d := e.split(s.split)
	d.rule = r
	return d
}

// fill spells a decision out.
func (p *Program) fill(r *Result, f *flag, d decision) {
	r.Value = Value{d.variant}
	r.Reason = reasonNames[d.reason]
	r.Bucket = d.bucket
	r.Outside = d.outside
	r.Error = errorNames[d.code]
	r.Revision = p.revision
	r.Version = f.version
	if d.variant != nil {
		r.Variant = d.variant.name
	}
	if d.rule != nil {
		r.Rule = d.rule.id
	}
}

func (p *Program) unknown() Result {
	return Result{Reason: ReasonError, Error: ErrorFlagNotFound, Bucket: NoBucket, Revision: p.revision}
}
