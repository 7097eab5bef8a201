package httpapi

import (
	"context"

	"github.com/flagledger/flagledger/ledger"
)

// metricView is a metric as the API shows it.
type metricView struct {
	Key      string        `json:"key"`
	Metric   ledger.Metric `json:"metric"`
	Seq      uint64        `json:"seq,string"`
	Archived bool          `json:"archived"`
}

type metricList struct {
	Body struct {
		Metrics []metricView `json:"metrics"`
	}
}

type oneMetric struct {
	ETag string `header:"ETag" doc:"The newest event of the metric; for If-Match."`
	Body metricView
}

type metricChanged struct {
	Seq    uint64     `json:"seq,string"`
	Metric metricView `json:"metric"`
}

type newMetric struct {
	Idempotency
	Condition
	Keyed
	Body struct {
		Metric ledger.Metric `json:"metric" required:"true"`
		Reason string        `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (a *API) metricCatalog() catalog[ledger.MetricState, metricView] {
	return catalog[ledger.MetricState, metricView]{
		noun: "metric", tag: "metrics",
		states:   func(p *ledger.Project) map[string]*ledger.MetricState { return p.Metrics },
		archived: func(s *ledger.MetricState) bool { return s.Archived },
		view: func(s *ledger.MetricState) metricView {
			return metricView{Key: s.Key, Metric: s.Metric, Seq: s.Seq, Archived: s.Archived}
		},
		archive: func(project, key string) ledger.Command { return ledger.ArchiveMetric{Project: project, Key: key} },
	}
}

func (a *API) metricRoutes() {
	c := a.metricCatalog()
	register(a, c.all("listMetrics", "List the metrics of a project"),
		func(ctx context.Context, in *catalogQuery) (*metricList, error) {
			list, err := c.list(ctx, a, in)
			out := &metricList{}
			out.Body.Metrics = list
			return out, err
		})
	register(a, c.route("GET", "getMetric", "Show a metric"),
		func(ctx context.Context, in *keyedRead) (*oneMetric, error) {
			v, err := c.show(ctx, a, in.Keyed, in.MinSeq)
			return &oneMetric{etagOf(v.Seq), v}, err
		})
	register(a, c.route("PUT", "saveMetric", "Create or replace a metric"), a.saveMetric)
	register(a, c.route("DELETE", "archiveMetric", "Retire a metric that nothing uses"),
		func(ctx context.Context, in *keyedDeletion) (*doneAnswer, error) { return c.remove(ctx, a, in) })
}

func (a *API) saveMetric(ctx context.Context, in *newMetric) (*changed[metricChanged], error) {
	receipt, err := a.do(ctx, order{
		command: ledger.SaveMetric{Project: in.Project, Key: in.Key, Metric: in.Body.Metric},
		id:      in.CommandID, ifMatch: in.IfMatch, reason: in.Body.Reason,
		at: under("metric", map[string]string{"key": "path.key"}),
	})
	if err != nil {
		return nil, err
	}
	v, err := a.metricCatalog().show(ctx, a, in.Keyed, receipt.Last)
	return answer(receipt, metricChanged{receipt.Last, v}), reused(err)
}
