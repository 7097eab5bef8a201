package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/flagledger/flagledger/analytics/export"
	"github.com/flagledger/flagledger/analytics/natsingest"
	"github.com/flagledger/flagledger/internal/lifecycle"
)

// exports are the parts that send data to other tools.
type exports []outlet

// outlet is one export, and what moves the batches to it.
type outlet struct {
	exporter *export.Exporter
	writer   *natsingest.Writer
}

// exportFlush lets requests become large; tools show what they get after
// minutes anyway.
const exportFlush = time.Second

func newExports(js jetstream.JetStream, configs []export.Config, letters *natsingest.Publisher, log *slog.Logger, now func() time.Time) (exports, error) {
	all := make(exports, 0, len(configs))
	for _, c := range configs {
		x, err := export.New(c, export.NewJournal(js, c.Name), undelivered{letters, now}, log)
		if err != nil {
			return nil, err
		}
		w, err := natsingest.NewWriter(js, x, letters, log, natsingest.WriterConfig{
			Consumer: "export-" + c.Name, FlushInterval: exportFlush, MaxItems: 5000,
		})
		if err != nil {
			return nil, err
		}
		all = append(all, outlet{x, w})
	}
	return all, nil
}

func (all exports) parts() []lifecycle.Part {
	parts := make([]lifecycle.Part, 0, len(all))
	for _, o := range all {
		parts = append(parts, lifecycle.Part{Name: "export " + o.exporter.Name(), Run: o.writer.Run})
	}
	return parts
}

// undelivered puts what a tool refuses beside the other dead letters.
type undelivered struct {
	letters *natsingest.Publisher
	now     func() time.Time
}

func (u undelivered) Undelivered(ctx context.Context, l export.Letter) error {
	return u.letters.DeadLetter(ctx, natsingest.DeadLetter{
		Project: l.Project, Environment: l.Environment, Batch: l.ID, At: u.now(), Data: l.Body,
		Reason: fmt.Sprintf("export %s: %s", l.Export, l.Reason),
	}, "export "+l.Export+" "+l.ID)
}

// collect shows the counters of each export.
func (all exports) collect(out chan<- prometheus.Metric) {
	one := func(o outlet, name, help string, kind prometheus.ValueType, value uint64) {
		desc := prometheus.NewDesc("flagledger_export_"+name, help, []string{"export"}, nil)
		out <- prometheus.MustNewConstMetric(desc, kind, float64(value), o.exporter.Name())
	}
	for _, o := range all {
		s, w := o.exporter.Stats(), o.writer.Stats()
		one(o, "delivered_total", "Assignments and events that the tool has taken.", prometheus.CounterValue, s.Delivered)
		one(o, "refused_total", "Those it will never take, which are dead letters.", prometheus.CounterValue, s.Refused)
		one(o, "requests_total", "Requests made.", prometheus.CounterValue, s.Requests)
		one(o, "retries_total", "Requests made again.", prometheus.CounterValue, s.Retries)
		one(o, "lost_messages_total", "Messages that the event stream discarded before they were sent.", prometheus.CounterValue, w.Lost)
		one(o, "lag_messages", "Messages on the event stream that are not sent yet.", prometheus.GaugeValue, w.Lag)
	}
}
