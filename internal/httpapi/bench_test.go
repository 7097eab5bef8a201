package httpapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

// serveAll has handler answer b.N requests.
func serveAll(b *testing.B, handler http.Handler, method, path, body string, headers ...string) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		if rec.Code >= 400 {
			b.Fatalf("%d %s", rec.Code, rec.Body)
		}
	}
}

// BenchmarkRequests compares routes with a handler that does nothing: the
// difference is ours.
func BenchmarkRequests(b *testing.B) {
	w := newBenchWorld(b)
	const context = `{"context":{"targetingKey":"u1","accountId":"a1","plan":"pro"}}`
	client, server := "Bearer "+w.keys["client"].Text, "Bearer "+w.keys["server"].Text
	b.Run("floor", func(b *testing.B) {
		serveAll(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
		}), "POST", oneFlagPath+"pdf", context, "Authorization", client)
	})
	b.Run("ofrep-one", func(b *testing.B) {
		serveAll(b, w.handler, "POST", oneFlagPath+"pdf", context, "Authorization", client)
	})
	b.Run("ofrep-100-flags", func(b *testing.B) {
		serveAll(b, w.handler, "POST", "/ofrep/v1/evaluate/flags", context, "Authorization", client)
	})
	b.Run("ruleset", func(b *testing.B) {
		serveAll(b, w.handler, "GET", "/api/v1/ruleset", "", "Authorization", server)
	})
	b.Run("ruleset-304", func(b *testing.B) {
		etag := etagOf(w.api.projector.Snapshot("shop", "production").Ruleset.Revision)
		serveAll(b, w.handler, "GET", "/api/v1/ruleset", "", "Authorization", server, "If-None-Match", etag)
	})
	b.Run("show-flag", func(b *testing.B) {
		serveAll(b, w.handler, "GET", flagPDF, "", "Authorization", "Bearer "+w.keys["viewer"].Text)
	})
	b.Run("events", func(b *testing.B) {
		batch := `{"id":"b","events":[` + strings.TrimSuffix(strings.Repeat(`{"name":"request","value":41.5,"units":{"accountId":"a1"}},`, 100), ",") + `]}`
		serveAll(b, w.handler, "POST", eventsPath, batch, "Authorization", client)
	})
}

// BenchmarkFanout is the cost of one change for 1,000 readers, encoded for
// each and shared.
func BenchmarkFanout(b *testing.B) {
	w := newBenchWorld(b)
	s := w.api.projector.Snapshot("shop", "production")
	const readers = 1000
	b.Run("each", func(b *testing.B) {
		for b.Loop() {
			for range readers {
				if _, err := encodeFrame(s, s.Ruleset.Revision-1); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("shared", func(b *testing.B) {
		for b.Loop() {
			cache := newPatchCache()
			for range readers {
				if _, err := cache.frame(s, s.Ruleset.Revision-1); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func newBenchWorld(b *testing.B) *world {
	b.Helper()
	w := newWorld(b, Config{})
	w.splitPDF()
	for i := range 99 {
		w.do(ledger.CreateFlag{FlagRef: ledger.FlagRef{Project: "shop", Flag: fmt.Sprintf("flag-%d", i)}, Type: evaluator.TypeBoolean})
	}
	w.ingest.discard = true
	return w
}
