package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":         {Data: []byte(`<meta name="csp-nonce" content="__NONCE__">`)},
		"icon.svg":           {Data: []byte("<svg/>")},
		"assets/index-ab.js": {Data: []byte(strings.Repeat("let x = 1;\n", 1000))},
		".gitkeep":           {},
	}
}

func get(t *testing.T, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func TestHandler(t *testing.T) {
	h, err := Handler(built())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/": 200, "/p/shop/flags/pdf": 200, "/icon.svg": 200, "/assets/index-ab.js": 200,
		"/assets/gone.js": 404, "/.gitkeep": 404, "/index.html": 404, "/api": 404, "/assets/../index.html": 404,
	} {
		if rec := get(t, h, path); rec.Code != want {
			t.Errorf("%s: %d, want %d", path, rec.Code, want)
		}
	}
	plain := get(t, h, "/assets/index-ab.js")
	if got := plain.Header(); !strings.HasPrefix(got.Get("Content-Type"), "text/javascript") || !strings.Contains(got.Get("Cache-Control"), "immutable") {
		t.Errorf("headers of a file: %v", got)
	}
	zipped := get(t, h, "/assets/index-ab.js", "Accept-Encoding", "br, gzip")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() >= plain.Body.Len() {
		t.Errorf("zipped: %v, %d bytes of %d", zipped.Header(), zipped.Body.Len(), plain.Body.Len())
	}
	if again := get(t, h, "/icon.svg", "If-None-Match", get(t, h, "/icon.svg").Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("the same file again: %d", again.Code)
	}
}

// Each page has a nonce of its own, in its head and in its policy.
func TestNonce(t *testing.T) {
	h, err := Handler(built())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 3 {
		rec := get(t, h, "/")
		_, rest, _ := strings.Cut(rec.Header().Get("Content-Security-Policy"), "'nonce-")
		nonce, _, _ := strings.Cut(rest, "'")
		if len(nonce) < 20 || seen[nonce] || !strings.Contains(rec.Body.String(), `content="`+nonce+`"`) {
			t.Errorf("nonce %q: %s", nonce, rec.Body)
		}
		seen[nonce] = true
		if strings.Contains(rec.Header().Get("Content-Security-Policy"), "unsafe") {
			t.Error("the policy allows what it should not")
		}
	}
}

func TestNotBuilt(t *testing.T) {
	h, err := Handler(fstest.MapFS{".gitkeep": {}})
	if h != nil || err != nil {
		t.Errorf("%v, %v", h, err)
	}
	if _, err := Handler(fstest.MapFS{"index.html": {Data: []byte("no nonce")}}); err == nil {
		t.Error("an index without a nonce is served")
	}
	if _, err := Dist().Open("."); err != nil {
		t.Error(err)
	}
}
