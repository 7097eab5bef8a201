package httpapi

import (
	"maps"
	"slices"
	"strconv"

	"github.com/flagledger/flagledger/evaluator"
)

// doubt collects the attributes that an evaluation has asked for and that an
// exposure does not tell for sure: those that it lacks, and those that may have
// been numbers or truths.
func doubt(x evaluator.Explanation, by string, recorded map[string]string, into map[string]bool) {
	ask := func(attribute string) {
		value, ok := recorded[attribute]
		if attribute == "" || attribute == by || ok && !ambiguous(value) {
			return
		}
		into[attribute] = true
	}
	for _, step := range x.Steps {
		if step.Prerequisite != nil {
			doubt(step.Prerequisite.Explanation, by, recorded, into)
		}
		if step.Target != nil {
			ask(step.Target.Attribute)
		}
		if step.Split != nil {
			ask(step.Split.By)
		}
		if step.Rule != nil {
			doubtClauses(step.Rule.Clauses, ask)
		}
	}
}

func doubtClauses(clauses []evaluator.ClauseStep, ask func(string)) {
	for _, c := range clauses {
		ask(c.Attribute)
		for _, s := range c.Segments {
			ask(s.By)
			doubtClauses(s.Clauses, ask)
		}
	}
}

// ambiguous tells whether a text may stand for a value of another type.
func ambiguous(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil || text == "true" || text == "false"
}

func keysOf(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
