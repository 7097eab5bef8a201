package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/flagledger/flagledger/analytics/natsingest"
	"github.com/flagledger/flagledger/workflow"
)

// meters shows the counters of parts that know nothing of Prometheus.
type meters struct {
	engine        *workflow.Engine
	runner        *workflow.Runner
	publisher     *natsingest.Publisher
	writer        *natsingest.Writer
	exports       exports
	notifications notifications
	past          *past
}

// meter is one number and where it is read.
type meter struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value float64
}

func counter(name, help string, value uint64) meter {
	return meter{prometheus.NewDesc("flagledger_"+name, help, nil, nil), prometheus.CounterValue, float64(value)}
}

func gauge(name, help string, value float64) meter {
	return meter{prometheus.NewDesc("flagledger_"+name, help, nil, nil), prometheus.GaugeValue, value}
}

// float is how Prometheus has a truth.
func float(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Describe implements prometheus.Collector. It sends nothing: what is
// collected describes itself.
func (m meters) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (m meters) Collect(out chan<- prometheus.Metric) {
	p, w, e := m.publisher.Stats(), m.writer.Stats(), m.engine.Counters()
	for _, one := range []meter{
		counter("ingest_messages_total", "Messages put on the event stream.", p.Accepted),
		counter("ingest_dead_letters_total", "Items and messages sent to the dead letters.", p.DeadLetters),
		counter("analytics_exposures_total", "Exposures stored.", w.Exposures),
		counter("analytics_events_total", "Metric events stored.", w.Events),
		counter("analytics_duplicate_batches_total", "Batches left out because they were stored before.", w.Duplicates),
		counter("analytics_lost_messages_total", "Messages that the event stream discarded unread.", w.Lost),
		counter("analytics_failures_total", "Failures of the event stream or the store, each followed by a retry.", w.Failures),
		gauge("analytics_lag_messages", "Messages on the event stream that are not stored yet.", float64(w.Lag)),
		counter("workflow_ticks_total", "Ticks of the workflow engine.", e.Ticks),
		counter("workflow_looks_total", "Looks at single rollouts.", e.Looks),
		counter("workflow_executions_total", "Scheduled changes that were due and ended, made or refused.", e.Executions),
		counter("workflow_refusals_total", "Scheduled changes that were refused when they were due.", e.Refusals),
		counter("workflow_overtaken_total", "Decisions refused because somebody else was first.", e.Overtaken),
		counter("workflow_errors_total", "Looks, executions and ticks that failed.", e.Errors),
		gauge("workflow_leader", "1 if this process runs the workflow, 0 if it stands by.", float(m.runner.Leading())),
		gauge("workflow_running_rollouts", "Running rollouts at the last tick.", float64(e.Running)),
		gauge("workflow_last_tick_timestamp_seconds", "When the newest finished tick was made.", float64(e.LastTick.UnixMilli())/1000),
	} {
		out <- prometheus.MustNewConstMetric(one.desc, one.kind, one.value)
	}
	archived, _ := m.past.archive.Newest()
	scrubbed, passes := m.past.scrubber.At()
	for _, one := range []meter{
		gauge("archive_seq", "Newest event in the second copy of the ledger.", float64(archived)),
		gauge("scrub_seq", "Event up to which this pass has compared the ledger with its copy.", float64(scrubbed)),
		counter("scrub_passes_total", "Times that the whole ledger was compared with its copy.", passes),
	} {
		out <- prometheus.MustNewConstMetric(one.desc, one.kind, one.value)
	}
	if m.past.models.dsn != "" {
		seq, works := m.past.models.at()
		for _, one := range []meter{
			gauge("readmodels_seq", "Newest event in Postgres.", float64(seq)),
			gauge("readmodels_up", "1 if the tables in Postgres are being written to by this process.", float(works)),
		} {
			out <- prometheus.MustNewConstMetric(one.desc, one.kind, one.value)
		}
	}
	m.exports.collect(out)
	m.notifications.collect(out)
	decisions := prometheus.NewDesc("flagledger_workflow_decisions_total", "Decisions of the workflow engine.", []string{"kind"}, nil)
	for kind, n := range e.Decisions {
		out <- prometheus.MustNewConstMetric(decisions, prometheus.CounterValue, float64(n), string(kind))
	}
}

// registry shows them beside the process's own numbers.
func (m meters) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m)
	return r
}
