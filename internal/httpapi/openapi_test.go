package httpapi

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The golden lists every route with the key that opens it.
func TestRoutes(t *testing.T) {
	w := newWorld(t, Config{})
	var got []string
	for path, item := range as[object](w.call("", "GET", "/openapi.json", nil).wants(200).at("paths")) {
		for method, op := range as[object](item) {
			got = append(got, strings.ToUpper(method)+" "+path+" "+as[string](as[object](op)["operationId"]))
		}
	}
	slices.Sort(got)
	const golden = "testdata/routes.txt"
	text := strings.Join(got, "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("routes (-golden +got):\n%s", diff)
	}
}

// The document is OpenAPI 3.1 by structure: what it refers to exists, every
// path parameter is declared, every operation has a name and an answer.
func TestOpenAPI(t *testing.T) {
	w := newWorld(t, Config{Version: "1.2.3"})
	r := w.call("", "GET", "/openapi.json", nil).wants(200)
	r.is("3.1.0", "openapi").is("1.2.3", "info", "version").is("flagledger", "info", "title").
		is("bearer", "components", "securitySchemes", "key", "scheme")
	doc := r.tree()
	schemas := as[object](as[object](doc["components"])["schemas"])
	for _, ref := range regexp.MustCompile(`"\$ref":"([^"]*)"`).FindAllStringSubmatch(r.Body.String(), -1) {
		name, ok := strings.CutPrefix(ref[1], "#/components/schemas/")
		if !ok || schemas[name] == nil {
			t.Errorf("%s refers to nothing", ref[1])
		}
	}
	ids := map[string]bool{}
	for path, item := range as[object](doc["paths"]) {
		for method, raw := range as[object](item) {
			op := as[object](raw)
			id, _ := op["operationId"].(string)
			if id == "" || ids[id] || op["summary"] == nil || op["responses"] == nil {
				t.Errorf("%s %s: id %q, or no summary or responses", method, path, id)
			}
			ids[id] = true
			declared := map[string]bool{}
			params, _ := op["parameters"].([]any)
			for _, p := range params {
				if p := as[object](p); p["in"] == "path" {
					declared["{"+as[string](p["name"])+"}"] = p["required"] == true
				}
			}
			for _, name := range regexp.MustCompile(`\{[^}]*\}`).FindAllString(path, -1) {
				if !declared[name] {
					t.Errorf("%s %s: parameter %s is not declared", method, path, name)
				}
			}
		}
	}
	property := func(schema, name string) object {
		p, _ := as[object](as[object](schemas[schema])["properties"])[name].(object)
		return p
	}
	for _, tc := range []struct{ schema, name, want string }{
		{"Ruleset", "revision", "string"},
		{"Flag", "version", "string"},
		{"Exposure", "version", "string"},
		{"FlagView", "seq", "string"},
		{"Stage", "percentage", "number"},
		{"Stage", "minSoak", "string"},
		{"Flag", "on", "boolean"},
		{"Check", "for", "string"},
		{"Gate", "dryRun", "boolean"},
		{"CheckEvidence", "took", "string"},
	} {
		if got := property(tc.schema, tc.name)["type"]; got != tc.want {
			t.Errorf("%s.%s has type %v, want %s", tc.schema, tc.name, got, tc.want)
		}
	}
}

// What handlers answer is what the document says they answer.
func TestAnswersFitTheDocument(t *testing.T) {
	w := newWorld(t, Config{})
	schemas := as[object](w.call("", "GET", "/openapi.json", nil).at("components", "schemas"))
	for path, schema := range map[string]string{
		flagPDF:                               "FlagView",
		"/api/v1/projects/shop":               "ProjectView",
		"/api/v1/projects/shop/plans/default": "PlanView",
	} {
		properties := as[object](as[object](schemas[schema])["properties"])
		for name := range w.call("viewer", "GET", path, nil).wants(200).tree() {
			if properties[name] == nil {
				t.Errorf("%s answers %s, which %s does not have", path, name, schema)
			}
		}
	}
	if raw, err := json.Marshal(w.api.huma.OpenAPI()); err != nil || len(raw) == 0 {
		t.Error(err)
	}
}
