package evaluator

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// TargetingKey is the attribute name that stands for the targeting key of a
// Context.
const TargetingKey = "targetingKey"

// linearAttributes is how many attributes are searched one by one: for so few
// that is faster than a map and needs nothing to be built. A larger context is
// sorted once and searched by halves, so a huge one cannot make every clause
// slow.
const linearAttributes = 16

// Context is who or what a flag is evaluated for: a targeting key and typed
// attributes. It is immutable, may be shared between goroutines, and costs one
// allocation to build. The zero Context has no targeting key and no
// attributes.
type Context struct {
	// attrs[0] is the targeting key (text empty if there is none). Of two
	// attributes with one name the later counts.
	attrs []Attribute
}

// NewContext makes a Context. An empty targetingKey means there is none. When
// two attributes share a name the later one counts; one named "targetingKey"
// replaces targetingKey if it is a string and is ignored otherwise. attrs is
// not kept.
func NewContext(targetingKey string, attrs ...Attribute) Context {
	all := make([]Attribute, len(attrs)+1)
	all[0] = Attribute{name: TargetingKey, scalar: scalar{kind: kindString, text: targetingKey}}
	copy(all[1:], attrs)
	return Context{attrs: normalize(settle(all, 1))}
}

// With returns a Context that has attrs too, in place of those of the same
// name; c stays as it is.
func (c Context) With(attrs ...Attribute) Context {
	if len(c.attrs) == 0 {
		return NewContext("", attrs...)
	}
	all := make([]Attribute, len(c.attrs)+len(attrs))
	copy(all[copy(all, c.attrs):], attrs)
	return Context{attrs: normalize(settle(all, len(c.attrs)))}
}

// settle removes the attributes from start on that have no name or value, and
// moves a targeting key to its place. Nearly always there is nothing to do,
// and all has been copied in one go.
func settle(all []Attribute, start int) []Attribute {
	for i := start; i < len(all); i++ {
		if all[i].ordinary() {
			continue
		}
		kept := all[:i]
		for ; i < len(all); i++ {
			if all[i].ordinary() {
				kept = append(kept, all[i])
			} else if all[i].name == TargetingKey && all[i].kind == kindString {
				all[0] = all[i]
			}
		}
		return kept
	}
	return all
}

func (a *Attribute) ordinary() bool {
	return a.kind != kindNone && a.name != "" && a.name != TargetingKey
}

// normalize sorts a large context by name and drops what is overridden.
func normalize(all []Attribute) []Attribute {
	if len(all) <= linearAttributes {
		return all
	}
	rest := all[1:]
	slices.SortStableFunc(rest, func(a, b Attribute) int { return strings.Compare(a.name, b.name) })
	kept := rest[:0]
	for i := range rest {
		if i+1 == len(rest) || rest[i+1].name != rest[i].name {
			kept = append(kept, rest[i])
		}
	}
	return all[:1+len(kept)]
}

// TargetingKey returns the targeting key, or "".
func (c Context) TargetingKey() string {
	if len(c.attrs) == 0 {
		return ""
	}
	return c.attrs[0].text
}

// Lookup returns the attribute called name; ok is false if it is missing. The
// name "targetingKey" gives the targeting key, unless that is empty.
func (c Context) Lookup(name string) (_ Attribute, ok bool) {
	if name == "" {
		return Attribute{}, false
	}
	if name == TargetingKey {
		name = ""
	}
	if a := find(c.attrs, name); a != nil {
		return *a, true
	}
	return Attribute{}, false
}

// Attributes yields every attribute once, the targeting key (if there is one)
// first.
func (c Context) Attributes() iter.Seq[Attribute] {
	return func(yield func(Attribute) bool) {
		for i := range c.attrs {
			a := &c.attrs[i]
			if i == 0 && a.text == "" || i > 0 && find(c.attrs, a.name) != a {
				continue
			}
			if !yield(*a) {
				return
			}
		}
	}
}

// MarshalJSON writes the attributes as one flat object with dotted names;
// ParseContext reads it back.
func (c Context) MarshalJSON() ([]byte, error) {
	flat := make(map[string]json.RawMessage, len(c.attrs))
	for a := range c.Attributes() {
		flat[a.name] = a.appendJSON(nil)
	}
	return json.Marshal(flat)
}

// find returns the attribute called name, or nil. The empty name stands for
// the targeting key, which is how compiled clauses and splits name it.
func find(attrs []Attribute, name string) *Attribute {
	if len(attrs) == 0 {
		return nil
	}
	if name == "" {
		if attrs[0].text == "" {
			return nil
		}
		return &attrs[0]
	}
	if len(attrs) > linearAttributes {
		return search(attrs, name)
	}
	for i := len(attrs) - 1; i > 0; i-- {
		if attrs[i].name == name {
			return &attrs[i]
		}
	}
	return nil
}

// search is find in a sorted context.
func search(attrs []Attribute, name string) *Attribute {
	low, high := 1, len(attrs)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if attrs[middle].name < name {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(attrs) && attrs[low].name == name {
		return &attrs[low]
	}
	return nil
}
