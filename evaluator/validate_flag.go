package evaluator

import "slices"

func (v *validator) flag(key string, f Flag, at *path) {
	v.key(at, key)
	v.text(at.field("salt"), f.Salt)
	known := v.variants(f, at)
	v.variantName(at.field("offVariant"), f.OffVariant, known)
	v.prerequisites(key, f.Prerequisites, at.field("prerequisites"))
	v.targets(f.Targets, known, at.field("targets"))
	v.rules(f, known, at.field("rules"))
	v.serve(f.Default, f.Salt, known, at.field("default"))
}

// variants checks the variants against the type and returns their names.
func (v *validator) variants(f Flag, at *path) []string {
	known := f.Type == TypeBoolean || f.Type == TypeString || f.Type == TypeNumber || f.Type == TypeJSON
	if !known {
		v.report(at.field("type"), "is %q; use boolean, string, number or json", abbreviate(string(f.Type)))
	}
	list := at.field("variants")
	if len(f.Variants) == 0 {
		v.report(list, "is empty; a flag needs at least one variant")
	}
	v.count(list, len(f.Variants), MaxVariants, "variants")
	names := make([]string, 0, len(f.Variants))
	for i, variant := range f.Variants {
		name := list.at(i).field("name")
		v.key(name, variant.Name)
		if slices.Contains(names, variant.Name) {
			v.report(name, "%q is the name of an earlier variant; names must differ", abbreviate(variant.Name))
		}
		names = append(names, variant.Name)
		if known {
			v.value(f.Type, variant, list.at(i).field("value"))
		}
	}
	return names
}

func (v *validator) value(kind ValueType, variant Variant, at *path) {
	if len(variant.Value) > MaxValueBytes {
		v.report(at, "has %d bytes; the limit is %d", len(variant.Value), MaxValueBytes)
		return
	}
	if _, err := parseVariant(kind, variant); err != nil {
		v.report(at, "%v", err)
	}
}

func (v *validator) variantName(at *path, name string, known []string) {
	switch {
	case name == "":
		v.report(at, "is empty; name one of the variants")
	case !slices.Contains(known, name):
		v.report(at, "%q is not a variant of this flag; the variants are %q", abbreviate(name), known)
	}
}

func prerequisitesOf(f Flag) []string {
	keys := make([]string, len(f.Prerequisites))
	for i, p := range f.Prerequisites {
		keys[i] = p.Flag
	}
	return keys
}

func (v *validator) prerequisites(key string, list []Prerequisite, at *path) {
	if len(list) == 0 {
		return
	}
	for i, p := range list {
		other, ok := v.scope.Flag(p.Flag)
		if !ok {
			v.report(at.at(i).field("flag"), "%q is not a flag of this environment", abbreviate(p.Flag))
			continue
		}
		variants := at.at(i).field("variants")
		if len(p.Variants) == 0 {
			v.report(variants, "is empty; name the variants of %q that this flag needs", p.Flag)
		}
		for j, name := range p.Variants {
			if !slices.ContainsFunc(other.Variants, func(o Variant) bool { return o.Name == name }) {
				v.report(variants.at(j), "%q is not a variant of the flag %q", abbreviate(name), p.Flag)
			}
		}
	}
	v.references(v.flags, key, at, "prerequisite")
}

func (v *validator) targets(list []Target, known []string, at *path) {
	v.count(at, len(list), MaxTargets, "targets")
	for i, t := range list {
		v.variantName(at.at(i).field("variant"), t.Variant, known)
		v.units(t.By, t.Values, at.at(i))
	}
}

// units checks a list of units.
func (v *validator) units(by string, values []string, at *path) {
	v.text(at.field("by"), by)
	list := at.field("values")
	v.count(list, len(values), MaxValues, "values")
	for i, value := range values {
		if value == "" {
			v.report(list.at(i), "is empty; a unit is never empty")
		} else if len(value) > MaxStringBytes {
			v.text(list.at(i), value)
		}
	}
}

func (v *validator) rules(f Flag, known []string, at *path) {
	v.count(at, len(f.Rules), MaxRules, "rules")
	seen := make(map[string]bool, len(f.Rules))
	for i, r := range f.Rules {
		here := at.at(i)
		switch {
		case r.ID == "":
			v.report(here.field("id"), "is empty; results name the rule that decided")
		case seen[r.ID]:
			v.report(here.field("id"), "%q is the id of an earlier rule; ids must differ", abbreviate(r.ID))
		}
		seen[r.ID] = true
		v.text(here.field("id"), r.ID)
		v.text(here.field("description"), r.Description)
		v.clauses(r.Clauses, here.field("clauses"))
		v.serve(r.Serve, f.Salt, known, here.field("serve"))
	}
}

func (v *validator) serve(s Serve, salt string, known []string, at *path) {
	switch {
	case s.Variant != "" && s.Split != nil:
		v.report(at, "has a variant and a split; keep one of them")
	case s.Variant == "" && s.Split == nil:
		v.report(at, "has neither a variant nor a split; give it one of them")
	}
	if s.Variant != "" {
		v.variantName(at.field("variant"), s.Variant, known)
	}
	if s.Split != nil {
		v.split(*s.Split, salt, known, at.field("split"))
	}
}

func (v *validator) split(s Split, salt string, known []string, at *path) {
	v.text(at.field("by"), s.By)
	v.text(at.field("salt"), s.Salt)
	if s.Salt != "" {
		salt = s.Salt
	}
	if salt == "" {
		v.report(at.field("salt"), "is empty, and so is the salt of the flag; set one of them (the key of the flag is a good choice)")
	}
	weights := at.field("weights")
	sum := 0
	for i, w := range s.Weights {
		v.variantName(weights.at(i).field("variant"), w.Variant, known)
		v.weight(weights.at(i).field("weight"), w.Weight)
		sum += min(max(w.Weight, -TotalWeight), TotalWeight+1)
	}
	v.count(weights, len(s.Weights), MaxVariants, "weights")
	if sum != TotalWeight {
		v.report(weights, "weights sum to %d; they must sum to %d (1 unit = 0.001%%)", sum, TotalWeight)
	}
	if s.Include != nil {
		v.include(*s.Include, salt, known, at.field("include"))
	}
}

func (v *validator) include(in Include, splitSalt string, known []string, at *path) {
	v.weight(at.field("weight"), in.Weight)
	v.text(at.field("salt"), in.Salt)
	switch in.Salt {
	case "":
		v.report(at.field("salt"), "is empty; the share needs a salt of its own")
	case splitSalt:
		v.report(at.field("salt"), "%q is the salt of the split too, so the share would not be independent of it; use another", abbreviate(in.Salt))
	}
	v.variantName(at.field("otherwise"), in.Otherwise, known)
}

func (v *validator) weight(at *path, weight int) {
	if weight < 0 || weight > TotalWeight {
		v.report(at, "is %d; a weight is 0 to %d (1 unit = 0.001%%)", weight, TotalWeight)
	}
}
