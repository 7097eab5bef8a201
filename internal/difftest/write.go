package difftest

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/flagledger/flagledger/evaluator"
)

// Line is one line of the output: a ruleset, or a context with the answers for
// it under the last ruleset.
type Line struct {
	Ruleset *evaluator.Ruleset `json:"ruleset,omitempty"`
	Context json.RawMessage    `json:"context,omitempty"`
	Answers []Answer           `json:"answers,omitempty"`
}

// Answer is what the Go evaluator gave for one flag: one pair.
type Answer struct {
	Flag string `json:"flag"`
	evaluator.Result
}

// contextsPerRuleset is how many contexts each ruleset is asked for.
const contextsPerRuleset = 10

// Write writes at least the given number of pairs.
func Write(w io.Writer, pairs int, seed uint64) error {
	encoder := json.NewEncoder(w)
	for number := uint64(0); pairs > 0; number++ {
		d := newDice(seed, number)
		rs := d.ruleset()
		// What is asked is the document, as another language reads it.
		program, err := compiled(rs)
		if err != nil {
			return err
		}
		if err := encoder.Encode(Line{Ruleset: &rs}); err != nil {
			return fmt.Errorf("write ruleset: %w", err)
		}
		for range contextsPerRuleset {
			line, err := d.answers(program)
			if err != nil {
				return err
			}
			if err := encoder.Encode(line); err != nil {
				return fmt.Errorf("write answers: %w", err)
			}
			pairs -= len(line.Answers)
		}
	}
	return nil
}

func compiled(rs evaluator.Ruleset) (*evaluator.Program, error) {
	document, err := json.Marshal(rs)
	if err != nil {
		return nil, fmt.Errorf("marshal ruleset: %w", err)
	}
	var read evaluator.Ruleset
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, fmt.Errorf("unmarshal ruleset: %w", err)
	}
	return evaluator.Compile(read)
}

func (d *dice) answers(program *evaluator.Program) (Line, error) {
	document, err := json.Marshal(d.context())
	if err != nil {
		return Line{}, fmt.Errorf("marshal context: %w", err)
	}
	ctx, err := evaluator.ParseContext(document)
	if err != nil {
		return Line{}, fmt.Errorf("parse context %s: %w", document, err)
	}
	line := Line{Context: document}
	for key, result := range program.All(ctx) {
		line.Answers = append(line.Answers, Answer{key, result})
	}
	return line, nil
}

// dice draws one ruleset and the contexts for it.
type dice struct {
	*rand.Rand
	pools map[kind][]any
	// variants are the names of the variants of the flags drawn so far.
	variants map[string][]string
	flags    []string
	segments []string
}

func newDice(seed, number uint64) *dice {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, number)), variants: map[string][]string{}}
	d.pools = make(map[kind][]any)
	for k := range kinds {
		for range 8 {
			d.pools[k] = append(d.pools[k], d.fresh(k))
		}
	}
	return d
}

// chance is true in percent of a hundred cases.
func (d *dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d *dice, from []T) T { return from[d.IntN(len(from))] }

// some draws one to most of what next gives.
func some[T any](d *dice, most int, next func() T) []T {
	out := make([]T, 1+d.IntN(most))
	for i := range out {
		out[i] = next()
	}
	return out
}
