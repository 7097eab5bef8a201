package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// shownValues is how many values of a list are written out for people.
const shownValues = 8

// ruleWords writes a rule in the rule language, without its id. With limit
// above 0 long lists are cut, for reading. What the language has no words for
// (a split with a salt or a share of its own) is added in parentheses.
func ruleWords(r evaluator.Rule, limit int) string {
	return clausesWords(r.Clauses, limit) + " => " + serveLanguage(r.Serve)
}

func clausesWords(clauses []evaluator.Clause, limit int) string {
	if len(clauses) == 0 {
		return "always"
	}
	parts := make([]string, len(clauses))
	for i, c := range clauses {
		parts[i] = clauseWords(c, limit)
	}
	return strings.Join(parts, " and ")
}

func clauseWords(c evaluator.Clause, limit int) string {
	var words []string
	if c.Attribute != "" {
		words = append(words, quoteWord(c.Attribute, "always", "not", string(evaluator.OpInSegment)))
	}
	if c.Negate {
		words = append(words, "not")
	}
	words = append(words, string(c.Op))
	if len(c.Values) > 0 {
		words = append(words, valuesWords(c.Op, c.Values, limit))
	}
	return strings.Join(words, " ")
}

func valuesWords(op evaluator.Operator, values []json.RawMessage, limit int) string {
	shown := values
	if limit > 0 && len(values) > limit {
		shown = values[:limit]
	}
	words := make([]string, len(shown))
	for i, v := range shown {
		words[i] = valueWord(op, v)
	}
	text := strings.Join(words, ", ")
	if more := len(values) - len(shown); more > 0 {
		text += fmt.Sprintf(" … and %d more", more)
	}
	return text
}

// valueWord writes text bare where it reads back as the same text.
func valueWord(op evaluator.Operator, raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	word := quoteWord(text, "and")
	if word == text {
		if back, err := valueOf(op, token{kind: tokenWord, text: text}); err != nil || len(back) == 0 || back[0] != '"' {
			return quoted(text)
		}
	}
	return word
}

// quoteWord writes text bare if it is one word and none of those reserved.
func quoteWord(text string, reserved ...string) string {
	bare := text != "" && strings.IndexFunc(text, endsWord) < 0 && !strings.HasSuffix(text, ":")
	for _, r := range reserved {
		bare = bare && text != r
	}
	if bare {
		return text
	}
	return quoted(text)
}

func quoted(text string) string {
	out, err := encode(text)
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return string(out)
}

// serveLanguage writes what is served in the rule language.
func serveLanguage(s evaluator.Serve) string {
	if s.Split == nil {
		return quoteWord(s.Variant)
	}
	parts := make([]string, len(s.Split.Weights))
	for i, w := range s.Split.Weights {
		parts[i] = quoteWord(w.Variant) + "=" + ledger.Percentage(w.Weight).String()
	}
	text := strings.Join(parts, ",")
	if s.Split.By != "" {
		text += " by " + quoteWord(s.Split.By)
	}
	return text + splitExtras(*s.Split)
}

// splitExtras says what the rule language has no words for.
func splitExtras(s evaluator.Split) string {
	var text string
	if s.Salt != "" {
		text += fmt.Sprintf(" (salt %s)", quoteWord(s.Salt))
	}
	if in := s.Include; in != nil {
		text += fmt.Sprintf(" (for %s%% of units, the others get %s)", ledger.Percentage(in.Weight), in.Otherwise)
	}
	return text
}

// serveWords says what is served in plain words.
func serveWords(s evaluator.Serve) string {
	if s.Split == nil {
		return s.Variant
	}
	parts := make([]string, len(s.Split.Weights))
	for i, w := range s.Split.Weights {
		parts[i] = fmt.Sprintf("%s%% %s", ledger.Percentage(w.Weight), w.Variant)
	}
	return strings.Join(parts, ", ") + " by " + first(s.Split.By, evaluator.TargetingKey) + splitExtras(*s.Split)
}
