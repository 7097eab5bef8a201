package httpapi

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

// samples are bodies that routes accept; odd ones are made from them.
func samples() map[string]object {
	plan := object{
		"name": "p", "stages": []any{object{"percentage": 5.5, "minSoak": "1h", "minExpected": 3.0}},
		"gates": []any{
			object{"metric": "error-rate", "maxRatio": 2.0},
			object{"dryRun": true, "check": object{"name": "c", "source": "s", "query": `up{v="$variant"}`, "maxRatio": 2.0, "for": "5m"}},
		}, "interval": "1m", "onFail": "pause",
	}
	details := object{"name": "n", "tags": []any{"a"}, "removeBy": "2026-09-01T00:00:00Z", "permanent": true}
	clause := object{"attribute": "a", "op": "in", "values": []any{"x", 1.0, true}, "negate": true}
	split := object{
		"by": "b", "salt": "s", "weights": []any{object{"variant": "on", "weight": 100000.0}},
		"include": object{"weight": 5.0, "salt": "t", "otherwise": "off"},
	}
	return map[string]object{
		"createProject":      {"key": "k", "name": "n", "environments": []any{object{"key": "e", "name": "E", "production": true}}, "reason": "r"},
		"createEnvironment":  {"key": "k", "name": "n", "production": true},
		"createFlag":         {"key": "k", "type": "string", "variants": []any{object{"name": "v", "value": "x"}}, "salt": "s", "details": details},
		"changeFlagDetails":  {"details": details, "reason": "r"},
		"replaceVariants":    {"variants": []any{object{"name": "on", "value": true}, object{"name": "off", "value": false}}},
		"replaceConfig":      {"config": object{"on": true, "offVariant": "off", "prerequisites": []any{object{"flag": "f", "variants": []any{"v"}}}, "targets": []any{object{"variant": "on", "by": "a", "values": []any{"u"}}}, "rules": []any{object{"id": "r", "clauses": []any{clause}, "serve": object{"split": split}}}, "default": object{"variant": "on"}}},
		"startRollout":       {"inlinePlan": plan, "treatment": "on", "control": "off", "by": "a"},
		"saveSegment":        {"name": "n", "segment": object{"version": "1", "included": []any{object{"by": "a", "values": []any{"u"}}}, "rules": []any{object{"clauses": []any{clause}}}}},
		"saveMetric":         {"metric": object{"kind": "quantile", "event": "e", "quantile": 0.5, "window": "1h"}},
		"savePlan":           {"plan": plan},
		"createKey":          {"kind": "server", "name": "n", "project": "shop", "environment": "production", "expiresAt": "2027-01-01T00:00:00Z"},
		"evaluate":           {"flag": "pdf", "context": object{"targetingKey": "u", "a": object{"b": []any{1.0, "x"}}}, "explain": true},
		"acknowledgeRuleset": {"instance": "i", "revision": "1", "sdk": "s"},
		"reportEvents": {
			"id": "b", "sdk": "s", "exposures": []any{object{"flag": "f", "variant": "v", "unit": "u", "version": "1", "at": "2026-03-02T09:00:00Z"}},
			"events": []any{object{"name": "e", "value": 1.5, "failed": true, "units": object{"a": "1"}, "attributes": object{"k": "v"}}},
		},
		"ofrepEvaluate":    {"context": object{"targetingKey": "u", "a": []any{1.0}}},
		"ofrepEvaluateAll": {"context": object{"targetingKey": "u", "a": object{"b": "c"}}},
	}
}

// oddValues are what no route expects.
func oddValues() []any {
	return []any{
		nil, true, -1.0, 0.5, 1e300, "", "\x00", "a\nb", "../..", "ключ", strings.Repeat("x", 3000),
		[]any{},
		object{},
		[]any{nil},
		[]any{[]any{}},
		object{"": 1.0},
		object{"x": nil},
		"9223372036854775808", "-1", "1e9", "NaN",
		json.RawMessage("1e999"), json.RawMessage(`"\ud800"`), json.RawMessage(strings.Repeat("[", 300) + strings.Repeat("]", 300)),
	}
}

// oddBodies are not JSON, or not what JSON usually is.
func oddBodies() []string {
	return []string{
		"", " ", "null", "0", `""`, "[]", "{}", "[{}]", "{", "}", `{"a":1}{"b":2}`, "\xff\xfe", "\xef\xbb\xbf{}", `{"key":"\xc3\x28"}`,
		`{"key":"a","key":"b"}`, `{"KEY":"a"}`, "nul", "[1,]", `{"a":}`, strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 20_000),
	}
}

// mutate replaces, removes or adds something somewhere in v.
func mutate(rng *rand.Rand, v any) any {
	odd := oddValues()
	if rng.IntN(4) == 0 {
		return odd[rng.IntN(len(odd))]
	}
	switch v := v.(type) {
	case object:
		out := object{}
		at, i := rng.IntN(len(v)+1), 0
		for k, item := range v {
			switch {
			case i != at:
				out[k] = item
			case rng.IntN(8) > 0:
				out[k] = mutate(rng, item)
			}
			i++
		}
		if at == len(v) {
			out["surplus"] = odd[rng.IntN(len(odd))]
		}
		return out
	case []any:
		if len(v) == 0 {
			return odd
		}
		out := append([]any(nil), v...)
		out[rng.IntN(len(out))] = mutate(rng, out[0])
		return append(out, out[:rng.IntN(len(out)+1)]...)
	default:
		return odd[rng.IntN(len(odd))]
	}
}

// No body leads to a 500, and each refusal has the form of its protocol.
func TestOddBodies(t *testing.T) {
	w := newWorld(t, Config{})
	w.do(ledger.StartRollout{PlaceRef: pdfIn("staging"), Rollout: "r1"})
	bodies := samples()
	tried := 0
	for path, item := range w.api.huma.OpenAPI().Paths {
		for _, op := range []struct {
			method string
			id     string
			body   bool
		}{
			{"POST", idOf(item.Post), item.Post != nil && item.Post.RequestBody != nil},
			{"PUT", idOf(item.Put), item.Put != nil && item.Put.RequestBody != nil},
			{"PATCH", idOf(item.Patch), item.Patch != nil && item.Patch.RequestBody != nil},
		} {
			if !op.body {
				continue
			}
			sample := bodies[op.id]
			if sample == nil {
				sample = object{"reason": "r"}
			}
			delete(bodies, op.id)
			rng := rand.New(rand.NewPCG(1, uint64(len(path))))
			for n := range 200 {
				var body any
				if odd := oddBodies(); n < len(odd) {
					body = odd[n]
				} else {
					body = mutate(rng, sample)
				}
				w.tryOdd(op.method, path, body)
				tried++
			}
		}
	}
	for id := range bodies {
		t.Errorf("no route is called %s", id)
	}
	t.Logf("%d bodies", tried)
}

func idOf(op any) string {
	raw, _ := json.Marshal(op)
	var doc struct {
		OperationID string `json:"operationId"`
	}
	_ = json.Unmarshal(raw, &doc)
	return doc.OperationID
}

func (w *world) tryOdd(method, path string, body any) {
	w.t.Helper()
	key := "admin"
	switch {
	case strings.HasPrefix(path, "/ofrep"), path == eventsPath:
		key = "client"
	case strings.HasPrefix(path, "/api/v1/ruleset"):
		key = "server"
	}
	fill := strings.NewReplacer("{project}", "shop", "{flag}", "pdf", "{environment}", "staging", "{key}", "pdf", "{id}", "x")
	r := w.call(key, method, fill.Replace(path), body)
	shown, _ := json.Marshal(body)
	if r.Code >= 500 {
		w.t.Errorf("%s %s: %d for %.300s: %s", method, path, r.Code, shown, r.Body)
	}
	if r.Code < 400 {
		return
	}
	if strings.HasPrefix(path, "/ofrep") {
		if r.at("errorCode") == nil {
			w.t.Errorf("%s %s: %s", method, path, r.Body)
		}
		return
	}
	if kind, _ := r.at("type").(string); !strings.HasPrefix(kind, problemType) || r.Header().Get("Content-Type") != "application/problem+json" {
		w.t.Errorf("%s %s: %d %s", method, path, r.Code, r.Body)
	}
}

// Odd names in paths and queries are refused or not found.
func TestOddPaths(t *testing.T) {
	w := newWorld(t, Config{})
	odd := []string{"%00", "%ff", "a%2Fb", "%2e%2e", "*", "%3E", "~", strings.Repeat("x", 5000), "%F0%9F%98%80", "ledger.%3E", "%20"}
	for path, item := range w.api.huma.OpenAPI().Paths {
		if strings.HasSuffix(path, "/stream") || !strings.Contains(path, "{") {
			continue
		}
		for _, value := range odd {
			for _, name := range []string{"{project}", "{flag}", "{environment}", "{key}", "{id}"} {
				if !strings.Contains(path, name) {
					continue
				}
				full := strings.Replace(path, name, value, 1)
				full = strings.NewReplacer("{project}", "shop", "{flag}", "pdf", "{environment}", "staging", "{key}", "pdf").Replace(full)
				for method, op := range map[string]any{"GET": item.Get, "DELETE": item.Delete, "POST": item.Post, "PUT": item.Put} {
					var body any
					if method == "POST" || method == "PUT" {
						body = samples()[idOf(op)]
					}
					for _, query := range []string{"", "?" + value + "=1", "?limit=" + value} {
						if r := w.call("admin", method, full+query, body); r.Code >= 500 {
							t.Errorf("%s %.200s%s: %d %s", method, full, query, r.Code, r.Body)
						}
					}
				}
			}
		}
	}
	for _, header := range []string{"Authorization", "X-API-Key", "Idempotency-Key", "If-None-Match", "Content-Type", "Accept", "Content-Encoding"} {
		for _, value := range []string{"\x80", ";", "a;b=", `"`, "+;+", strings.Repeat("x", 5000), "fl_admin__", "fl____", "Bearer fl_admin_x_y"} {
			if r := w.call("admin", http.MethodPost, "/api/v1/projects/shop/flags", object{"key": "a b"}, header, value); r.Code >= 500 {
				t.Errorf("%s: %.50q: %d %s", header, value, r.Code, r.Body)
			}
		}
	}
}
