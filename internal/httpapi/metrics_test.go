package httpapi

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/flagledger/flagledger/ledger"
)

func TestMetrics(t *testing.T) {
	w := newWorld(t, Config{})
	base, _ := w.serve()
	r := w.open("server", base+"/api/v1/ruleset/stream", "Flagledger-Instance", "i")
	revision := r.next().ID
	w.call("viewer", "GET", flagPDF, nil).wants(200)
	w.call("viewer", "GET", flagPDF+"x", nil).wants(404)
	w.call("", "GET", "/wp-admin", nil).wants(404)
	w.call("server", "POST", "/api/v1/ruleset/ack", object{"instance": "i", "revision": revision}).wants(204)
	metrics := w.call("viewer", "GET", "/metrics", nil).wants(200)
	const flagRoute = `/api/v1/projects/{project}/flags/{flag}`
	for series, want := range map[string]string{
		`flagledger_http_requests_total{method="GET",route="` + flagRoute + `",status="200"}`:    "1",
		`flagledger_http_requests_total{method="GET",route="` + flagRoute + `",status="404"}`:    "1",
		`flagledger_http_requests_total{method="any",route="none",status="404"}`:                 "1",
		`flagledger_http_request_duration_seconds_count{method="GET",route="` + flagRoute + `"}`: "2",
		`flagledger_stream_clients{kind="ruleset"}`:                                              "1",
		`flagledger_stream_clients{kind="ofrep"}`:                                                "0",
		`flagledger_stream_clients_dropped_total{kind="ruleset"}`:                                "0",
		`flagledger_ruleset_revision{environment="production",project="shop"}`:                   revision,
		`flagledger_evaluators_connected{environment="production",project="shop"}`:               "1",
		`flagledger_evaluators_current{environment="production",project="shop"}`:                 "1",
		`flagledger_projector_behind_events`:                                                     "0",
		`flagledger_projector_delay_seconds`:                                                     "0",
		`flagledger_projector_frozen_subjects`:                                                   "0",
		`flagledger_exposures_dropped_total`:                                                     "0",
	} {
		if got := metrics.value(series); got != want {
			t.Errorf("%s = %q, want %s", series, got, want)
		}
	}
	w.do(ledger.TurnOn{PlaceRef: pdfIn("production")})
	if got := w.call("viewer", "GET", "/metrics", nil).value(`flagledger_evaluators_current{environment="production",project="shop"}`); got != "0" {
		t.Errorf("%s evaluators run a change they have not acknowledged", got)
	}
	w.call("local", "GET", "/metrics", nil).problem(codeForbidden, "")
}

// The names follow Prometheus' conventions.
func TestMetricNames(t *testing.T) {
	w := newWorld(t, Config{})
	registry := prometheus.NewRegistry()
	if _, err := newMetrics(registry, w.api); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestTooManyStreams(t *testing.T) {
	w := newWorld(t, Config{MaxStreams: 1})
	base, _ := w.serve()
	w.open("server", base+"/api/v1/ruleset/stream").next()
	w.call("client", "GET", ofrepStream, nil).problem(codeUnavailable, "")
}

// TestBrowsersLeaveRoom: a client key is public, so whoever opens streams with
// it must not shut the evaluators out.
func TestBrowsersLeaveRoom(t *testing.T) {
	w := newWorld(t, Config{MaxStreams: 10})
	base, _ := w.serve()
	for range 9 {
		w.open("client", base+ofrepStream).next()
	}
	w.call("client", "GET", ofrepStream, nil).problem(codeUnavailable, "")
	w.open("server", base+"/api/v1/ruleset/stream").next()
	w.call("server", "GET", "/api/v1/ruleset/stream", nil).problem(codeUnavailable, "")
}
