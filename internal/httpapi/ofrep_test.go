package httpapi

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/evaluator"
	"github.com/flagledger/flagledger/ledger"
)

const oneFlagPath = "/ofrep/v1/evaluate/flags/"

// splitPDF serves pdf to half of the accounts in production.
func (w *world) splitPDF() {
	w.do(ledger.ReplaceConfig{PlaceRef: pdfIn("production"), Config: evaluator.Config{
		Default: evaluator.Serve{Split: &evaluator.Split{By: "accountId", Weights: []evaluator.Weight{
			{Variant: "on", Weight: 50_000}, {Variant: "off", Weight: 50_000},
		}}},
		Rules: []evaluator.Rule{{
			ID: "staff", Clauses: []evaluator.Clause{{Attribute: "staff", Op: evaluator.OpExists}},
			Serve: evaluator.Serve{Variant: "on"},
		}},
	}})
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
}

func asking(context object) object { return object{"context": context} }

func TestOFREPEvaluate(t *testing.T) {
	w := newWorld(t, Config{})
	w.splitPDF()
	account := asking(object{"targetingKey": "u1", "accountId": "a1"})
	want := w.api.projector.Snapshot("shop", "production").Ruleset.Flags["pdf"].Version
	for _, key := range []string{"client", "server"} {
		w.call(key, "POST", oneFlagPath+"pdf", account).wants(200).is("pdf", "key").is("SPLIT", "reason").
			is(fmt.Sprint(want), "metadata", "version").is("accountId", "metadata", "by").is("a1", "metadata", "unit")
	}
	w.call("client", "POST", oneFlagPath+"pdf", asking(object{"targetingKey": "u1", "staff": true})).wants(200).
		is(true, "value").is("on", "variant").is("TARGETING_MATCH", "reason").is("staff", "metadata", "rule").is(nil, "metadata", "by")
	w.call("staging", "POST", oneFlagPath+"pdf", asking(object{"targetingKey": "u1"})).wants(200).is("DISABLED", "reason").is(false, "value")
	w.call("", "POST", oneFlagPath+"pdf", account, "X-API-Key", w.keys["client"].Text).wants(200)

	for _, tc := range []struct {
		name, key, path string
		body            any
		status          int
		code            evaluator.ErrorCode
	}{
		{"unknown flag", "client", "nope", account, 404, evaluator.ErrorFlagNotFound},
		{"no unit", "client", "pdf", asking(object{"targetingKey": "u1"}), 400, evaluator.ErrorTargetingKeyMissing},
		{"no context", "client", "pdf", "{}", 400, evaluator.ErrorTargetingKeyMissing},
		{"null context", "client", "pdf", `{"context":null}`, 400, evaluator.ErrorTargetingKeyMissing},
		{"no body", "client", "pdf", nil, 400, evaluator.ErrorTargetingKeyMissing},
		{"malformed", "client", "pdf", "{", 400, evaluator.ErrorParse},
		{"not an object", "client", "pdf", "[]", 400, evaluator.ErrorParse},
		{"context is a list", "client", "pdf", `{"context":[]}`, 400, evaluator.ErrorInvalidContext},
		{"targeting key is a number", "client", "pdf", `{"context":{"targetingKey":7}}`, 400, evaluator.ErrorInvalidContext},
		{"attribute of no use", "client", "pdf", `{"context":{"a":[{}]}}`, 400, evaluator.ErrorInvalidContext},
		{"too large", "client", "pdf", `"` + strings.Repeat("x", maxAdminBody) + `"`, 413, evaluator.ErrorGeneral},
		{"no key", "", "pdf", account, 401, evaluator.ErrorGeneral},
		{"admin token", "admin", "pdf", account, 403, evaluator.ErrorGeneral},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := w.call(tc.key, "POST", oneFlagPath+tc.path, tc.body)
			r.t = t
			r.wants(tc.status).is(string(tc.code), "errorCode").is(tc.path, "key")
			if details, _ := r.at("errorDetails").(string); details == "" {
				t.Errorf("no details: %s", r.Body)
			}
		})
	}
}

func TestOFREPBulk(t *testing.T) {
	w := newWorld(t, Config{})
	w.splitPDF()
	w.do(ledger.CreateFlag{
		FlagRef: ledger.FlagRef{Project: "shop", Flag: "config"}, Type: evaluator.TypeJSON,
		Variants: []evaluator.Variant{{Name: "plain", Value: []byte(`{"a": [1, "\u00fc <b>"]}`)}},
	})
	body := asking(object{"targetingKey": "u1", "accountId": "a1"})
	r := w.call("client", "POST", "/ofrep/v1/evaluate/flags", body).wants(200)
	r.is("config", "flags", 0, "key").is("ü <b>", "flags", 0, "value", "a", 1).is("DISABLED", "flags", 0, "reason").
		is("pdf", "flags", 1, "key").is("SPLIT", "flags", 1, "reason").
		is("sse", "eventStreams", 0, "type").is(float64(inactivityDelay), "eventStreams", 0, "inactivityDelaySec")
	uri, err := url.Parse(as[string](r.at("eventStreams", 0, "endpoint", "requestUri")))
	if err != nil || uri.Path != ofrepStream || uri.Query().Get("key") != w.keys["client"].Text {
		t.Errorf("stream at %v (%v)", uri, err)
	}
	etag := r.Header().Get("ETag")
	w.call("client", "POST", "/ofrep/v1/evaluate/flags", body, "If-None-Match", etag).wants(304)
	w.call("client", "POST", "/ofrep/v1/evaluate/flags?flagConfigEtag=x&flagConfigLastModified=1", body, "If-None-Match", etag).wants(304)
	w.do(ledger.SaveSegment{Project: "shop", Key: "unused"})
	w.call("client", "POST", "/ofrep/v1/evaluate/flags", body, "If-None-Match", etag).wants(304) // a new revision, the same answers
	w.do(ledger.TurnOff{PlaceRef: pdfIn("production")})
	w.call("client", "POST", "/ofrep/v1/evaluate/flags", body, "If-None-Match", etag).wants(200).is("DISABLED", "flags", 1, "reason")
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})

	w.call("client", "POST", "/ofrep/v1/evaluate/flags", asking(object{"targetingKey": "u1"})).wants(200).
		is("TARGETING_KEY_MISSING", "flags", 1, "errorCode").is(nil, "flags", 1, "value")
	if streams := w.call("server", "POST", "/ofrep/v1/evaluate/flags", body).wants(200).at("eventStreams"); streams != nil {
		t.Errorf("a server key became part of an address: %v", streams)
	}
	w.call("client", "POST", "/ofrep/v1/evaluate/flags", "{").wants(400).is("PARSE_ERROR", "errorCode").is(nil, "key")
}

func TestOFREPStream(t *testing.T) {
	w := newWorld(t, Config{Heartbeat: time.Millisecond})
	base, _ := w.serve()
	fresh := w.open("", base+ofrepStream+"?key="+w.keys["client"].Text)
	// What changed between its evaluation and now is unknown to the reader.
	if e := fresh.next(); !strings.Contains(e.Data, "refetchEvaluation") {
		t.Errorf("a first connection got %+v", e)
	}
	seq := fmt.Sprint(w.do(ledger.TurnOn{PlaceRef: pdfIn("production")}).Last)
	want := event{Name: "message", ID: seq, Data: `{"type":"refetchEvaluation","etag":"\"` + seq + `\""}`}
	if e := fresh.next(); e != want {
		t.Errorf("got %+v, want %+v", e, want)
	}
	late := w.open("client", base+ofrepStream, "Last-Event-ID", "1")
	if e := late.next(); e != want {
		t.Errorf("resumed: got %+v, want %+v", e, want)
	}
	current := w.open("client", base+ofrepStream, "Last-Event-ID", seq)
	if e := <-current.events; e.Name != ":" {
		t.Errorf("a reader that is up to date got %+v", e)
	}
	w.call("", "GET", ofrepStream+"?key="+w.keys["server"].Text, nil).wants(401).is("GENERAL", "errorCode")
	w.call("", "GET", ofrepStream, nil).wants(401)
}

func TestCORS(t *testing.T) {
	w := newWorld(t, Config{})
	origin := []string{"Origin", "https://shop.example"}
	pre := w.call("", "OPTIONS", oneFlagPath+"pdf", nil, origin...).wants(204)
	if pre.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(pre.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %v", pre.Header())
	}
	if h := w.call("client", "POST", oneFlagPath+"pdf", nil, origin...).Header(); h.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("answer: %v", h)
	}
	if h := w.call("admin", "GET", flagPDF, nil, origin...).Header(); h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the admin API is open to web pages: %v", h)
	}
	w.api.cfg.AllowOrigins = []string{"https://other.example"}
	if h := w.call("client", "POST", oneFlagPath+"pdf", nil, origin...).Header(); h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("an origin that is not listed: %v", h)
	}
}

// What a split decided is reported once, and only that.
func TestEvaluationsAreExposed(t *testing.T) {
	w := newWorld(t, Config{ExposureAttributes: []string{"country"}})
	w.splitPDF()
	version := w.api.projector.Snapshot("shop", "production").Ruleset.Flags["pdf"].Version
	for range 3 {
		w.call("client", "POST", oneFlagPath+"pdf", asking(object{"targetingKey": "u1", "accountId": "a1"})).wants(200)
		w.call("client", "POST", oneFlagPath+"pdf", asking(object{"targetingKey": "u2", "accountId": "a1"})).wants(200)
		w.call("client", "POST", "/ofrep/v1/evaluate/flags", asking(object{"accountId": 42, "country": "DE", "plan": "pro"})).wants(200)
		w.call("client", "POST", oneFlagPath+"pdf", asking(object{"staff": true, "accountId": "a9"})).wants(200)
		w.call("staging", "POST", oneFlagPath+"pdf", asking(object{"accountId": "a9"})).wants(200)
	}
	w.api.exposer.flush(t.Context())
	variant := func(unit string) string {
		if evaluator.Bucket("pdf", unit) < 50_000 {
			return "on"
		}
		return "off"
	}
	want := []analytics.Batch{{
		Project: "shop", Environment: "production", SDK: exposeSDK, ReceivedAt: epoch, Events: []analytics.Event{},
		Exposures: []analytics.Exposure{
			{Flag: "pdf", Variant: variant("a1"), By: "accountId", Unit: "a1", Version: version, At: epoch},
			{Flag: "pdf", Variant: variant("42"), By: "accountId", Unit: "42", Version: version, At: epoch, Attributes: map[string]string{"country": "DE"}},
		},
	}}
	if diff := cmp.Diff(want, w.ingest.all(), cmpopts.IgnoreFields(analytics.Batch{}, "ID")); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
}

// An SDK that reports exposures when a flag is used asks for none.
func TestCallerReportsExposures(t *testing.T) {
	w := newWorld(t, Config{})
	w.splitPDF()
	body := asking(object{"accountId": "a1"})
	w.call("client", "POST", "/ofrep/v1/evaluate/flags", body, exposuresHeader, exposuresByCaller).wants(200)
	w.call("client", "POST", oneFlagPath+"pdf", body, exposuresHeader, exposuresByCaller).wants(200)
	if n := len(w.api.exposer.queue); n != 0 {
		t.Errorf("%d exposures recorded for a caller that reports its own", n)
	}
	w.call("client", "POST", oneFlagPath+"pdf", body).wants(200)
	if n := len(w.api.exposer.queue); n != 1 {
		t.Errorf("%d exposures recorded for a caller that reports none, want 1", n)
	}
}

// Units outside the share of a split take no part in it.
func TestOutsideIsNotExposed(t *testing.T) {
	w := newWorld(t, Config{})
	w.do(ledger.ReplaceConfig{PlaceRef: pdfIn("production"), Config: evaluator.Config{
		Default: evaluator.Serve{Split: &evaluator.Split{
			Weights: []evaluator.Weight{{Variant: "on", Weight: 50_000}, {Variant: "off", Weight: 50_000}},
			Include: &evaluator.Include{Weight: 0, Salt: "share", Otherwise: "off"},
		}},
	}})
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	w.call("client", "POST", oneFlagPath+"pdf", asking(object{"targetingKey": "u1"})).wants(200).
		is("SPLIT", "reason").is("off", "variant").is(nil, "metadata", "by")
	if n := len(w.api.exposer.queue); n != 0 {
		t.Errorf("%d exposures of units outside the share", n)
	}
}

func TestExposerDrops(t *testing.T) {
	w := newWorld(t, Config{ExposeQueue: 2})
	w.splitPDF()
	for i := range 5 {
		w.call("client", "POST", oneFlagPath+"pdf", asking(object{"accountId": fmt.Sprint(i)})).wants(200)
	}
	metrics := w.call("viewer", "GET", "/metrics", nil)
	if dropped, queued := metrics.value("flagledger_exposures_dropped_total"), metrics.value("flagledger_exposures_queued"); dropped != "3" || queued != "2" {
		t.Errorf("%s dropped, %s queued", dropped, queued)
	}
	w.api.exposer.flush(t.Context())
	w.call("client", "POST", oneFlagPath+"pdf", asking(object{"accountId": "4"})).wants(200) // was dropped: not remembered
	w.api.exposer.flush(t.Context())
	if n := len(w.ingest.all()); n != 2 {
		t.Errorf("%d batches", n)
	}
}

// What is remembered of an evaluation is bounded, whatever its unit.
func TestExposerKeepsNoHugeUnits(t *testing.T) {
	w := newWorld(t, Config{})
	w.splitPDF()
	for _, length := range []int{analytics.MaxUnit, analytics.MaxUnit + 1, maxAdminBody / 2} {
		w.call("client", "POST", oneFlagPath+"pdf", asking(object{"accountId": strings.Repeat("a", length)})).wants(200)
	}
	metrics := w.call("viewer", "GET", "/metrics", nil)
	queued := metrics.value("flagledger_exposures_queued")
	rejected := metrics.value(`flagledger_ingest_items_total{kind="exposure",outcome="rejected"}`)
	if queued != "1" || rejected != "2" {
		t.Errorf("%s queued, %s rejected; want 1 and 2", queued, rejected)
	}
}

// A batch that could not be published is tried again under its own ID, and
// what is left at the end is flushed.
func TestExposerRetriesAndFlushes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.ingest.fail(ErrOverloaded)
		ended := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _ = w.api.Run(ctx); close(ended) }()
		at := place{"shop", "production"}
		expose := func(unit string) {
			w.api.exposer.record(at, analytics.Exposure{Flag: "pdf", Variant: "on", By: "accountId", Unit: unit, At: epoch})
		}
		expose("a1")
		time.Sleep(3 * exposeEvery)
		synctest.Wait()
		if n := len(w.ingest.all()); n != 0 {
			t.Fatalf("%d batches while overloaded", n)
		}
		w.ingest.fail(nil)
		time.Sleep(exposeEvery)
		synctest.Wait()
		if n := len(w.ingest.all()); n != 1 {
			t.Fatalf("%d batches after the overload, want 1", n)
		}
		expose("a2")
		cancel()
		<-ended
		if all := w.ingest.all(); len(all) != 2 || all[1].Exposures[0].Unit != "a2" {
			t.Fatalf("at the end %+v", all)
		}
	})
}

func TestRecentIsBounded(t *testing.T) {
	r := recent{limit: 100}
	often := exposureID{unit: "often"}
	r.add(often)
	for i := range 10_000 {
		r.add(exposureID{unit: fmt.Sprint(i)})
		if i%10 == 0 && !r.has(often) {
			t.Fatalf("forgot after %d what is asked for often", i)
		}
		if n := len(r.young) + len(r.old); n > 100 {
			t.Fatalf("holds %d", n)
		}
	}
	if r.has(exposureID{unit: "0"}) {
		t.Error("remembers for ever")
	}
}
