package httpapi

import (
	"fmt"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

func TestRevert(t *testing.T) {
	w := newWorld(t, Config{})
	const path = "/api/v1/projects/shop/revert"
	ref := ledger.FlagRef{Project: "shop", Flag: "pdf"}
	prod := ledger.PlaceRef{FlagRef: ref, Environment: "production"}
	created := w.end()
	w.do(ledger.TurnOn{PlaceRef: prod})
	on := w.end()
	w.do(ledger.ReplaceConfig{PlaceRef: prod, Config: evaluator.Config{Default: evaluator.Serve{Variant: "off"}}})
	w.do(ledger.ChangeFlagDetails{FlagRef: ref, Details: ledger.FlagDetails{Owner: "web"}})
	w.do(ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: "late"}})
	before := w.end()
	body := func(to any, preview bool, flags ...object) object {
		list := []any{}
		for _, f := range flags {
			list = append(list, f)
		}
		return object{"to": fmt.Sprint(to), "preview": preview, "flags": list}
	}
	w.call("viewer", "POST", path, body(on, true, object{"flag": "pdf"})).problem(codeForbidden, "")
	r := w.call("editor", "POST", path, body(on, true, object{"flag": "pdf"}, object{"flag": "late"})).wants(200)
	r.is(true, "flags", 0, "changed").is("production", "flags", 0, "environments", 0, "environment").is(true, "flags", 1, "archived")
	if w.end() != before {
		t.Fatal("a preview has changed something")
	}
	seen := r.at("flags", 0, "seen")
	w.do(ledger.TurnOff{PlaceRef: prod})
	w.call("editor", "POST", path, body(on, false, object{"flag": "late"}, object{"flag": "pdf", "seen": seen})).problem(codeChanged, "")
	if w.end() != before+1 {
		t.Fatal("a part of it was done")
	}
	w.call("editor", "POST", path, body(on, false, object{"flag": "pdf"}, object{"flag": "late"})).wants(200)
	w.call("viewer", "GET", flagPDF, nil).wants(200).is(true, "environments", "production", "config", "on").
		is("on", "environments", "production", "config", "default", "variant").is(nil, "details", "owner")
	w.call("viewer", "GET", "/api/v1/projects/shop/flags/late", nil).wants(200).is(true, "archived")
	again := w.end()
	w.call("editor", "POST", path, body(on, false, object{"flag": "pdf"})).wants(200).is("0", "seq")
	if w.end() != again {
		t.Error("what is already so took an event")
	}
	w.call("editor", "POST", path, body(created, false, object{"flag": "pdf", "environments": []any{"production"}})).wants(200)
	w.call("viewer", "GET", flagPDF, nil).wants(200).is(false, "environments", "production", "config", "on")
	w.call("editor", "POST", path, body(9999, false, object{"flag": "pdf"})).problem(codeNotFound, "")
	w.call("editor", "POST", path, body(on, false, object{"flag": "nope"})).problem(codeNotFound, "")
	w.call("editor", "POST", path, body(on, false, object{"flag": "pdf", "environments": []any{"mars"}})).problem(codeNotFound, "")
}

func TestPromote(t *testing.T) {
	w := newWorld(t, Config{})
	const path = "/api/v1/projects/shop/environments/production/promote"
	staging := ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: "staging"}
	w.call("editor", "POST", path, object{"from": "staging"}).wants(200).is("0", "seq")
	w.do(ledger.ReplaceConfig{PlaceRef: staging, Config: evaluator.Config{
		Default: evaluator.Serve{Variant: "off"}, Targets: []evaluator.Target{{Variant: "on", Values: []string{"u1"}}},
	}})
	w.do(ledger.TurnOn{PlaceRef: staging})
	w.call("editor", "POST", path, object{"from": "staging", "preview": true}).wants(200).is("pdf", "flags", 0, "flag").is(true, "preview")
	w.call("editor", "POST", path, object{"from": "staging", "flags": []any{object{"flag": "pdf", "parts": []any{"targets"}}}}).wants(200)
	w.call("viewer", "GET", flagPDF, nil).wants(200).is(false, "environments", "production", "config", "on").
		is("u1", "environments", "production", "config", "targets", 0, "values", 0).is("on", "environments", "production", "config", "default", "variant")
	w.call("editor", "POST", path, object{"from": "staging"}).wants(200)
	w.call("viewer", "GET", flagPDF, nil).wants(200).is(true, "environments", "production", "config", "on").
		is("off", "environments", "production", "config", "default", "variant")
	w.do(ledger.StartRollout{PlaceRef: ledger.PlaceRef{FlagRef: staging.FlagRef, Environment: "production"}, Rollout: "r1"})
	w.call("editor", "POST", path, object{"from": "staging", "flags": []any{object{"flag": "pdf"}}}).problem(codeRefused, "")
	w.call("editor", "POST", path, object{"from": "mars"}).problem(codeNotFound, "")
	w.call("editor", "POST", path, object{"from": "staging", "flags": []any{object{"flag": "pdf", "parts": []any{"soul"}}}}).problem(codeInvalid, "")
}
