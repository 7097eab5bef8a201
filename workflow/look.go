package workflow

import (
	"context"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
)

// Evidence is what the engine asks of the analytics store; an
// analytics.Reader is one. Its methods may be called concurrently.
type Evidence interface {
	// Gate gives the bad events of one gate, bucket by bucket.
	Gate(ctx context.Context, q analytics.GateQuery) (analytics.GateSeries, error)
	// Exposed counts the exposed units.
	Exposed(ctx context.Context, q analytics.ExposedQuery) (analytics.Exposed, error)
	// Control gives the distribution of the control's values.
	Control(ctx context.Context, q analytics.ControlQuery) (analytics.ControlValues, error)
	Results
}

// look is one look at one rollout.
type look struct {
	source Evidence
	probe  Probe // nil without external sources
	slots  slots
	active Active
	who    analytics.Rollout
	until  time.Time // end of the last closed bucket
	limits *limits
}

// verdicts gathers the evidence and judges every gate. A source that fails is
// part of the answer, not an error.
func (l look) verdicts(ctx context.Context) Verdicts {
	r := &l.active.Rollout
	v := Verdicts{Evidence: ledger.Evidence{PlanVersion: r.PlanVersion, From: r.StartedAt, Until: l.until, SRMP: 1}}
	asked := l.ask(ctx)
	defer asked.wait(true)
	exposed, err := l.source.Exposed(ctx, analytics.ExposedQuery{Rollout: l.who, Until: l.until})
	if err != nil {
		v.SourceErr = fmt.Errorf("read exposures: %w", err)
		return v
	}
	now := exposed.Stage(len(l.who.Strata) - 1)
	v.Evidence.StageTreatment, v.Evidence.StageControl = now.Treatment, now.Control
	v.Evidence.RolloutTreatment, v.Evidence.MixedUnits = exposed.Treatment.Units, now.Mixed
	v.Evidence.SRMP = stats.SampleRatioP(split(r, exposed))
	v.Newest = later(exposed.Treatment.Newest, exposed.Control.Newest)
	gates, byValues := make([]ledger.GateEvidence, len(r.Plan.Gates)), l.newEffects(ctx)
	for i, gate := range r.Plan.Gates {
		if gate.Check != nil {
			continue
		}
		in := Inputs{
			Exposed: exposed,
			Gates:   comparisons(r.Plan, gate), MinExpected: minExpected(stage(r)),
		}
		var g ledger.GateEvidence
		if gate.ByFirstEvents(r.Metrics[gate.Metric]) {
			g, err = l.gate(ctx, in, gate, &v.Newest)
		} else {
			g, err = byValues.judge(r, i)
		}
		if err != nil && gate.DryRun {
			g = unread(gate, r.Metrics[gate.Metric], err)
		} else if err != nil {
			v.SourceErr = err
			return v
		}
		g.DryRun = gate.DryRun
		gates[i] = g
	}
	v.Newest = later(v.Newest, byValues.newest(ctx, grace(r.Plan), v.Newest))
	l.slots.give()
	asked.wait(anyFails(gates))
	l.slots.take()
	asked.into(gates)
	v.Evidence.Gates = gates
	return v
}

// gate fetches one gate's series and judges it.
func (l look) gate(ctx context.Context, in Inputs, gate ledger.Gate, newest *time.Time) (ledger.GateEvidence, error) {
	metric := l.active.Rollout.Metrics[gate.Metric]
	bad := analytics.Bad{Event: metric.Event, Failed: true, Window: time.Duration(metric.Window)}
	if metric.Kind == ledger.MetricQuantile {
		var err error
		if in.Limit, in.Values, err = l.limit(ctx, gate, metric); err != nil {
			return ledger.GateEvidence{}, fmt.Errorf("read the control's values of %s: %w", gate.Metric, err)
		}
		bad.Failed, bad.Above = false, &in.Limit.Above
		if !in.Limit.Known() {
			return Judge(in, gate, metric)
		}
	}
	var err error
	in.Series, err = l.source.Gate(ctx, analytics.GateQuery{
		Rollout: l.who, Bad: bad, Bucket: bucket(l.active.Rollout.Plan), Until: l.until,
	})
	if err != nil {
		return ledger.GateEvidence{}, fmt.Errorf("read gate on %s: %w", gate.Metric, err)
	}
	*newest = later(*newest, later(in.Series.Treatment.Newest, in.Series.Control.Newest))
	return Judge(in, gate, metric)
}

// limit returns the gate's limit: the one recorded with an earlier decision,
// or the one this engine has drawn before, or one drawn now. If the control
// has too few values the limit is not known, and values says how many there
// are.
func (l look) limit(ctx context.Context, gate ledger.Gate, metric ledger.Metric) (limit Limit, values int64, err error) {
	r := &l.active.Rollout
	if had, ok := recordedLimit(r, gate); ok {
		return had, 0, nil
	}
	key := limitKey{l.active.start(), gate.Metric, gate.MaxRatio}
	if had, ok := l.limits.drawn(key); ok {
		return had, 0, nil
	}
	q := analytics.ControlQuery{Rollout: l.who, Event: metric.Event, Quantile: metric.Quantile, Until: l.until}
	all, err := l.source.Control(ctx, q)
	if err != nil || all.N < MinControlValues {
		return Limit{}, all.N, err
	}
	q.Until, err = earliest(r, l.until, func(end time.Time) (bool, error) {
		q.Until = end
		early, err := l.source.Control(ctx, q)
		return early.N >= MinControlValues, err
	})
	if err != nil {
		return Limit{}, 0, err
	}
	return l.draw(ctx, key, q)
}

// draw makes the limit from the values that q selects.
func (l look) draw(ctx context.Context, key limitKey, q analytics.ControlQuery) (Limit, int64, error) {
	early, err := l.source.Control(ctx, q)
	above := key.maxRatio * early.Quantile
	if err != nil || above <= 0 {
		return Limit{}, early.N, err
	}
	q.Above = &above
	values, err := l.source.Control(ctx, q)
	if err != nil {
		return Limit{}, 0, err
	}
	limit := drawLimit(above, q.Quantile, values)
	l.limits.keep(key, limit)
	return limit, values.N, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
