package httpapi

import (
	"regexp"
	"strings"
	"testing"
)

func TestIndex(t *testing.T) {
	w := newWorld(t, Config{Version: "v1.2.3<b>"})
	page := w.call("", "GET", "/", nil, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8").wants(200)
	body := page.Body.String()
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(body)
	if style == nil {
		t.Fatalf("no style in %s", body)
	}
	if got := page.Header().Get("Content-Security-Policy"); got != indexPolicy(style[1]) || !strings.HasPrefix(got, "default-src 'none'; ") {
		t.Errorf("the policy %s does not admit the style that is sent", got)
	}
	if outside := regexp.MustCompile(`(?i)https?://|//[a-z]|<script|@import|url\(|<img|<link`).FindString(body); outside != "" {
		t.Errorf("the page asks for more: %q", outside)
	}
	for _, want := range []string{"flagledger <small>v1.2.3&lt;b&gt;</small>", `href="/openapi.json"`, "Bearer fl_admin_", "/ofrep/v1"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, accept := range []string{"", "*/*", "text/plain"} {
		text := w.call("", "GET", "/", nil, "Accept", accept).wants(200)
		if kind := text.Header().Get("Content-Type"); kind != "text/plain; charset=utf-8" || !strings.HasPrefix(text.Body.String(), "flagledger v1.2.3") {
			t.Errorf("%q: %s: %s", accept, kind, text.Body)
		}
		if text.Header().Get("Vary") != "Accept" {
			t.Errorf("%q: Vary is %q", accept, text.Header().Get("Vary"))
		}
	}
}
