package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// targeting are the flags that change a configuration piece by piece.
type targeting struct {
	serve      string
	percentage string
	split      string
	offVariant string
	targets    []string
	rules      []string
	clearRules bool
	by         string
}

func (t *targeting) register(f *pflag.FlagSet) {
	f.StringVar(&t.serve, "serve", "", "variant that everybody else gets")
	f.StringVar(&t.percentage, "percentage", "", "VARIANT=PERCENT: the share of everybody else that gets it")
	f.StringVar(&t.split, "split", "", "shares of everybody else: a=50,b=50")
	f.StringVar(&t.offVariant, "off-variant", "", "variant that is served while the flag is off")
	f.StringArrayVar(&t.targets, "target", nil, "VARIANT=unit,unit: replaces that variant's list; nothing after = removes it")
	f.StringArrayVar(&t.rules, "rule", nil, "rule to add, see above; may be repeated")
	f.BoolVar(&t.clearRules, "clear-rules", false, "remove all rules first")
	f.StringVar(&t.by, "by", "", "attribute for --percentage, --split and --target (default targetingKey)")
}

func (t *targeting) empty() bool {
	return t.serve == "" && t.percentage == "" && t.split == "" && t.offVariant == "" &&
		len(t.targets) == 0 && len(t.rules) == 0 && !t.clearRules
}

// check finds what is wrong with the flags alone.
func (t *targeting) check() error {
	if t.by != "" && t.percentage == "" && t.split == "" && len(t.targets) == 0 {
		return usagef("--by goes with --percentage, --split or --target")
	}
	for _, text := range t.rules {
		if _, err := parseRule(text); err != nil {
			return usagef("%v", err)
		}
	}
	return nil
}

// apply gives the configuration after the change. c is not changed.
func (t *targeting) apply(flag flagView, c evaluator.Config) (evaluator.Config, error) {
	c.Targets, c.Rules = slices.Clone(c.Targets), slices.Clone(c.Rules)
	if t.offVariant != "" {
		c.OffVariant = t.offVariant
	}
	if t.clearRules {
		c.Rules = nil
	}
	for _, text := range t.targets {
		if err := t.applyTarget(&c, text); err != nil {
			return c, err
		}
	}
	for _, text := range t.rules {
		rule, err := parseRule(text)
		if err != nil {
			return c, usagef("%v", err)
		}
		addRule(&c, rule)
	}
	serve, err := t.fallback(flag, c)
	c.Default = serve
	return c, err
}

// applyTarget replaces, adds or removes the list of one variant by one
// attribute.
func (t *targeting) applyTarget(c *evaluator.Config, text string) error {
	variant, list, ok := strings.Cut(text, "=")
	if !ok || variant == "" {
		return usagef("--target %q is not VARIANT=unit,unit", text)
	}
	var units []string
	for _, unit := range strings.Split(list, ",") {
		if unit = strings.TrimSpace(unit); unit != "" {
			units = append(units, unit)
		}
	}
	same := func(x evaluator.Target) bool { return x.Variant == variant && x.By == t.by }
	at := slices.IndexFunc(c.Targets, same)
	switch {
	case len(units) == 0 && at < 0:
		return usagef("--target %s=: there is no such list by %s", variant, first(t.by, evaluator.TargetingKey))
	case len(units) == 0:
		c.Targets = slices.DeleteFunc(c.Targets, same)
	case at >= 0:
		c.Targets[at].Values = units
	default:
		c.Targets = append(c.Targets, evaluator.Target{Variant: variant, By: t.by, Values: units})
	}
	return nil
}

// addRule appends the rule, or puts it in the place of the one with its id.
func addRule(c *evaluator.Config, r evaluator.Rule) {
	has := func(id string) int {
		return slices.IndexFunc(c.Rules, func(x evaluator.Rule) bool { return x.ID == id })
	}
	if r.ID != "" {
		if at := has(r.ID); at >= 0 {
			r.Description = c.Rules[at].Description
			c.Rules[at] = r
			return
		}
	}
	for n := len(c.Rules) + 1; r.ID == ""; n++ {
		if id := fmt.Sprintf("rule-%d", n); has(id) < 0 {
			r.ID = id
		}
	}
	c.Rules = append(c.Rules, r)
}

// fallback is what is served when no target and no rule matches.
func (t *targeting) fallback(flag flagView, c evaluator.Config) (evaluator.Serve, error) {
	switch {
	case t.serve != "":
		return evaluator.Serve{Variant: t.serve}, nil
	case t.percentage != "":
		return t.share(flag, c)
	case t.split != "":
		weights, err := parseWeights(t.split)
		if err != nil {
			return evaluator.Serve{}, usagef("--split %v", err)
		}
		if sum := sumOf(weights); sum != evaluator.TotalWeight {
			return evaluator.Serve{}, usagef("--split %s sums to %s%%, not to 100%%", t.split, ledger.Percentage(sum))
		}
		return evaluator.Serve{Split: &evaluator.Split{By: t.by, Weights: weights}}, nil
	default:
		return c.Default, nil
	}
}

// share gives a percentage of the units one variant and the rest another. A
// share that is already given to the variant keeps its attribute and salt, so
// raising it moves nobody out.
func (t *targeting) share(flag flagView, c evaluator.Config) (evaluator.Serve, error) {
	weights, err := parseWeights(t.percentage)
	if err != nil || len(weights) != 1 {
		return evaluator.Serve{}, usagef("--percentage %q is not VARIANT=PERCENT, such as on=5", t.percentage)
	}
	rest, err := restVariant(flag, c, weights[0].Variant)
	if err != nil {
		return evaluator.Serve{}, err
	}
	weights = append(weights, evaluator.Weight{Variant: rest, Weight: evaluator.TotalWeight - weights[0].Weight})
	split := evaluator.Split{By: t.by, Weights: weights}
	if old := c.Default.Split; old != nil && len(old.Weights) > 0 && old.Weights[0].Variant == weights[0].Variant {
		split.Salt, split.By = old.Salt, first(t.by, old.By)
	}
	return evaluator.Serve{Split: &split}, nil
}

// restVariant is what those get who are outside the share.
func restVariant(flag flagView, c evaluator.Config, variant string) (string, error) {
	var others []string
	for _, v := range flag.Variants {
		if v.Name != variant {
			others = append(others, v.Name)
		}
	}
	if len(others) == 1 {
		return others[0], nil
	}
	for _, name := range []string{c.OffVariant, flag.OffVariant, flag.OnVariant} {
		if slices.Contains(others, name) {
			return name, nil
		}
	}
	return "", usagef("--percentage: flag %s has no other variant than %s; give both shares with --split", flag.Key, variant)
}

// parseWeights reads a=50,b=50.
func parseWeights(text string) ([]evaluator.Weight, error) {
	var weights []evaluator.Weight
	for _, part := range strings.Split(text, ",") {
		name, share, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%q is not VARIANT=PERCENT", part)
		}
		p, err := ledger.ParsePercentage(share)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		weights = append(weights, evaluator.Weight{Variant: name, Weight: int(p)})
	}
	return weights, nil
}
