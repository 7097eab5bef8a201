package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/flagledger/flagledger/analytics"
)

// metrics are what the API shows of itself to Prometheus.
type metrics struct {
	handler          http.Handler
	requests         *prometheus.CounterVec
	duration         *prometheus.HistogramVec
	streams          *prometheus.GaugeVec
	dropped          *prometheus.CounterVec
	ingested         *prometheus.CounterVec
	exposuresDropped prometheus.Counter
}

func newMetrics(registry *prometheus.Registry, a *API) (*metrics, error) {
	m := &metrics{
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "flagledger_http_requests_total", Help: "Requests answered; streams count when they end.",
		}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "flagledger_http_request_duration_seconds", Help: "Time to answer a request that is not a stream.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method"}),
		streams: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "flagledger_stream_clients", Help: "Open streams.",
		}, []string{"kind"}),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "flagledger_stream_clients_dropped_total", Help: "Streams ended because their reader stalled.",
		}, []string{"kind"}),
		ingested: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "flagledger_ingest_items_total",
			Help: "Exposures and events by what became of them: accepted, rejected, failed, or recorded by a remote evaluation.",
		}, []string{"kind", "outcome"}),
		exposuresDropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "flagledger_exposures_dropped_total", Help: "Exposures of remote evaluations lost to a full queue.",
		}),
	}
	for _, kind := range []streamKind{streamServer, streamOFREP} { // present from the start, at 0
		m.streams.WithLabelValues(string(kind))
		m.dropped.WithLabelValues(string(kind))
	}
	for _, c := range []prometheus.Collector{
		m.requests, m.duration, m.streams, m.dropped, m.ingested, m.exposuresDropped, newStateCollector(a),
	} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// request counts an answer under its route, never under its path: paths are
// endless.
func (m *metrics) request(r *http.Request, status int, took time.Duration) {
	route, method := r.Pattern, r.Method
	if _, path, ok := strings.Cut(route, " "); ok {
		route = path
	}
	if route == "" {
		route, method = "none", "any"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	if !strings.HasSuffix(route, "/stream") {
		m.duration.WithLabelValues(route, method).Observe(took.Seconds())
	}
}

func (m *metrics) count(b analytics.Batch, outcome string) {
	m.ingested.WithLabelValues("exposure", outcome).Add(float64(len(b.Exposures)))
	m.ingested.WithLabelValues("event", outcome).Add(float64(len(b.Events)))
}

// stateCollector reads what the projector and the registry of evaluators know
// at the moment of the scrape.
type stateCollector struct {
	api                                    *API
	revision, behind, delay, frozen        *prometheus.Desc
	connected, acknowledged, queuedExposes *prometheus.Desc
}

func newStateCollector(a *API) *stateCollector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("flagledger_"+name, help, labels, nil)
	}
	return &stateCollector{
		api:           a,
		revision:      desc("ruleset_revision", "Revision of the newest ruleset.", "project", "environment"),
		behind:        desc("projector_behind_events", "Events in the ledger that are not folded."),
		delay:         desc("projector_delay_seconds", "Time between the decision of the last folded event and its fold."),
		frozen:        desc("projector_frozen_subjects", "Subjects stopped at their last good state."),
		connected:     desc("evaluators_connected", "Connected evaluators.", "project", "environment"),
		acknowledged:  desc("evaluators_current", "Connected evaluators that run the newest ruleset.", "project", "environment"),
		queuedExposes: desc("exposures_queued", "Exposures of remote evaluations that wait to be published."),
	}
}

// Describe implements prometheus.Collector.
func (c *stateCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.revision, c.behind, c.delay, c.frozen, c.connected, c.acknowledged, c.queuedExposes,
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *stateCollector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, s := range c.api.projector.Snapshots() {
		rs := s.Ruleset
		n, _ := c.api.evaluators.count(place{rs.Project, rs.Environment}, rs.Revision)
		gauge(c.revision, float64(rs.Revision), rs.Project, rs.Environment)
		gauge(c.connected, float64(n.Connected), rs.Project, rs.Environment)
		gauge(c.acknowledged, float64(n.Acknowledged), rs.Project, rs.Environment)
	}
	gauge(c.queuedExposes, float64(len(c.api.exposer.queue)))
	ctx, cancel := context.WithTimeout(context.Background(), checkTime)
	defer cancel()
	lag, err := c.api.projector.Lag(ctx)
	if err != nil {
		return // an absent series is what an alert on the ledger looks for
	}
	gauge(c.behind, float64(lag.Behind))
	gauge(c.delay, lag.Delay.Seconds())
	gauge(c.frozen, float64(lag.Frozen))
}
