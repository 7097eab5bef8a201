package evaluator

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// Attribute is one named property of a Context: a string, a number, a boolean
// or a list of those. The zero Attribute is ignored by NewContext.
type Attribute struct {
	name string
	scalar
	list *[]scalar // kindList only
}

// String makes a string attribute.
func String(name, value string) Attribute {
	return Attribute{name: name, scalar: scalar{kind: kindString, text: value}}
}

// Number makes a number attribute. NaN and the infinities do not exist in
// JSON; with them the attribute is missing.
func Number(name string, value float64) Attribute {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return Attribute{}
	}
	return Attribute{name: name, scalar: scalar{kind: kindNumber, num: value}}
}

// Int makes a number attribute. Beyond 2^53-1 either way the number loses
// precision, as it would in JSON, and is refused as a unit; give large ids as
// strings.
func Int(name string, value int64) Attribute {
	return Attribute{name: name, scalar: scalar{kind: kindNumber, num: float64(value)}}
}

// Bool makes a boolean attribute.
func Bool(name string, value bool) Attribute {
	return Attribute{name: name, scalar: boolScalar(value)}
}

// Time makes a string attribute holding value in RFC 3339 in UTC, as it would
// arrive in JSON. Comparisons see whole milliseconds.
func Time(name string, value time.Time) Attribute {
	return String(name, value.UTC().Format(time.RFC3339Nano))
}

// Strings makes a list attribute. A clause matches a list if it matches any of
// its elements. values is not kept.
func Strings(name string, values []string) Attribute {
	items := make([]scalar, len(values))
	for i, v := range values {
		items[i] = scalar{kind: kindString, text: v}
	}
	return listAttribute(name, items)
}

func listAttribute(name string, items []scalar) Attribute {
	return Attribute{name: name, scalar: scalar{kind: kindList}, list: &items}
}

// Name returns the name the attribute was made with.
func (a Attribute) Name() string { return a.name }

// Value returns the value as a string, float64, bool or []any of those; nil
// for the zero Attribute.
func (a Attribute) Value() any {
	if a.kind != kindList {
		return a.scalar.value()
	}
	values := make([]any, len(*a.list))
	for i := range *a.list {
		values[i] = (*a.list)[i].value()
	}
	return values
}

// Text returns the value as text: a number in decimal, a list joined by commas,
// "" for the zero Attribute.
func (a Attribute) Text() string { return textOf(a.Value()) }

func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = textOf(part)
		}
		return strings.Join(parts, ",")
	}
	return ""
}

// MarshalJSON writes the value alone, without the name.
func (a Attribute) MarshalJSON() ([]byte, error) { return a.appendJSON(nil), nil }

func (a *Attribute) appendJSON(dst []byte) json.RawMessage {
	if a.kind != kindList {
		return appendScalar(dst, &a.scalar)
	}
	dst = append(dst, '[')
	for i := range *a.list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendScalar(dst, &(*a.list)[i])
	}
	return append(dst, ']')
}

func (s *scalar) value() any {
	switch s.kind {
	case kindString:
		return s.text
	case kindNumber:
		return s.num
	case kindBool:
		return s.num != 0
	default:
		return nil
	}
}
