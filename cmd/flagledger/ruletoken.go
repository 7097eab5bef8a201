package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the kind of a piece of a rule.
type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenWord             // free, 12.5, >=1.2
	tokenQuoted           // "New York", a JSON string
	tokenComma
	tokenEquals // = between a variant and its percentage
	tokenArrow  // => before what is served
)

// token is one piece of a rule. text is the unquoted text.
type token struct {
	kind tokenKind
	text string
	at   int // byte position, from 0
}

// is reports whether the token is the bare word, which a quoted one never is.
func (t token) is(word string) bool { return t.kind == tokenWord && t.text == word }

// text reports whether the token can be a name or a value.
func (t token) isText() bool { return t.kind == tokenWord || t.kind == tokenQuoted }

func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenComma:
		return `","`
	case tokenEquals:
		return `"="`
	case tokenArrow:
		return `"=>"`
	case tokenWord, tokenQuoted:
	}
	return fmt.Sprintf("%q", t.text)
}

// ruleError says where a rule is wrong.
type ruleError struct {
	rule    string
	at      int
	message string
}

func (e *ruleError) Error() string {
	return fmt.Sprintf("rule %q, character %d: %s", e.rule, utf8.RuneCountInString(e.rule[:e.at])+1, e.message)
}

// tokens splits a rule.
func tokens(rule string) ([]token, error) {
	if !utf8.ValidString(rule) {
		return nil, &ruleError{rule, 0, "is not UTF-8 text"}
	}
	var out []token
	for at := 0; at < len(rule); {
		r, size := utf8.DecodeRuneInString(rule[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		t, end, err := tokenAt(rule, at)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		at = end
	}
	return append(out, token{kind: tokenEnd, at: len(rule)}), nil
}

// tokenAt reads the token that begins at a character that is not a space.
func tokenAt(rule string, at int) (t token, end int, err error) {
	rest := rule[at:]
	switch {
	case strings.HasPrefix(rest, "=>"):
		return token{kind: tokenArrow, at: at}, at + 2, nil
	case rest[0] == '=':
		return token{kind: tokenEquals, at: at}, at + 1, nil
	case rest[0] == ',':
		return token{kind: tokenComma, at: at}, at + 1, nil
	case rest[0] == '"':
		return quotedAt(rule, at)
	}
	size := strings.IndexFunc(rest, endsWord)
	if size < 0 {
		size = len(rest)
	}
	return token{kind: tokenWord, text: rest[:size], at: at}, at + size, nil
}

// endsWord reports whether a bare word cannot hold r.
func endsWord(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '=' || r == '"' }

// quotedAt reads a JSON string.
func quotedAt(rule string, at int) (t token, end int, err error) {
	for end = at + 1; end < len(rule) && rule[end] != '"'; end++ {
		if rule[end] == '\\' {
			end++
		}
	}
	if end >= len(rule) {
		return token{}, 0, &ruleError{rule, at, "the quotation mark is never closed"}
	}
	end++
	var text string
	if err := json.Unmarshal([]byte(rule[at:end]), &text); err != nil {
		return token{}, 0, &ruleError{rule, at, "is not a JSON string: " + err.Error()}
	}
	return token{kind: tokenQuoted, text: text, at: at}, end, nil
}
