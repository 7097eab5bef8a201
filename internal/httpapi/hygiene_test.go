package httpapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flagledger/flagledger/internal/hygiene"
	"github.com/flagledger/flagledger/ledger"
)

// TestHygiene serves a flag to everybody until it is stale, with code that names it.
func TestHygiene(t *testing.T) {
	w := newWorld(t, Config{})
	for _, env := range []string{"development", "staging", "production"} {
		w.do(ledger.TurnOn{PlaceRef: ledger.PlaceRef{FlagRef: ledger.FlagRef{Project: "shop", Flag: "pdf"}, Environment: env}})
	}
	get := func() hygiene.State {
		t.Helper()
		var report hygiene.Inventory
		w.call("viewer", "GET", "/api/v1/projects/shop/hygiene", nil).wants(200).into(&report)
		for _, f := range report.Flags {
			if f.Key == "pdf" {
				return f
			}
		}
		t.Fatal("the report has no flag pdf")
		return hygiene.State{}
	}
	if s := get(); s.Lifecycle != hygiene.Live || s.Decided == nil || s.References != nil {
		t.Errorf("fresh: %+v", s)
	}
	w.pass(15 * 24 * time.Hour)
	refs := []hygiene.Reference{{Flag: "pdf", Path: "a.ts", Line: 3, Column: 5, Language: "typescript", Kind: "call", Call: "isEnabled"}, {Flag: "other", Path: "b.go", Line: 1}}
	w.call("editor", "PUT", "/api/v1/projects/shop/references/acme.web", map[string]any{"commit": "abc", "files": 2, "references": refs}).wants(200)
	s := get()
	if s.Lifecycle != hygiene.Stale || !s.Since.Equal(epoch) || s.References == nil || *s.References != 1 || string(s.Decided.Value) != "true" {
		t.Errorf("after 15 days: %+v", s)
	}
}

func TestReferences(t *testing.T) {
	w := newWorld(t, Config{})
	const path = "/api/v1/projects/shop/references"
	count := func(query string) (n int, by string) {
		var list struct {
			Scans []hygiene.Scan `json:"scans"`
		}
		w.call("viewer", "GET", path+query, nil).wants(200).into(&list)
		for _, s := range list.Scans {
			n, by = n+len(s.References), s.By.Name
		}
		return n, by
	}
	many := make([]hygiene.Reference, hygiene.MaxReferences)
	for i := range many {
		many[i] = hygiene.Reference{Flag: fmt.Sprint("flag-", i%100), Path: "a/long/path/to/a/file/of/this/repository/component.tsx", Line: i + 1, Language: "typescript", Kind: "call", Call: "isEnabled"}
	}
	w.call("editor", "PUT", path+"/acme.web", map[string]any{"references": many}).wants(200)
	w.call("editor", "PUT", path+"/acme.api", map[string]any{"references": many[:3]}).wants(200)
	if n, by := count(""); n != len(many)+3 || by == "" {
		t.Errorf("%d references by %q", n, by)
	}
	if n, _ := count("?flag=flag-7"); n != len(many)/100 {
		t.Errorf("%d references to flag-7", n)
	}
	w.call("editor", "DELETE", path+"/acme.web", nil).wants(204)
	if n, _ := count(""); n != 3 {
		t.Errorf("%d references after one repository was dropped", n)
	}
	for _, tt := range []struct {
		key, path string
		body      any
		status    int
		says      string
	}{
		{"viewer", "/acme.web", map[string]any{"references": many[:1]}, 403, ""},
		{"editor", "/acme%20web", map[string]any{"references": many[:1]}, 422, "repository"},
		{"editor", "/acme.web", map[string]any{"references": append(many, many[0])}, 422, "body.references"},
		{"editor", "/acme.web", map[string]any{"references": []hygiene.Reference{{Path: "a", Line: 1, Kind: "rumour"}}}, 422, "kind"},
		{"editor", "/acme.web", map[string]any{}, 422, "references"},
		{"editor", "/acme.web", strings.Repeat("x", maxScanBody+1), 413, ""},
	} {
		if r := w.call(tt.key, "PUT", path+tt.path, tt.body).wants(tt.status); !strings.Contains(r.Body.String(), tt.says) {
			t.Errorf("%s: %.300s does not say %q", tt.path, r.Body, tt.says)
		}
	}
	w.call("editor", "GET", "/api/v1/projects/nowhere/references", nil).wants(404)
}

func TestReasonIsRequired(t *testing.T) {
	w := newWorld(t, Config{})
	const environment = "/api/v1/projects/shop/environments/production"
	const place = "/api/v1/projects/shop/flags/pdf/environments/production"
	w.call("editor", "PUT", environment, map[string]any{"production": true, "reasonRequired": true}).wants(403)
	w.call("admin", "PUT", environment, map[string]any{"production": true}).wants(422)
	w.call("admin", "PUT", environment, map[string]any{"production": true, "reasonRequired": true}).wants(200)
	w.call("admin", "PUT", "/api/v1/projects/shop/environments/moon", map[string]any{"production": true, "reasonRequired": true}).wants(404)
	if r := w.call("editor", "POST", place+"/on", map[string]any{}).wants(422); !strings.Contains(r.Body.String(), "body.reason") {
		t.Errorf("refused with %s", r.Body)
	}
	w.call("editor", "POST", place+"/on", map[string]any{"reason": "launch"}).wants(200)
	w.call("editor", "POST", place+"/off", map[string]any{}).wants(200)
}
