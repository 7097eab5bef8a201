package httpapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

//go:embed index.css
var indexStyle string

//go:embed index.html
var indexPage string

// indexPolicy lets the page use its own style sheet, known by its hash, and
// nothing else: no script, no request, no frame.
func indexPolicy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// indexText is the index for terminals.
const indexText = `flagledger %s

/api/v1          admin and SDK API, described by /openapi.json
/ofrep/v1        OpenFeature Remote Evaluation Protocol
/healthz         the process is alive
/readyz          every part works
/metrics         for Prometheus
`

// index answers at / when there is no dashboard: as a page for browsers, as
// text for everybody else. Both say the same and need no key.
func (a *API) index() (http.HandlerFunc, error) {
	page, err := template.New("index").Parse(indexPage)
	if err != nil {
		return nil, fmt.Errorf("parse the index: %w", err)
	}
	var html bytes.Buffer
	//nolint:gosec // the style is ours
	data := struct {
		Version string
		Style   template.CSS
	}{a.cfg.Version, template.CSS(indexStyle)}
	if err := page.Execute(&html, data); err != nil {
		return nil, fmt.Errorf("make the index: %w", err)
	}
	policy, text := indexPolicy(indexStyle), fmt.Appendf(nil, indexText, a.cfg.Version)
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Vary", "Accept")
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", "text/plain; charset=utf-8")
		if !strings.Contains(r.Header.Get("Accept"), "text/html") {
			_, _ = w.Write(text)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		_, _ = w.Write(html.Bytes())
	}, nil
}
