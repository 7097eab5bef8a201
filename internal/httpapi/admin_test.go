package httpapi

import (
	"fmt"
	"testing"

	"github.com/flagledger/flagledger/ledger"
)

type object = map[string]any

const flagPDF = "/api/v1/projects/shop/flags/pdf"

func TestProjects(t *testing.T) {
	w := newWorld(t, Config{})
	r := w.call("admin", "POST", "/api/v1/projects", object{"key": "crm", "name": "CRM", "reason": "new"}).wants(201)
	r.is("CRM", "project", "name").is("production", "project", "environments", 2, "key").is(true, "project", "environments", 2, "production")
	if r.Header().Get("Flagledger-Seq") != r.at("seq") {
		t.Errorf("header %q, body %v", r.Header().Get("Flagledger-Seq"), r.at("seq"))
	}
	w.call("admin", "POST", "/api/v1/projects/crm/environments", object{"key": "eu", "name": "Europe", "production": true}).
		wants(201).is("eu", "project", "environments", 3, "key")
	w.call("viewer", "GET", "/api/v1/projects/crm", nil).wants(200).is("crm", "key").is(float64(0), "flags")
	w.call("viewer", "GET", "/api/v1/projects", nil).wants(200).is("bank", "projects", 0, "key").is("shop", "projects", 2, "key")
	local := w.call("local", "GET", "/api/v1/projects", nil).wants(200).is("shop", "projects", 0, "key")
	if n := len(as[[]any](local.at("projects"))); n != 1 {
		t.Errorf("a token limited to one project sees %d", n)
	}
}

func TestFlagLife(t *testing.T) {
	w := newWorld(t, Config{})
	all := "/api/v1/projects/shop/flags"
	created := w.call("editor", "POST", all, object{
		"key": "dashboard", "type": "string", "reason": "experiment",
		"variants":   []object{{"name": "new", "value": "v2"}, {"name": "old", "value": "v1"}},
		"offVariant": "old", "details": object{"name": "Dashboard", "tags": []string{"web"}},
	}).wants(201)
	created.is("dashboard", "flag", "key").is("dashboard", "flag", "salt").is("new", "flag", "onVariant").
		is(false, "flag", "environments", "production", "config", "on").is("editor", "flag", "changedBy", "name").
		is("token", "flag", "changedBy", "kind").is(created.at("seq"), "flag", "seq")

	one := all + "/dashboard"
	w.call("editor", "PATCH", one, object{"details": object{"owner": "web team", "removeBy": "2026-09-01T00:00:00Z"}}).
		wants(200).is("web team", "flag", "details", "owner").is(nil, "flag", "details", "name")
	w.call("editor", "PUT", one+"/variants", object{"variants": []object{
		{"name": "new", "value": "v3"}, {"name": "old", "value": "v1"}, {"name": "mid", "value": "v2"},
	}}).wants(200).is("v3", "flag", "variants", 0, "value")
	config := object{
		"offVariant": "old",
		"rules": []object{{
			"id": "beta", "clauses": []object{{"attribute": "plan", "op": "in", "values": []string{"beta"}}},
			"serve": object{"variant": "new"},
		}},
		"default": object{"split": object{"by": "accountId", "weights": []object{
			{"variant": "new", "weight": 25000}, {"variant": "old", "weight": 75000},
		}}},
	}
	w.call("editor", "PUT", one+"/environments/production", object{"config": config, "reason": "beta first"}).
		wants(200).is("beta", "flag", "environments", "production", "config", "rules", 0, "id")
	on := w.call("editor", "POST", one+"/environments/production/on", nil).wants(200)
	on.is(on.at("seq"), "revision").is(float64(0), "evaluators", "connected")
	again := w.call("editor", "POST", one+"/environments/production/on", object{"reason": "sure"}).wants(200)
	again.is("0", "seq").is(on.at("seq"), "revision")

	w.call("editor", "DELETE", one+"?reason=done", nil).wants(200).is(true, "flag", "archived")
	if n := len(as[[]any](w.call("viewer", "GET", all, nil).wants(200).at("flags"))); n != 1 {
		t.Errorf("%d flags are listed, want only pdf", n)
	}
	w.call("viewer", "GET", all+"?archived=true&q=DASH", nil).wants(200).is("dashboard", "flags", 0, "key")
	w.call("editor", "POST", one+"/restore", object{"reason": "not done"}).wants(200).is(false, "flag", "archived")
	w.call("viewer", "GET", one, nil).wants(200).is(true, "environments", "production", "config", "on")

	history := w.call("viewer", "GET", one+"/history", nil).wants(200)
	want := []string{
		"flag.created", "flag.details_changed", "flag.variants_replaced", "flag.config_replaced", "flag.turned_on",
		"flag.archived", "flag.restored",
	}
	for i, kind := range want {
		history.is(kind, "events", i, "type")
	}
	history.is("beta first", "events", 3, "reason").is("editor", "events", 0, "actor", "name").
		is("dashboard", "events", 0, "subject", "key").is("production", "events", 4, "data", "environment")
	w.call("viewer", "GET", one+"/history?limit=2", nil).wants(200).is("flag.restored", "events", 1, "type")
	from := w.call("viewer", "GET", one+"/history?limit=2&from=1", nil).wants(200).is("flag.created", "events", 0, "type")
	w.call("viewer", "GET", one+"/history?limit=1&from="+as[string](from.at("next")), nil).wants(200).
		is("flag.variants_replaced", "events", 0, "type")
	staging := w.call("viewer", "GET", one+"/history?environment=staging", nil).wants(200)
	if n := len(as[[]any](staging.at("events"))); n != 5 {
		t.Errorf("staging has %d events, want the 5 that concern all environments", n)
	}
}

func TestRollout(t *testing.T) {
	w := newWorld(t, Config{})
	here := flagPDF + "/environments/production/rollout"
	w.call("viewer", "GET", here, nil).problem(codeNotFound, "")
	started := w.call("editor", "POST", here, object{
		"inlinePlan": object{
			"stages": []object{{"percentage": 12.5, "minSoak": "1h"}, {"percentage": 50}, {"percentage": 100}},
			"gates":  []object{{"metric": "error-rate", "maxRatio": 2}},
		},
		"by": "accountId", "reason": "go",
	}).wants(201)
	started.is(12.5, "rollout", "percentage").is("running", "rollout", "status").is("1h0m0s", "rollout", "plan", "stages", 0, "minSoak").
		is("on", "rollout", "treatment").is("0", "rollout", "spans", 0, "last").is("errorRate", "rollout", "metrics", "error-rate", "kind")
	w.call("editor", "POST", here+"/pause", object{"reason": "lunch"}).wants(200).is("paused", "rollout", "status")
	w.call("editor", "POST", here+"/advance", nil).problem(codeRefused, "")
	w.call("editor", "POST", here+"/resume", nil).wants(200).is("running", "rollout", "status")
	w.call("editor", "POST", here+"/advance", nil).wants(200).is(float64(1), "rollout", "stage").is(50.0, "rollout", "percentage")
	w.call("editor", "POST", here+"/abort", nil).wants(200).is("aborted", "rollout", "status").is(0.0, "rollout", "percentage")
	w.call("editor", "POST", here+"/abort", nil).problem(codeRefused, "")
	w.call("viewer", "GET", flagPDF, nil).wants(200).is("aborted", "environments", "production", "rollout", "status")
	w.call("editor", "POST", here, object{"plan": "default"}).wants(201).is("default", "rollout", "planKey").is(5.0, "rollout", "percentage")
	w.call("editor", "POST", flagPDF+"/environments/production/off", nil).wants(200)
	w.call("viewer", "GET", here, nil).wants(200).is("paused", "status")
}

func TestCatalog(t *testing.T) {
	w := newWorld(t, Config{})
	for _, tc := range []struct {
		resource, noun string
		body           object
		field          string
		value          any
	}{
		{"segments", "segment", object{"name": "Enterprise", "segment": object{"included": []object{{"by": "accountId", "values": []string{"a1"}}}}}, "name", "Enterprise"},
		{"metrics", "metric", object{"metric": object{"kind": "conversion", "event": "signup", "window": "24h"}}, "key", "mine"},
		{"plans", "plan", object{"plan": object{"stages": []object{{"percentage": 10}}}}, "key", "mine"},
	} {
		t.Run(tc.resource, func(t *testing.T) {
			one := "/api/v1/projects/shop/" + tc.resource + "/mine"
			saved := w.call("editor", "PUT", one, tc.body).wants(200).is("mine", tc.noun, "key")
			if saved.at("seq") != saved.at(tc.noun, "seq") {
				t.Errorf("seq %v, of the resource %v", saved.at("seq"), saved.at(tc.noun, "seq"))
			}
			w.call("editor", "PUT", one, tc.body).wants(200).is("0", "seq")
			shown := w.call("viewer", "GET", one, nil).wants(200).is(tc.value, tc.field)
			// What was read can be written back.
			w.call("editor", "PUT", one, object{"name": shown.at("name"), tc.noun: shown.at(tc.noun)}).wants(map[bool]int{true: 200, false: 422}[tc.noun == "segment"])
			w.call("editor", "DELETE", one+"?reason=over", nil).wants(200)
			w.call("editor", "DELETE", one, nil).problem(codeNotFound, "")
			w.call("viewer", "GET", one, nil).wants(200).is(true, "archived")
			list := as[[]any](w.call("viewer", "GET", "/api/v1/projects/shop/"+tc.resource, nil).wants(200).at(tc.resource))
			all := as[[]any](w.call("viewer", "GET", "/api/v1/projects/shop/"+tc.resource+"?archived=true", nil).wants(200).at(tc.resource))
			if len(all) != len(list)+1 {
				t.Errorf("%d with archived ones, %d without", len(all), len(list))
			}
		})
	}
}

func TestAccessKeys(t *testing.T) {
	w := newWorld(t, Config{})
	made := w.call("admin", "POST", "/api/v1/keys", object{
		"kind": "server", "name": "invoicing", "project": "shop", "environment": "production", "expiresAt": "2026-03-03T00:00:00Z",
	}).wants(201)
	text, id := as[string](made.at("key")), as[string](made.at("id"))
	w.call(text, "GET", "/api/v1/ruleset", nil).wants(200)
	w.call(text, "GET", "/api/v1/whoami", nil).wants(200).is("server", "kind").is(id, "id").is("production", "environment")
	listed := w.call("admin", "GET", "/api/v1/keys", nil).wants(200)
	for i, k := range as[[]any](listed.at("keys")) {
		if as[object](k)["hash"] != nil || as[object](k)["key"] != nil {
			t.Errorf("key %d shows what it must not: %v", i, k)
		}
	}
	w.call("admin", "DELETE", "/api/v1/keys/"+id+"?reason=leaked", nil).wants(200)
	w.call(text, "GET", "/api/v1/ruleset", nil).problem(codeUnauthenticated, "")

	w.call("local", "POST", "/api/v1/keys", object{"kind": "admin", "name": "x", "role": "admin"}).problem(codeForbidden, "")
	w.call("local", "POST", "/api/v1/keys", object{"kind": "client", "name": "x", "project": "bank", "environment": "production"}).problem(codeForbidden, "")
	w.call("local", "DELETE", "/api/v1/keys/"+w.keys["admin"].ID, nil).problem(codeForbidden, "")
	w.call("local", "POST", "/api/v1/keys", object{"kind": "client", "name": "x", "project": "shop", "environment": "staging"}).wants(201)
	for _, k := range as[[]any](w.call("local", "GET", "/api/v1/keys", nil).wants(200).at("keys")) {
		if as[object](k)["project"] != "shop" {
			t.Errorf("a token of shop sees the key %v", k)
		}
	}
}

func TestIdempotency(t *testing.T) {
	w := newWorld(t, Config{})
	body := object{"key": "once", "reason": "retry me"}
	first := w.call("editor", "POST", "/api/v1/projects/shop/flags", body, "Idempotency-Key", "cmd-1").wants(201)
	end := w.end()
	second := w.call("editor", "POST", "/api/v1/projects/shop/flags", body, "Idempotency-Key", "cmd-1").wants(201)
	if first.Body.String() != second.Body.String() || w.end() != end {
		t.Errorf("the retry gave %s after %s and moved the ledger from %d to %d", second.Body, first.Body, end, w.end())
	}
	w.call("admin", "POST", "/api/v1/projects", object{"key": "other"}, "Idempotency-Key", "cmd-1").problem(codeConflict, "")
	w.call("admin", "POST", "/api/v1/keys", object{"kind": "admin", "name": "n", "role": "viewer"}, "Idempotency-Key", "k").wants(201)
	w.call("admin", "POST", "/api/v1/keys", object{"kind": "admin", "name": "n", "role": "viewer"}, "Idempotency-Key", "k").problem(codeConflict, "")
}

func TestEvents(t *testing.T) {
	w := newWorld(t, Config{})
	first := w.call("viewer", "GET", "/api/v1/events?limit=3", nil).wants(200).is("project.created", "events", 0, "type").is("4", "next")
	if n := len(as[[]any](first.at("events"))); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
	rest := w.call("viewer", "GET", "/api/v1/events?from=4&limit=1000", nil).wants(200)
	if n := len(as[[]any](rest.at("events"))); uint64(n) != w.end()-3 {
		t.Errorf("%d events from 4 of %d", n, w.end())
	}
	w.call("viewer", "GET", fmt.Sprintf("/api/v1/events?from=%d", w.end()+1), nil).wants(200).is(fmt.Sprint(w.end()+1), "next")
	for _, path := range []string{"/api/v1/events?limit=1000", "/api/v1/events?project=shop&limit=1000"} {
		for _, e := range as[[]any](w.call("local", "GET", path, nil).wants(200).at("events")) {
			if project := as[object](as[object](e)["subject"])["project"]; project != "shop" {
				t.Errorf("%s: a token of shop sees an event of %v", path, project)
			}
		}
	}
	w.call("local", "GET", "/api/v1/events?project=bank", nil).problem(codeForbidden, "")
	w.call("viewer", "GET", "/api/v1/events?project=nope", nil).problem(codeNotFound, "")
}

func TestMinSeq(t *testing.T) {
	w := newWorld(t, Config{MinSeqWait: 1}) // a nanosecond
	r := w.call("viewer", "GET", flagPDF+"?minSeq=999", nil)
	r.problem(codeUnavailable, "")
	if r.Header().Get("Retry-After") == "" {
		t.Error("a 503 without Retry-After")
	}
	w.call("viewer", "GET", flagPDF+"?minSeq=1", nil).wants(200)
}

func TestFrozenFlagIsShown(t *testing.T) {
	w := newWorld(t, Config{})
	subject := ledger.Subject{Project: "shop", Kind: ledger.KindFlag, Key: "pdf"}.String()
	_, err := w.log.Append(t.Context(), ledger.Batch{ID: "odd", Entries: []ledger.Entry{{
		Subject: subject, Data: []byte(`{"type":"flag.exploded","v":9,"data":{"by":1}}`),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	seq := fmt.Sprint(w.end())
	w.call("viewer", "GET", flagPDF+"?minSeq="+seq, nil).wants(200).is(seq, "frozen", "seq")
	w.call("editor", "POST", flagPDF+"/environments/production/on", nil).problem(codeRefused, "")
	w.call("viewer", "GET", flagPDF+"/history", nil).wants(200).is("flag.exploded", "events", 1, "type").
		is(float64(1), "events", 1, "data", "by")
}

func TestEvaluate(t *testing.T) {
	w := newWorld(t, Config{})
	w.do(ledger.TurnOn{PlaceRef: ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "production"}})
	path := "/api/v1/projects/shop/environments/production/evaluate"
	end := w.end()
	w.call("viewer", "POST", path, object{"context": object{"targetingKey": "u1", "company": object{"plan": "pro"}}, "explain": true}).
		wants(200).is("pdf", "results", 0, "flag").is(true, "results", 0, "value").is("STATIC", "results", 0, "reason").
		is("pdf", "results", 0, "explanation", "flag").is(float64(-1), "results", 0, "bucket")
	w.call("viewer", "POST", path, object{"flag": "nope"}).problem(codeNotFound, "")
	w.call("viewer", "POST", path, object{"context": object{"a": object{"b": []any{object{}}}}}).problem(codeInvalid, "body.context.a.b[0]")
	if w.end() != end || len(w.ingest.all()) != 0 {
		t.Error("trying a flag out left traces")
	}
}

func TestOperations(t *testing.T) {
	w := newWorld(t, Config{})
	w.call("", "GET", "/healthz", nil).wants(200).is("alive", "status")
	w.call("", "GET", "/readyz", nil).wants(200).is("ready", "status").is("ok", "parts", "ledger")
	w.call("", "GET", "/", nil).wants(200)
	w.call("", "GET", "/metrics", nil).problem(codeUnauthenticated, "")
	w.call("client", "GET", "/metrics", nil).problem(codeForbidden, "")
	w.call("viewer", "GET", "/metrics", nil).wants(200)
	w.call("", "GET", "/nowhere", nil).problem(codeNotFound, "")
	r := w.call("admin", "DELETE", "/api/v1/projects", nil)
	r.problem(codeMethod, "")
	if allow := r.Header().Get("Allow"); allow != "GET, HEAD, POST" {
		t.Errorf("Allow is %q", allow)
	}
}
