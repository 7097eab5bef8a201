package evaluator

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// kind is the type of an attribute or of a clause value.
type kind uint8

const (
	kindNone kind = iota
	kindString
	kindNumber
	kindBool
	kindList
)

// maxSafeInteger is 2^53-1, the largest integer that JSON numbers carry
// exactly between languages.
const maxSafeInteger = 1<<53 - 1

// scalar is one string, number or boolean.
type scalar struct {
	text string
	num  float64 // the number; 1 or 0 for a boolean
	kind kind
}

func boolScalar(b bool) scalar {
	if b {
		return scalar{kind: kindBool, num: 1}
	}
	return scalar{kind: kindBool}
}

// appendUnit appends the text that s is bucketed and listed by: a non-empty
// string as it is, an integer of at most 2^53-1 in decimal. Anything else is
// not a unit; ok is false. (-0 is 0.)
func appendUnit(dst []byte, s *scalar) (_ []byte, ok bool) {
	switch s.kind {
	case kindString:
		return append(dst, s.text...), s.text != ""
	case kindNumber:
		if !s.isInteger() {
			return dst, false
		}
		return strconv.AppendInt(dst, int64(s.num), 10), true
	default:
		return dst, false
	}
}

// isInteger reports whether s is an integer that JSON carries exactly.
func (s *scalar) isInteger() bool {
	return s.kind == kindNumber && math.Abs(s.num) <= maxSafeInteger && s.num == math.Trunc(s.num)
}

// parseScalar reads a JSON string, number or boolean.
func parseScalar(raw []byte) (scalar, error) {
	if text, ok := plainString(raw); ok {
		return scalar{kind: kindString, text: text}, nil
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return scalar{}, fmt.Errorf("%s is not valid JSON: %w", abbreviate(string(raw)), err)
	}
	switch v := v.(type) {
	case string:
		return scalar{kind: kindString, text: v}, nil
	case float64:
		return scalar{kind: kindNumber, num: v}, nil
	case bool:
		return boolScalar(v), nil
	default:
		return scalar{}, fmt.Errorf("%s is not a string, number or boolean", abbreviate(string(raw)))
	}
}

// plainString reads a JSON string that has no escapes, as nearly all have
// none: lists of 10,000 values are common, and this is ten times as fast as
// package json.
func plainString(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return "", false
	}
	inner := raw[1 : len(raw)-1]
	for _, c := range inner {
		if c < ' ' || c == '"' || c == '\\' {
			return "", false
		}
	}
	return string(inner), utf8.Valid(inner)
}

// appendScalar appends s as JSON.
func appendScalar(dst []byte, s *scalar) []byte {
	switch s.kind {
	case kindString:
		quoted, _ := json.Marshal(s.text) // a string always marshals
		return append(dst, quoted...)
	case kindNumber:
		number, _ := json.Marshal(s.num) // finite by construction
		return append(dst, number...)
	case kindBool:
		return strconv.AppendBool(dst, s.num != 0)
	default:
		return append(dst, "null"...)
	}
}

// abbreviate shortens text for a message, on a character boundary.
func abbreviate(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "..."
}
