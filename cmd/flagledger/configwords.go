package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
)

// configWords lists what an environment serves, one line for each decision in
// the order of evaluation. Lines of equal meaning are equal, so two
// configurations can be compared by their lines. Long lists are cut to limit;
// 0 cuts nothing.
func configWords(c evaluator.Config, limit int) []string {
	var lines []string
	if c.OffVariant != "" {
		lines = append(lines, "when off: "+c.OffVariant)
	}
	for _, p := range c.Prerequisites {
		lines = append(lines, fmt.Sprintf("needs: flag %s serves %s", p.Flag, strings.Join(p.Variants, " or ")))
	}
	for _, t := range c.Targets {
		lines = append(lines, fmt.Sprintf("target: %s in %s => %s",
			first(t.By, evaluator.TargetingKey), listWords(t.Values, limit), t.Variant))
	}
	for _, r := range c.Rules {
		line := fmt.Sprintf("rule %s: %s", r.ID, ruleWords(r, limit))
		if r.Description != "" {
			line += " (" + r.Description + ")"
		}
		lines = append(lines, line)
	}
	return append(lines, "otherwise: "+serveWords(c.Default))
}

// variantWords lists variants as name = value.
func variantWords(variants []evaluator.Variant) []string {
	words := make([]string, len(variants))
	for i, v := range variants {
		words[i] = fmt.Sprintf("%s = %s", v.Name, v.Value)
	}
	return words
}

func listWords(values []string, limit int) string {
	if limit <= 0 || len(values) <= limit {
		return strings.Join(values, ", ")
	}
	return fmt.Sprintf("%s … and %d more", strings.Join(values[:limit], ", "), len(values)-limit)
}

// segmentWords lists what is in a segment.
func segmentWords(s evaluator.Segment, limit int) []string {
	var lines []string
	list := func(word string, lists []evaluator.SegmentList) {
		for _, l := range lists {
			lines = append(lines, fmt.Sprintf("%s: %s in %s", word, first(l.By, evaluator.TargetingKey), listWords(l.Values, limit)))
		}
	}
	list("always in", s.Included)
	list("never in", s.Excluded)
	for _, r := range s.Rules {
		lines = append(lines, "in if: "+clausesWords(r.Clauses, limit))
	}
	if len(lines) == 0 {
		lines = append(lines, "empty")
	}
	return lines
}

// changedLines gives what was taken away ("- ") and what was added ("+ ") to
// turn before into after, in the order of the text; what stayed is left out.
func changedLines(before, after []string) []string {
	common := commonLines(before, after)
	var out []string
	for i, j := 0, 0; i < len(before) || j < len(after); {
		switch {
		case i < len(before) && (j == len(after) || common[i+1][j] >= common[i][j+1]) &&
			(j == len(after) || before[i] != after[j]):
			out = append(out, red("- "+before[i]))
			i++
		case j < len(after) && (i == len(before) || before[i] != after[j]):
			out = append(out, green("+ "+after[j]))
			j++
		default:
			i, j = i+1, j+1
		}
	}
	return out
}

// commonLines[i][j] is how many lines before[i:] and after[j:] share in order.
func commonLines(before, after []string) [][]int {
	out := make([][]int, len(before)+1)
	for i := range out {
		out[i] = make([]int, len(after)+1)
	}
	for i, b := range slices.Backward(before) {
		for j, a := range slices.Backward(after) {
			if a == b {
				out[i][j] = out[i+1][j+1] + 1
			} else {
				out[i][j] = max(out[i+1][j], out[i][j+1])
			}
		}
	}
	return out
}
