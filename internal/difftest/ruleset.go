package difftest

import (
	"encoding/json"
	"fmt"

	"github.com/flagledger/flagledger/evaluator"
)

// mixedFlags is how many flags of everything a ruleset has beside its probes.
const mixedFlags = 14

func (d *dice) ruleset() evaluator.Ruleset {
	rs := evaluator.Ruleset{
		SpecVersion: evaluator.SpecVersion, Project: "difftest", Environment: "test", Revision: d.Uint64(),
		Flags: map[string]evaluator.Flag{}, Segments: map[string]evaluator.Segment{},
	}
	for i := range 5 {
		key := fmt.Sprintf("segment-%d", i)
		rs.Segments[key] = d.segment(i > 0)
		d.segments = append(d.segments, key)
	}
	if d.chance(5) { // perhaps a cycle
		rs.Segments["segment-0"] = d.segment(true)
	}
	for _, op := range evaluator.Operators() {
		rs.Flags["probe-"+string(op)] = d.probe(op)
	}
	// Patterns have more syntax than the other operators together.
	for i := range 5 {
		rs.Flags[fmt.Sprintf("probe-matches.%d", i)] = d.probe(evaluator.OpMatches)
	}
	for i := range mixedFlags {
		key := fmt.Sprintf("mixed-%d", i)
		if d.chance(3) {
			key = pick(d, []string{"constructor", "__proto__", "toString", "hasOwnProperty", "näme", "valueOf"})
		}
		rs.Flags[key] = d.flag(key)
	}
	return rs
}

// probe is a flag of one clause: its reason says whether that held.
func (d *dice) probe(op evaluator.Operator) evaluator.Flag {
	f := d.plainFlag()
	f.On = true
	f.Rules = []evaluator.Rule{{ID: "r", Clauses: []evaluator.Clause{d.clause(op)}, Serve: evaluator.Serve{Variant: f.Variants[0].Name}}}
	return f
}

func (d *dice) plainFlag() evaluator.Flag {
	f := evaluator.Flag{
		Version: d.Uint64(), Salt: d.drawnText(kindText) + "s",
		Type: pick(d, []evaluator.ValueType{evaluator.TypeBoolean, evaluator.TypeString, evaluator.TypeNumber, evaluator.TypeJSON}),
	}
	for i := range 1 + d.IntN(4) {
		f.Variants = append(f.Variants, evaluator.Variant{Name: fmt.Sprintf("v%d", i), Value: d.value(f.Type)})
	}
	f.OffVariant = pick(d, f.Variants).Name
	f.Default = evaluator.Serve{Variant: pick(d, f.Variants).Name}
	return f
}

func (d *dice) value(t evaluator.ValueType) json.RawMessage {
	switch t {
	case evaluator.TypeBoolean:
		return raw(d.chance(50))
	case evaluator.TypeString:
		return raw(d.freshText())
	case evaluator.TypeNumber:
		return raw(d.freshNumber())
	default:
		return raw(map[string]any{"list": []any{d.freshText(), nil, 1.5}, "__proto__": d.freshText(), "nested": map[string]any{"on": true}})
	}
}

func (d *dice) flag(key string) evaluator.Flag {
	f := d.plainFlag()
	f.On = d.chance(88)
	names := make([]string, len(f.Variants))
	for i, v := range f.Variants {
		names[i] = v.Name
	}
	if len(d.flags) > 0 && d.chance(30) {
		f.Prerequisites = some(d, 2, func() evaluator.Prerequisite { return d.prerequisite(key) })
	}
	if d.chance(30) {
		f.Targets = some(d, 3, func() evaluator.Target {
			return evaluator.Target{Variant: pick(d, names), By: d.by(), Values: d.units()}
		})
	}
	if d.chance(70) {
		f.Rules = some(d, 4, func() evaluator.Rule { return evaluator.Rule{} })
		for i := range f.Rules {
			f.Rules[i] = evaluator.Rule{ID: fmt.Sprintf("rule-%d", i), Clauses: d.clauses(true), Serve: d.serve(names)}
		}
	}
	if d.chance(60) {
		f.Default = d.serve(names)
	}
	if d.chance(5) {
		d.spoil(&f)
	}
	d.flags, d.variants[key] = append(d.flags, key), names
	return f
}

func (d *dice) prerequisite(key string) evaluator.Prerequisite {
	if d.chance(2) {
		return evaluator.Prerequisite{Flag: key, Variants: []string{"v0"}} // a cycle
	}
	other := pick(d, d.flags)
	return evaluator.Prerequisite{Flag: other, Variants: some(d, 3, func() string { return pick(d, d.variants[other]) })}
}

// spoil makes a flag invalid.
func (d *dice) spoil(f *evaluator.Flag) {
	switch d.IntN(6) {
	case 0:
		f.OffVariant = "none"
	case 1:
		f.Type = "integer"
	case 2:
		f.Default = evaluator.Serve{}
	case 3:
		f.Variants = append(f.Variants, f.Variants[0])
	case 4:
		f.Rules = append(f.Rules, evaluator.Rule{ID: "spoiled", Clauses: []evaluator.Clause{{Attribute: "a", Op: "like"}}, Serve: f.Default})
	default:
		f.Targets = append(f.Targets, evaluator.Target{Variant: f.OffVariant, Values: []string{""}})
	}
}

func (d *dice) clauses(segments bool) []evaluator.Clause {
	list := make([]evaluator.Clause, pick(d, []int{0, 1, 1, 1, 1, 2, 2, 3}))
	for i := range list {
		op := d.operator()
		for op == evaluator.OpInSegment && !segments {
			op = d.operator()
		}
		list[i] = d.clause(op)
	}
	return list
}

func (d *dice) serve(names []string) evaluator.Serve {
	if d.chance(35) {
		return evaluator.Serve{Variant: pick(d, names)}
	}
	s := &evaluator.Split{By: d.by()}
	if d.chance(40) {
		s.Salt = d.drawnText(kindText) + "t"
	}
	left := evaluator.TotalWeight
	for _, name := range names {
		w := pick(d, []int{0, 1, d.IntN(left + 1), d.IntN(left + 1)})
		w = min(w, left)
		s.Weights = append(s.Weights, evaluator.Weight{Variant: name, Weight: w})
		left -= w
	}
	s.Weights[len(s.Weights)-1].Weight += left
	if d.chance(30) {
		s.Include = &evaluator.Include{Weight: d.IntN(evaluator.TotalWeight + 1), Salt: d.drawnText(kindText) + "u", Otherwise: pick(d, names)}
	}
	return evaluator.Serve{Split: s}
}

// by draws the attribute that is bucketed or listed.
func (d *dice) by() string {
	return pick(d, append([]string{"", "", "tags"}, attributes(kindUnit)...))
}

func (d *dice) units() []string {
	return some(d, pick(d, []int{2, 8, 20}), func() string {
		text := d.drawnText(kindUnit)
		if text == "" {
			return "x"
		}
		return text
	})
}

func (d *dice) segment(others bool) evaluator.Segment {
	list := func() evaluator.SegmentList { return evaluator.SegmentList{By: d.by(), Values: d.units()} }
	s := evaluator.Segment{Version: d.Uint64()}
	if d.chance(50) {
		s.Included = some(d, 2, list)
	}
	if d.chance(40) {
		s.Excluded = some(d, 2, list)
	}
	if d.chance(70) {
		s.Rules = some(d, 2, func() evaluator.SegmentRule { return evaluator.SegmentRule{Clauses: d.clauses(others)} })
	}
	return s
}
