package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// route is one operation of the admin API.
type route struct {
	method, path string
	id           string // of the operation, unique
	summary      string
	tag          string
	need         need
	status       int   // on success; 0 means 200
	conditional  bool  // takes If-Match
	largest      int64 // body in bytes; 0 means maxAdminBody
}

// register binds a typed handler to a route. The key is checked first, then
// the body is read, then both are validated against the schema of I.
func register[I, O any](a *API, rt route, handle func(context.Context, *I) (*O, error)) {
	errs := []int{401, 403, 404, 409, 422, 503}
	if rt.conditional {
		errs = append(errs, http.StatusPreconditionFailed)
	}
	if rt.largest == 0 {
		rt.largest = maxAdminBody
	}
	huma.Register(a.huma, huma.Operation{
		OperationID: rt.id, Method: rt.method, Path: rt.path, Summary: rt.summary, Tags: []string{rt.tag},
		DefaultStatus: rt.status, Security: bearer(), Errors: errs,
		// The body is in memory by then: these keep huma's own limits away.
		MaxBodyBytes: rt.largest + 1, BodyReadTimeout: -1,
		Middlewares: huma.Middlewares{a.guard(rt.need, rt.largest)},
	}, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, a.cfg.Timeout)
		defer cancel()
		out, err := handle(ctx, in)
		if err != nil {
			model, headers := a.problem(ctx, err), http.Header{}
			withHeaders(model, headers)
			return nil, huma.ErrorWithHeaders(model, headers)
		}
		return out, nil
	})
}

// guard admits the request and reads its body, of so many bytes at most.
func (a *API) guard(n need, largest int64) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		id, err := a.admit(r, n, ctx.Param("project"))
		var body []byte
		if err == nil && r.Method != http.MethodGet && r.Method != http.MethodDelete {
			body, err = readBody(r, largest)
		}
		if err != nil {
			a.fail(w, r, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		next(huma.WithValue(ctx, identityKey{}, id))
	}
}

func bearer() []map[string][]string { return []map[string][]string{{"key": {}}} }

// openAPIConfig describes the API as a whole. Documents are served by
// operationRoutes; huma's own routes would render them with scripts from
// elsewhere.
func openAPIConfig(version string) huma.Config {
	c := huma.DefaultConfig("flagledger", version)
	c.Info.Description = "Feature flags, gradual rollouts and experiments on an event-sourced ledger."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.FieldsOptionalByDefault = true
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{polish}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key": {Type: "http", Scheme: "bearer", Description: "An access key: fl_admin_..., fl_server_... or fl_client_..."},
	}
	alias[ledger.Duration, durationText](c.Components.Schemas)
	alias[ledger.Percentage, percent](c.Components.Schemas)
	alias[evaluator.Value, json.RawMessage](c.Components.Schemas)
	return c
}

// alias documents T, which has a JSON form of its own, as A.
func alias[T, A any](r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[T](), reflect.TypeFor[A]())
}

// durationText is the schema of ledger.Duration.
type durationText string

// Schema implements huma.SchemaProvider.
func (durationText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "Go duration", Examples: []any{"30m", "24h"}}
}

// percent is the schema of ledger.Percentage.
type percent float64

// Schema implements huma.SchemaProvider.
func (percent) Schema(huma.Registry) *huma.Schema {
	low, high := 0.0, 100.0
	return &huma.Schema{
		Type: huma.TypeNumber, Minimum: &low, Maximum: &high,
		Description: "percent of the units, with at most three decimals", Examples: []any{12.5},
	}
}

// quoteIntegers makes the schemas say what the tag ",string" does: those
// integers travel as strings, because JavaScript would round them.
func quoteIntegers(r huma.Registry) {
	for name, schema := range r.Map() {
		t := r.TypeFromRef("#/components/schemas/" + name)
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(t) {
			key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if p := schema.Properties[key]; p != nil && strings.Contains(options, "string") {
				*p = huma.Schema{Type: huma.TypeString, Description: p.Description, Examples: []any{"4711"}}
			}
		}
	}
}

// describe gives the OpenAPI document.
func (a *API) describe() ([]byte, error) {
	quoteIntegers(a.huma.OpenAPI().Components.Schemas)
	requireAnswers(a.huma.OpenAPI())
	return json.Marshal(a.huma.OpenAPI())
}
