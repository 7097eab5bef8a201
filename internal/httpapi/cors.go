package httpapi

import (
	"net/http"
	"slices"
	"strings"
)

// cors lets web pages of other origins use what client keys open. It reports
// whether the request was a preflight, which it has then answered.
func (a *API) cors(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || !strings.HasPrefix(r.URL.Path, "/ofrep/") && r.URL.Path != "/api/v1/events" {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	switch {
	case a.cfg.AllowOrigins == nil:
		h.Set("Access-Control-Allow-Origin", "*")
	case slices.Contains(a.cfg.AllowOrigins, origin):
		h.Set("Access-Control-Allow-Origin", origin)
	default:
		return false
	}
	h.Set("Access-Control-Expose-Headers", "ETag, Retry-After")
	if r.Method != http.MethodOptions {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers",
		"Authorization, X-API-Key, Content-Type, Content-Encoding, If-None-Match, Last-Event-ID, Flagledger-Instance, Flagledger-SDK, Flagledger-Exposures")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return true
}
