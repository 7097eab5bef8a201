package workflow

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/experiment"
	"github.com/flagledger/flagledger/ledger"
)

// Results gives what gates on a metric's values are judged on; an
// analytics.Reader does.
type Results interface {
	// Results sums the metrics up, cell by cell.
	Results(ctx context.Context, q analytics.ResultQuery) (analytics.Results, error)
}

// effects are the gates of one look that are judged by metrics' values. They
// are asked about together, and only if there are any.
type effects struct {
	query  analytics.ResultQuery
	metric map[int]int // from the gate's position in the plan to that in the query
	read   func() (analytics.Results, error)
	// again reads what there was at an earlier time.
	again func(context.Context, analytics.ResultQuery) (analytics.Results, error)
}

func (l look) newEffects(ctx context.Context) effects {
	r := &l.active.Rollout
	e := effects{metric: map[int]int{}, again: l.source.Results, query: analytics.ResultQuery{
		Project: l.who.Project, Environment: l.who.Environment, Flag: l.who.Flag, By: l.who.By, Rule: l.who.Rule,
		Variants: []string{l.who.Control, l.who.Treatment}, Strata: l.who.Strata, Until: l.until,
	}}
	for i, gate := range r.Plan.Gates {
		metric, known := r.Metrics[gate.Metric]
		if gate.Check != nil || !known || gate.ByFirstEvents(metric) {
			continue
		}
		e.metric[i] = len(e.query.Metrics)
		e.query.Metrics = append(e.query.Metrics, specOf(gate, metric))
	}
	e.read = sync.OnceValues(func() (analytics.Results, error) { return l.source.Results(ctx, e.query) })
	return e
}

// specOf says how a gate's metric is made of events. A Max on a quantile is one
// on the share of values above it.
func specOf(gate ledger.Gate, metric ledger.Metric) analytics.MetricSpec {
	if metric.Kind != ledger.MetricQuantile || gate.Max == nil {
		return experiment.Spec(gate.Metric, metric, 0)
	}
	return analytics.MetricSpec{
		Name:        gate.Metric,
		Numerator:   analytics.Measure{Event: metric.Event, Of: analytics.OfAbove, Above: *gate.Max},
		Denominator: &analytics.Measure{Event: metric.Event, Of: analytics.OfValues},
		After:       time.Duration(metric.After), Window: time.Duration(metric.Window),
	}
}

// judge reads the results, once for all gates, and judges gate i of the plan.
func (e effects) judge(r *ledger.Rollout, i int) (ledger.GateEvidence, error) {
	gate := r.Plan.Gates[i]
	position, known := e.metric[i]
	if !known {
		return ledger.GateEvidence{}, fmt.Errorf("judge gate on %q: the rollout does not know the metric", gate.Metric)
	}
	seen, err := e.read()
	if err != nil {
		return ledger.GateEvidence{}, fmt.Errorf("read results of %s: %w", gate.Metric, err)
	}
	in := EffectInputs{Query: e.query, Seen: seen, Metric: position, Gates: comparisons(r.Plan, gate)}
	return JudgeEffect(in, gate, r.Metrics[gate.Metric])
}

// newest is the end of what was read if anything was reported of the metrics
// within the grace before it, and the zero time otherwise. The store says no
// times of single events, so this takes another query; it is only made when
// nothing newer than the grace is known from elsewhere.
func (e effects) newest(ctx context.Context, within time.Duration, known time.Time) time.Time {
	before := e.query.Until.Add(-within)
	if len(e.metric) == 0 || known.After(before) {
		return time.Time{}
	}
	now, err := e.read()
	if err != nil {
		return time.Time{}
	}
	q := e.query
	q.Until = before
	then, err := e.again(ctx, q)
	if err != nil || sameTotals(now, then) {
		return time.Time{}
	}
	return e.query.Until
}

// sameTotals reports whether two answers to one query add up to the same, but
// for rounding.
func sameTotals(a, b analytics.Results) bool {
	x, y := totals(a), totals(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if math.Abs(x[i]-y[i]) > 1e-9*math.Abs(x[i]) {
			return false
		}
	}
	return true
}

func totals(r analytics.Results) []float64 {
	var all []float64
	at := func(i int) *float64 {
		for len(all) <= i {
			all = append(all, 0)
		}
		return &all[i]
	}
	for _, i := range r.Increments {
		for m, s := range i.Metrics {
			*at(3 * m) += s.PostNum
			*at(3*m + 1) += s.PostNumSquares
			*at(3*m + 2) += s.PostDen
		}
	}
	return all
}

// unread is the evidence of a gate whose evidence cannot be read.
func unread(gate ledger.Gate, metric ledger.Metric, err error) ledger.GateEvidence {
	g := ledger.GateEvidence{Metric: gate.Metric, MaxRatio: gate.MaxRatio, Verdict: ledger.VerdictNoData, Reason: short(err.Error())}
	if !gate.ByFirstEvents(metric) {
		g.Effect = &ledger.EffectEvidence{Limit: gate.Limit()}
	}
	return g
}
