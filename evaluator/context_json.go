package evaluator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"time"
)

// The limits of a context that arrives as JSON or as a map.
const (
	MaxContextAttributes = 1000 // after flattening
	MaxContextDepth      = 16   // nested objects
)

// ContextError says which part of a context cannot be used.
type ContextError struct {
	Path    string // "company.plan", "" for the whole context
	Message string
}

func (e *ContextError) Error() string {
	if e.Path == "" {
		return "context: " + e.Message
	}
	return "context: " + e.Path + ": " + e.Message
}

// ParseContext reads a Context from a JSON object; see ContextFromMap. The
// error is a *ContextError.
func ParseContext(data []byte) (Context, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var values map[string]any
	if err := decoder.Decode(&values); err != nil {
		return Context{}, &ContextError{Message: "is not a JSON object: " + err.Error()}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Context{}, &ContextError{Message: "has something after the JSON object"}
	}
	return ContextFromMap(values)
}

// ContextFromMap makes a Context of the values JSON knows, Go's number types,
// time.Time and lists of strings, numbers or booleans. A nested object becomes
// attributes with dotted names ("company.plan"); nil is a missing attribute;
// "targetingKey" must be a string. Anything else is a *ContextError that names
// the path. values is not kept.
func ContextFromMap(values map[string]any) (Context, error) {
	f := flattener{attrs: make([]Attribute, 1, len(values)+1), taken: make(map[string]bool, len(values))}
	f.attrs[0] = String(TargetingKey, "")
	if key := values[TargetingKey]; key != nil {
		text, ok := key.(string)
		if !ok {
			return Context{}, &ContextError{TargetingKey, fmt.Sprintf("is %s; it must be a string", describe(key))}
		}
		f.attrs[0].text = text
	}
	if err := f.object("", values, 1); err != nil {
		return Context{}, err
	}
	return Context{attrs: normalize(f.attrs)}, nil
}

// flattener collects attributes; keys are visited in order, so the same map
// always gives the same answer.
type flattener struct {
	attrs []Attribute
	taken map[string]bool
}

func (f *flattener) object(prefix string, values map[string]any, depth int) error {
	if depth > MaxContextDepth {
		return &ContextError{prefix[:len(prefix)-1], fmt.Sprintf("is nested deeper than %d objects", MaxContextDepth)}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path := prefix + name
		if path == TargetingKey {
			continue
		}
		if nested, ok := values[name].(map[string]any); ok {
			if err := f.object(path+".", nested, depth+1); err != nil {
				return err
			}
			continue
		}
		if err := f.add(path, values[name]); err != nil {
			return err
		}
	}
	return nil
}

func (f *flattener) add(path string, value any) error {
	if value == nil {
		return nil
	}
	if path == "" {
		return &ContextError{"", "has an attribute without a name"}
	}
	if f.taken[path] {
		return &ContextError{path, "is given twice, as a dotted name and as a nested object"}
	}
	f.taken[path] = true
	if len(f.attrs) > MaxContextAttributes {
		return &ContextError{path, fmt.Sprintf("is one attribute too many; the limit is %d", MaxContextAttributes)}
	}
	if items, ok := listOf(value); ok {
		return f.addList(path, items)
	}
	s, ok := scalarOf(value)
	if !ok {
		return &ContextError{path, fmt.Sprintf("is %s; use a string, a finite number, a boolean, a list of those or an object", describe(value))}
	}
	f.attrs = append(f.attrs, Attribute{name: path, scalar: s})
	return nil
}

func (f *flattener) addList(path string, items []any) error {
	list := make([]scalar, len(items))
	for i, item := range items {
		s, ok := scalarOf(item)
		if !ok {
			return &ContextError{fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf("is %s; a list holds strings, finite numbers or booleans", describe(item))}
		}
		list[i] = s
	}
	f.attrs = append(f.attrs, listAttribute(path, list))
	return nil
}

func listOf(value any) ([]any, bool) {
	switch v := value.(type) {
	case []any:
		return v, true
	case []string:
		return boxed(v), true
	case []int:
		return boxed(v), true
	case []int64:
		return boxed(v), true
	case []float64:
		return boxed(v), true
	default:
		return nil, false
	}
}

func boxed[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

func scalarOf(value any) (scalar, bool) {
	switch v := value.(type) {
	case string:
		return scalar{kind: kindString, text: v}, true
	case bool:
		return boolScalar(v), true
	case time.Time:
		return scalar{kind: kindString, text: v.UTC().Format(time.RFC3339Nano)}, true
	}
	n, ok := numberOf(value)
	if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
		return scalar{}, false
	}
	return scalar{kind: kindNumber, num: n}, true
}

func numberOf(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case int:
		return float64(v), true
	case int8:
		return float64(v), true
	case int16:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint32:
		return float64(v), true
	case uint64:
		return float64(v), true
	case json.Number:
		n, err := v.Float64()
		return n, err == nil
	default:
		return 0, false
	}
}

// describe names what was found in words of JSON where there are any.
func describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case float64, float32, json.Number:
		return fmt.Sprintf("the number %v", v)
	case bool:
		return fmt.Sprintf("the boolean %v", v)
	default:
		return fmt.Sprintf("of the Go type %T", v)
	}
}
