package httpapi

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// rawRoute is an operation that writes its answer itself: streams, cached
// bytes, and protocols with error forms of their own.
type rawRoute struct {
	route
	body   reflect.Type // nil for none
	answer reflect.Type // nil for none
	media  string       // of the answer; empty is JSON
	errors []int
	query  []string // names of query parameters
}

// handle registers h and describes it in the OpenAPI document.
func (a *API) handle(rt rawRoute, h http.HandlerFunc) {
	a.mux.HandleFunc(rt.method+" "+rt.path, h)
	a.huma.OpenAPI().AddOperation(a.operation(rt))
}

func (a *API) operation(rt rawRoute) *huma.Operation {
	op := &huma.Operation{
		OperationID: rt.id, Method: rt.method, Path: rt.path, Summary: rt.summary, Tags: []string{rt.tag},
		Responses: map[string]*huma.Response{},
	}
	if len(rt.need.kinds) > 0 {
		op.Security = bearer()
	}
	for part := range strings.SplitSeq(rt.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			op.Parameters = append(op.Parameters, parameter("path", strings.TrimSuffix(name, "}")))
		}
	}
	for _, name := range rt.query {
		op.Parameters = append(op.Parameters, parameter("query", name))
	}
	if rt.body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: a.content(rt.body, "application/json")}
	}
	status := rt.status
	if status == 0 {
		status = http.StatusOK
	}
	media := rt.media
	if media == "" {
		media = "application/json"
	}
	op.Responses[strconv.Itoa(status)] = &huma.Response{
		Description: http.StatusText(status), Content: a.content(rt.answer, media),
	}
	for _, e := range rt.errors {
		op.Responses[strconv.Itoa(e)] = &huma.Response{Description: http.StatusText(e)}
	}
	return op
}

func (a *API) content(t reflect.Type, media string) map[string]*huma.MediaType {
	m := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	if t != nil {
		m.Schema = a.huma.OpenAPI().Components.Schemas.Schema(t, true, "")
	}
	return map[string]*huma.MediaType{media: m}
}

func parameter(in, name string) *huma.Param {
	return &huma.Param{Name: name, In: in, Required: in == "path", Schema: &huma.Schema{Type: huma.TypeString}}
}

// etagOf quotes a validator.
func etagOf(revision uint64) string { return `"` + strconv.FormatUint(revision, 10) + `"` }

// notModified tells whether the client has what etag stands for already.
func notModified(r *http.Request, etag string) bool {
	for _, header := range r.Header.Values("If-None-Match") {
		for candidate := range strings.SplitSeq(header, ",") {
			candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
			if candidate == etag || candidate == "*" {
				return true
			}
		}
	}
	return false
}
