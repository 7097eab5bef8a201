package evaluator

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Value is the value of a variant. It is one pointer into the Program that
// served it, so it costs nothing to copy, cannot be changed, and stays valid
// after the Program has been replaced. The zero Value is "no value".
type Value struct {
	variant *variant
}

// variant is a compiled variant; equal variant lists share one table.
type variant struct {
	name string
	raw  string // compact JSON
	text string // TypeString
	num  float64
	kind ValueType
	on   bool // TypeBoolean
}

// Kind is the type of the value, or "" for the zero Value.
func (v Value) Kind() ValueType {
	if v.variant == nil {
		return ""
	}
	return v.variant.kind
}

// IsZero reports whether there is no value.
func (v Value) IsZero() bool { return v.variant == nil }

// Bool returns the value of a boolean flag; ok is false for any other kind.
func (v Value) Bool() (value, ok bool) {
	if v.variant == nil || v.variant.kind != TypeBoolean {
		return false, false
	}
	return v.variant.on, true
}

// String returns the value of a string flag; ok is false for any other kind.
// (It is not fmt.Stringer; Format prints the JSON of a Value of any kind.)
func (v Value) String() (value string, ok bool) {
	if v.variant == nil || v.variant.kind != TypeString {
		return "", false
	}
	return v.variant.text, true
}

// Number returns the value of a number flag, always finite; ok is false for
// any other kind.
func (v Value) Number() (value float64, ok bool) {
	if v.variant == nil || v.variant.kind != TypeNumber {
		return 0, false
	}
	return v.variant.num, true
}

// JSON returns the value of any kind as compact JSON in memory of the
// caller's own; nil for the zero Value.
func (v Value) JSON() json.RawMessage {
	if v.variant == nil {
		return nil
	}
	return json.RawMessage(v.variant.raw)
}

// AppendJSON appends what JSON returns to dst, without allocating when dst has
// room; it appends null for the zero Value.
func (v Value) AppendJSON(dst []byte) []byte {
	if v.variant == nil {
		return append(dst, "null"...)
	}
	return append(dst, v.variant.raw...)
}

// Decode stores the value in the variable that into points to, as
// json.Unmarshal does.
func (v Value) Decode(into any) error {
	if v.variant == nil {
		return fmt.Errorf("decode flag value: there is none")
	}
	if err := json.Unmarshal([]byte(v.variant.raw), into); err != nil {
		return fmt.Errorf("decode flag value: %w", err)
	}
	return nil
}

// Equal reports whether both are of one kind and have the same JSON.
func (v Value) Equal(other Value) bool {
	if v.variant == nil || other.variant == nil {
		return v.variant == other.variant
	}
	return v.variant.kind == other.variant.kind && v.variant.raw == other.variant.raw
}

// MarshalJSON writes the value itself, and null for the zero Value.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// Format writes the JSON of the value for every verb of package fmt.
func (v Value) Format(s fmt.State, _ rune) { _, _ = s.Write(v.AppendJSON(nil)) }

// parseVariant checks a variant's value against the type of its flag.
func parseVariant(kind ValueType, v Variant) (variant, error) {
	if len(v.Value) == 0 {
		return variant{}, fmt.Errorf("has no value; give it a JSON %s", kind)
	}
	var raw bytes.Buffer
	if err := json.Compact(&raw, v.Value); err != nil {
		return variant{}, fmt.Errorf("is not JSON: %w", err)
	}
	out := variant{name: v.Name, raw: raw.String(), kind: kind}
	if kind == TypeJSON {
		return out, nil
	}
	s, err := parseScalar(raw.Bytes())
	if err != nil {
		return variant{}, fmt.Errorf("is %s, but the flag is of type %s", abbreviate(out.raw), kind)
	}
	switch {
	case kind == TypeBoolean && s.kind == kindBool:
		out.on = s.num != 0
	case kind == TypeString && s.kind == kindString:
		out.text = s.text
	case kind == TypeNumber && s.kind == kindNumber:
		out.num = s.num
	default:
		return variant{}, fmt.Errorf("is %s, but the flag is of type %s", abbreviate(out.raw), kind)
	}
	return out, nil
}
