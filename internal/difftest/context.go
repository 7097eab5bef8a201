package difftest

import "strings"

// context draws a context as a JSON object. Of each attribute there is one, so
// it is never an error.
func (d *dice) context() map[string]any {
	ctx := map[string]any{}
	for k := range kinds {
		for _, name := range attributes(k) {
			if d.chance(70) {
				d.set(ctx, name, k)
			}
		}
	}
	if d.chance(50) {
		ctx["tags"] = d.list(kindUnit)
	}
	return ctx
}

func (d *dice) set(ctx map[string]any, name string, k kind) {
	value := d.drawn(k)
	switch {
	case name == "targetingKey":
		value = d.drawnText(k)
	case d.chance(8):
		value = d.list(k)
	case d.chance(2):
		value = nil
	}
	// A dotted name stands as it is, or along its dots.
	outer, inner, dotted := strings.Cut(name, ".")
	if !dotted || outer == "" || d.chance(30) {
		ctx[name] = value
		return
	}
	nested, ok := ctx[outer].(map[string]any)
	if !ok {
		nested = map[string]any{}
		ctx[outer] = nested
	}
	if next, last, more := strings.Cut(inner, "."); more && d.chance(50) {
		nested[next] = map[string]any{last: value}
		return
	}
	nested[inner] = value
}

func (d *dice) list(k kind) []any {
	out := make([]any, d.IntN(4))
	for i := range out {
		out[i] = d.drawn(k)
	}
	return out
}
