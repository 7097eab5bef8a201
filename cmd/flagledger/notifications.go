package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/flagledger/flagledger/internal/lifecycle"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow/notify"
)

// notifications are the parts that tell people what happened.
type notifications struct {
	log ledger.Log
	all []*notify.Notifier
}

func newNotifications(
	js jetstream.JetStream, configs []notify.Config, log ledger.Log, plans func(context.Context, ledger.Recorded) []string, logger *slog.Logger, now func() time.Time,
) (notifications, error) {
	n := notifications{log: log}
	for _, c := range configs {
		journal := notify.NewJournal(js, c.Name)
		one, err := notify.New(notify.Deps{Log: log, Memory: journal, Letters: journal, Logger: logger, Now: now, Plans: plans}, c)
		if err != nil {
			return n, err
		}
		n.all = append(n.all, one)
	}
	return n, nil
}

// parts are ready when their positions are known: what is changed after that is
// told.
func (n notifications) parts() []lifecycle.Part {
	parts := make([]lifecycle.Part, 0, len(n.all))
	for _, one := range n.all {
		parts = append(parts, lifecycle.Part{Name: "notifications " + one.Name(), Run: one.Run, Ready: one.Ready()})
	}
	return parts
}

// collect shows the counters of each channel.
func (n notifications) collect(out chan<- prometheus.Metric) {
	if len(n.all) == 0 {
		return
	}
	one := func(c *notify.Notifier, name, help string, kind prometheus.ValueType, value uint64) {
		desc := prometheus.NewDesc("flagledger_notifications_"+name, help, []string{"channel"}, nil)
		out <- prometheus.MustNewConstMetric(desc, kind, float64(value), c.Name())
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	end, err := n.log.End(ctx) // without it there is no lag to show
	for _, c := range n.all {
		s := c.Stats()
		one(c, "delivered_total", "Notifications that the receiver has taken.", prometheus.CounterValue, s.Delivered)
		one(c, "failed_total", "Notifications that became dead letters.", prometheus.CounterValue, s.Failed)
		one(c, "retries_total", "Tries after the first of a notification.", prometheus.CounterValue, s.Retries)
		if err == nil {
			at := min(c.Position(), end) // it may have moved on since
			one(c, "lag_events", "Events of the ledger that the channel has not looked at yet.", prometheus.GaugeValue, end-at)
		}
	}
}
