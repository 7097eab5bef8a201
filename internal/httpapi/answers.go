package httpapi

import (
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// requireAnswers makes the document say which fields of answers are always there:
// those whose JSON form is never left out. What requests are made of keeps its own
// rules, and is left alone also where answers repeat it.
func requireAnswers(doc *huma.OpenAPI) {
	asked := map[string]bool{}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Content {
				madeOf(doc.Components.Schemas, media.Schema, asked)
			}
		}
	}
	for name, schema := range doc.Components.Schemas.Map() {
		t := doc.Components.Schemas.TypeFromRef("#/components/schemas/" + name)
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if asked[name] || t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(t) {
			key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if schema.Properties[key] != nil && !strings.Contains(options, "omit") && !slices.Contains(schema.Required, key) {
				schema.Required = append(schema.Required, key)
			}
		}
		slices.Sort(schema.Required)
	}
}

// madeOf notes the names of all schemas that a schema is made of.
func madeOf(r huma.Registry, s *huma.Schema, names map[string]bool) {
	if s == nil {
		return
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		if names[name] {
			return
		}
		names[name] = true
		s = r.SchemaFromRef(s.Ref)
	}
	madeOf(r, s.Items, names)
	if more, ok := s.AdditionalProperties.(*huma.Schema); ok {
		madeOf(r, more, names)
	}
	for _, p := range s.Properties {
		madeOf(r, p, names)
	}
	for _, several := range [][]*huma.Schema{s.OneOf, s.AnyOf, s.AllOf} {
		for _, one := range several {
			madeOf(r, one, names)
		}
	}
}
