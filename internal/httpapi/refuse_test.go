package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/internal/hygiene/hygienetest"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/ledger/memlog"
	"github.com/flagledger/flagledger/projector"
)

// Every refusal names its kind and, where there is one, the field; and nothing
// is written.
func TestBadRequests(t *testing.T) {
	w := newWorld(t, Config{})
	w.do(ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "gate"}})
	w.do(ledger.ReplaceConfig{
		PlaceRef: ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "gate"}, Environment: "production"},
		Config: evaluator.Config{
			Prerequisites: []evaluator.Prerequisite{{Flag: "pdf", Variants: []string{"on"}}},
			Default:       evaluator.Serve{Variant: "on"},
		},
	})
	const (
		flags, env = "/api/v1/projects/shop/flags", flagPDF + "/environments/production"
		plan       = "/api/v1/projects/shop/plans/p"
		keys       = "/api/v1/keys"
	)
	config := func(c object) object { return object{"config": c} }
	for _, tc := range []struct {
		name, method, path string
		body               any
		code               code
		field              string
		headers            []string
	}{
		{"malformed", "POST", flags, `{"key":`, codeMalformed, "body", nil},
		{"malformed in the middle", "POST", flags, "{\"key\":\n \"a\",,}", codeMalformed, "body", nil},
		{"not an object", "POST", flags, `[1]`, codeInvalid, "body", nil},
		{"null", "POST", flags, `null`, codeInvalid, "body", nil},
		{"no body", "POST", flags, nil, codeMalformed, "", nil},
		{"wrong content type", "POST", flags, `{"key":"a"}`, codeUnsupported, "", []string{"Content-Type", "text/plain"}},
		{"wrong encoding", "POST", flags, `{"key":"a"}`, codeUnsupported, "", []string{"Content-Encoding", "br"}},
		{"not really gzip", "POST", flags, `{"key":"a"}`, codeMalformed, "", []string{"Content-Encoding", "gzip"}},
		{"too large", "POST", flags, `{"key":"` + strings.Repeat("a", maxAdminBody) + `"}`, codeTooLarge, "", nil},
		{"bomb", "POST", flags, zipped(strings.Repeat(" ", 3<<20)), codeTooLarge, "", []string{"Content-Encoding", "gzip"}},
		{"unknown field", "POST", flags, object{"key": "a", "colour": 1}, codeInvalid, "body.colour", nil},
		{"unknown field inside", "PUT", env, config(object{"default": object{"variant": "on"}, "rulez": 1}), codeInvalid, "body.config.rulez", nil},
		{"unknown query", "GET", flags + "?sort=up", nil, codeInvalid, "query.sort", nil},
		{"query of another type", "GET", flagPDF + "/history?limit=many", nil, codeInvalid, "query.limit", nil},
		{"query out of range", "GET", flagPDF + "/history?limit=5000", nil, codeInvalid, "query.limit", nil},
		{"missing key", "POST", flags, object{"type": "boolean"}, codeInvalid, "body", nil},
		{"bad key", "POST", flags, object{"key": "no spaces"}, codeInvalid, "body.key", nil},
		{"wrong type", "POST", flags, object{"key": 7}, codeInvalid, "body.key", nil},
		{"unknown flag type", "POST", flags, object{"key": "a", "type": "colour"}, codeInvalid, "body.type", nil},
		{"value of another type", "POST", flags, object{"key": "a", "type": "number", "variants": []object{{"name": "x", "value": "7"}}}, codeInvalid, "body.variants[0].value", nil},
		{"unknown off variant", "POST", flags, object{"key": "a", "offVariant": "maybe"}, codeInvalid, "body.offVariant", nil},
		{"unknown on variant", "POST", flags, object{"key": "a", "onVariant": "maybe"}, codeInvalid, "body.onVariant", nil},
		{"flag exists", "POST", flags, object{"key": "pdf"}, codeExists, "", nil},
		{"long reason", "DELETE", flagPDF + "?reason=" + strings.Repeat("x", 1001), nil, codeInvalid, "query.reason", nil},
		{"bad idempotency key", "DELETE", flagPDF, nil, codeInvalid, "header.Idempotency-Key", []string{"Idempotency-Key", "a b"}},
		{"idempotency key of a roll-back", "DELETE", flagPDF, nil, codeInvalid, "header.Idempotency-Key", []string{"Idempotency-Key", "wf.7.1.rollback"}},
		{"idempotency key of a scheduled change", "DELETE", flagPDF, nil, codeInvalid, "header.Idempotency-Key", []string{"Idempotency-Key", "sched.7"}},
		{"idempotency key of the first start", "DELETE", flagPDF, nil, codeInvalid, "header.Idempotency-Key", []string{"Idempotency-Key", "first-start.project"}},
		{"used as prerequisite", "DELETE", flagPDF, nil, codeRefused, "", nil},
		{"variant still needed", "PUT", flagPDF + "/variants", object{"variants": []object{{"name": "off", "value": false}}}, codeInvalid, "body.variants", nil},
		{"weights do not sum", "PUT", env, config(object{"default": object{"split": object{"weights": []object{{"variant": "on", "weight": 5}}}}}), codeInvalid, "body.config.default.split.weights", nil},
		{"unknown variant", "PUT", env, config(object{"default": object{"variant": "maybe"}}), codeInvalid, "body.config.default.variant", nil},
		{"unknown segment", "PUT", env, config(object{"default": object{"variant": "on"}, "rules": []object{{"id": "r", "serve": object{"variant": "on"}, "clauses": []object{{"op": "inSegment", "values": []string{"nope"}}}}}}), codeInvalid, "body.config.rules[0].clauses[0].values[0]", nil},
		{"cycle", "PUT", env, config(object{"default": object{"variant": "on"}, "prerequisites": []object{{"flag": "gate", "variants": []string{"on"}}}}), codeInvalid, "body.config.prerequisites", nil},
		{"event too large", "PUT", env, config(object{"default": object{"variant": "on"}, "targets": []object{{"variant": "on", "values": many(40_000)}}}), codeInvalid, "", nil},
		{"bad wait", "POST", env + "/off?wait=1h", nil, codeInvalid, "query.wait", nil},
		{"wait is no duration", "POST", env + "/off?wait=soon", nil, codeInvalid, "query.wait", nil},
		{"unknown plan", "POST", env + "/rollout", object{"plan": "nope"}, codeNotFound, "", nil},
		{"two plans", "POST", env + "/rollout", object{"plan": "default", "inlinePlan": object{"stages": []object{{"percentage": 5}}}}, codeInvalid, "body.plan", nil},
		{"bad inline plan", "POST", env + "/rollout", object{"inlinePlan": object{"stages": []object{}}}, codeInvalid, "body.inlinePlan.stages", nil},
		{"unknown treatment", "POST", env + "/rollout", object{"treatment": "x"}, codeInvalid, "body.treatment", nil},
		{"no rollout", "POST", env + "/rollout/pause", nil, codeNotFound, "", nil},
		{"stages fall", "PUT", plan, object{"plan": object{"stages": []object{{"percentage": 50}, {"percentage": 5}}}}, codeInvalid, "body.plan.stages[1].percentage", nil},
		{"percentage too fine", "PUT", plan, object{"plan": object{"stages": []object{{"percentage": 1.23456}}}}, codeInvalid, "body", nil},
		{"percentage above 100", "PUT", plan, object{"plan": object{"stages": []object{{"percentage": 101}}}}, codeInvalid, "body.plan.stages[0].percentage", nil},
		{"bad duration", "PUT", plan, object{"plan": object{"stages": []object{{"percentage": 1, "minSoak": "long"}}}}, codeInvalid, "body", nil},
		{"bad metric", "PUT", "/api/v1/projects/shop/metrics/m", object{"metric": object{"kind": "quantile", "event": "e", "quantile": 7}}, codeInvalid, "body.metric.quantile", nil},
		{"bad segment key", "PUT", "/api/v1/projects/shop/segments/a%20b", object{"segment": object{}}, codeInvalid, "path.key", nil},
		{"metric in use", "DELETE", "/api/v1/projects/shop/metrics/error-rate", nil, codeRefused, "", nil},
		{"unknown flag", "POST", flags + "/nope/environments/production/on", nil, codeNotFound, "", nil},
		{"unknown environment", "POST", flagPDF + "/environments/moon/on", nil, codeNotFound, "", nil},
		{"unknown project", "POST", "/api/v1/projects/nope/flags", object{"key": "a"}, codeNotFound, "", nil},
		{"unknown project to read", "GET", "/api/v1/projects/nope/flags", nil, codeNotFound, "", nil},
		{"unknown environment to read", "GET", "/api/v1/projects/shop/environments/moon/ruleset", nil, codeNotFound, "", nil},
		{"project exists", "POST", "/api/v1/projects", object{"key": "shop"}, codeExists, "", nil},
		{"environment exists", "POST", "/api/v1/projects/shop/environments", object{"key": "production"}, codeExists, "", nil},
		{"bad environment", "POST", "/api/v1/projects/shop/environments", object{"key": "../x"}, codeInvalid, "body.key", nil},
		{"too many environments", "POST", "/api/v1/projects", object{"key": "p", "environments": environments(101)}, codeInvalid, "body.environments", nil},
		{"admin key without role", "POST", keys, object{"kind": "admin", "name": "x"}, codeInvalid, "body.role", nil},
		{"SDK key without environment", "POST", keys, object{"kind": "server", "name": "x", "project": "shop"}, codeInvalid, "body.environment", nil},
		{"key of unknown kind", "POST", keys, object{"kind": "root", "name": "x"}, codeInvalid, "body.kind", nil},
		{"key already expired", "POST", keys, object{"kind": "admin", "role": "viewer", "name": "x", "expiresAt": "2020-01-01T00:00:00Z"}, codeInvalid, "body.expiresAt", nil},
		{"unknown key", "DELETE", keys + "/nope", nil, codeNotFound, "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			end := w.end()
			r := w.call("admin", tc.method, tc.path, tc.body, tc.headers...)
			r.t = t
			r.problem(tc.code, tc.field)
			if r.Body.Len() > 8000 {
				t.Errorf("the answer has %d bytes: it sends the request back", r.Body.Len())
			}
			if w.end() != end {
				t.Errorf("something was written: the ledger went from %d to %d", end, w.end())
			}
		})
	}
}

func TestMalformedSaysWhere(t *testing.T) {
	w := newWorld(t, Config{})
	r := w.call("admin", "POST", "/api/v1/projects", "{\n  \"key\": nope}")
	r.problem(codeMalformed, "body")
	if detail := as[string](r.at("detail")); !strings.Contains(detail, "line 2, column 11") {
		t.Errorf("detail %q", detail)
	}
}

func zipped(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.Bytes()
}

func many(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("user-%d", i)
	}
	return out
}

func environments(n int) []object {
	out := make([]object, n)
	for i := range out {
		out[i] = object{"key": fmt.Sprintf("e%d", i)}
	}
	return out
}

func TestAdmission(t *testing.T) {
	w := newWorld(t, Config{})
	expired := NewKey(ledger.AccessAdmin)
	soon := epoch.Add(time.Hour)
	w.do(ledger.CreateAccessKey{ID: expired.ID, Key: ledger.AccessKey{
		Kind: ledger.AccessAdmin, Name: "short", Hash: expired.Hash, Role: ledger.RoleAdmin, ExpiresAt: &soon,
	}})
	w.keys["expired"] = expired
	w.call("expired", "GET", flagPDF, nil).wants(200)
	w.pass(time.Hour)
	revoked := NewKey(ledger.AccessServer)
	w.do(ledger.CreateAccessKey{ID: revoked.ID, Key: ledger.AccessKey{
		Kind: ledger.AccessServer, Name: "gone", Hash: revoked.Hash, Project: "shop", Environment: "production",
	}})
	w.do(ledger.RevokeAccessKey{ID: revoked.ID})
	w.keys["revoked"] = revoked

	adminText, serverText := w.keys["admin"].Text, w.keys["server"].Text
	wrongSecret := adminText[:len(adminText)-4] + "AAAA"
	wrongKind := strings.Replace(serverText, "fl_server_", "fl_admin_", 1)
	for _, tc := range []struct {
		name, key, method, path string
		code                    code
		says                    string
		headers                 []string
	}{
		{"no key", "", "GET", flagPDF, codeUnauthenticated, "a key is needed", nil},
		{"not a key", "hello", "GET", flagPDF, codeUnauthenticated, "not a key", nil},
		{"basic", "", "GET", flagPDF, codeUnauthenticated, "Bearer", []string{"Authorization", "Basic YTpi"}},
		{"wrong secret", wrongSecret, "GET", flagPDF, codeUnauthenticated, "no such key", nil},
		{"another kind in the text", wrongKind, "GET", flagPDF, codeUnauthenticated, "no such key", nil},
		{"expired", "expired", "GET", flagPDF, codeUnauthenticated, "expired", nil},
		{"revoked", "revoked", "GET", "/api/v1/ruleset", codeUnauthenticated, "revoked", nil},
		{"server key on the admin API", "server", "GET", flagPDF, codeForbidden, "an admin token with role viewer", nil},
		{"admin token on the SDK API", "admin", "GET", "/api/v1/ruleset", codeForbidden, "a server key", nil},
		{"client key reads rules", "client", "GET", "/api/v1/ruleset", codeForbidden, "a server key", nil},
		{"client key reads the stream", "client", "GET", "/api/v1/ruleset/stream", codeForbidden, "a server key", nil},
		{"viewer writes", "viewer", "DELETE", flagPDF, codeForbidden, "role editor", nil},
		{"editor makes projects", "editor", "POST", "/api/v1/projects", codeForbidden, "role admin", nil},
		{"editor lists keys", "editor", "GET", "/api/v1/keys", codeForbidden, "role admin", nil},
		{"token of another project", "local", "GET", "/api/v1/projects/bank/flags", codeForbidden, "project bank", nil},
		{"token of one project makes another", "local", "POST", "/api/v1/projects", codeForbidden, "all projects", nil},
		{"query key on the admin API", "", "GET", flagPDF + "?key=" + adminText, codeUnauthenticated, "a key is needed", nil},
		{"key is checked before the body", "viewer", "POST", "/api/v1/projects/shop/flags", codeForbidden, "role editor", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			end := w.end()
			var body any
			if tc.method == "POST" {
				body = "{not json"
			}
			r := w.call(tc.key, tc.method, tc.path, body, tc.headers...)
			r.t = t
			r.problem(tc.code, "")
			if detail := as[string](r.at("detail")); !strings.Contains(detail, tc.says) {
				t.Errorf("detail %q does not say %q", detail, tc.says)
			}
			if (r.Header().Get("WWW-Authenticate") != "") != (tc.code == codeUnauthenticated) {
				t.Errorf("WWW-Authenticate is %q", r.Header().Get("WWW-Authenticate"))
			}
			if w.end() != end {
				t.Error("something was written")
			}
		})
	}
	w.call("", "GET", flagPDF, nil, "X-API-Key", adminText).wants(200)
}

// What admits others is neither in the list of keys nor in the ledger's events.
func TestKeyHashesAreNotShown(t *testing.T) {
	w := newWorld(t, Config{})
	for path, key := range map[string]string{"/api/v1/keys": "admin", "/api/v1/events?from=1&limit=1000": "viewer"} {
		body := w.call(key, "GET", path, nil).wants(200).Body.String()
		for name, k := range w.keys {
			if !strings.Contains(body, k.ID) || strings.Contains(body, k.Hash) {
				t.Errorf("%s: key %s is missing, or shown with its hash", path, name)
			}
		}
	}
}

// Until the ledger is folded a revoked key would look good.
func TestNobodyIsAdmittedBeforeTheFold(t *testing.T) {
	log, err := memlog.New(memlog.Config{})
	if err != nil {
		t.Fatal(err)
	}
	p := projector.New(log, slog.New(slog.DiscardHandler), projector.Config{}) // never run
	api, err := New(Deps{
		Commands: ledger.New(log, p, time.Now), Projector: p, Log: log, Ingest: &fakeIngest{}, Results: &world{}, Samples: &world{}, Usage: &world{}, Looks: &world{},
		Hygiene: hygiene.NewInspector(&world{}, &hygienetest.Scans{}, hygiene.Limits{}), Scans: &hygienetest.Scans{},
		Metrics: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	}, Config{})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/api/v1/projects": 503, "/api/v1/ruleset": 503, "/readyz": 503, "/healthz": 200} {
		rec := httptest.NewRecorder()
		api.Handler().ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code != want {
			t.Errorf("%s: %d, want %d: %s", path, rec.Code, want, rec.Body)
		}
	}
}

func TestErrorTable(t *testing.T) {
	w := newWorld(t, Config{})
	for _, tc := range []struct {
		name string
		err  error
		code code
	}{
		{"conflict", fmt.Errorf("after 12 attempts: %w", ledger.ErrConflict), codeConflict},
		{"full", fmt.Errorf("append: %w", ledger.ErrFull), codeUnavailable},
		{"unavailable", fmt.Errorf("append: %w", ledger.ErrUnavailable), codeUnavailable},
		{"late", fmt.Errorf("wait: %w", context.DeadlineExceeded), codeUnavailable},
		{"overloaded", fmt.Errorf("publish: %w", ErrOverloaded), codeUnavailable},
		{"invalid", &ledger.CommandError{Kind: ledger.ErrInvalid, Message: "m"}, codeInvalid},
		{"not found", &ledger.CommandError{Kind: ledger.ErrNotFound, Message: "m"}, codeNotFound},
		{"exists", &ledger.CommandError{Kind: ledger.ErrExists, Message: "m"}, codeExists},
		{"refused", &ledger.CommandError{Kind: ledger.ErrRefused, Message: "m"}, codeRefused},
		{"changed", &ledger.CommandError{Kind: ledger.ErrChanged, Message: "m", Seq: 7}, codeChanged},
		{"context", &evaluator.ContextError{Path: "a", Message: "m"}, codeInvalid},
		{"damaged", ledger.ErrHole, codeInternal},
		{"anything", errors.New("password=hunter2"), codeInternal},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := w.api.problem(t.Context(), tc.err)
			if m.Type != problemType+string(tc.code) || m.Status != statusOf(tc.code) {
				t.Errorf("%d %s, want %s", m.Status, m.Type, tc.code)
			}
			if strings.Contains(m.Detail, "hunter2") {
				t.Errorf("internals are shown: %q", m.Detail)
			}
		})
	}
	if !strings.Contains(w.logged.String(), "hunter2") {
		t.Error("the cause of a 500 is not logged")
	}
}

func TestPanicIsAnswered(t *testing.T) {
	w := newWorld(t, Config{})
	w.api.mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("hunter2") })
	r := w.call("", "GET", "/panic", nil)
	r.problem(codeInternal, "")
	if id := r.Header().Get("Flagledger-Request"); !strings.Contains(r.Body.String(), id) || strings.Contains(r.Body.String(), "hunter2") {
		t.Errorf("answer %s for request %s", r.Body, id)
	}
	if !strings.Contains(w.logged.String(), "hunter2") {
		t.Error("the panic is not logged")
	}
}
