package workflow_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

var errDown = errors.New("the store is down")

// pair counts both arms.
type pair struct{ t, c int64 }

func (p pair) add(o pair) pair { return pair{p.t + o.t, p.c + o.c} }

// period is what happened from At until the next period, under one version of
// the flag.
type period struct {
	at      time.Time
	version uint64
	// exposed are the units of the stage by then; mixed, of which in both.
	exposed pair
	mixed   int64
	// requests are events; failed and slow, units with a first bad one;
	// failures, bad events, if they are more.
	requests, failed, slow, failures pair
	// converted are the units that convert.
	converted pair
}

// traffic is an analytics store that is told sums instead of rows.
type traffic struct {
	mu      sync.Mutex
	periods []period
	down    bool
	p95     float64 // of the control's values; 0 means 400
	queries int
}

func (f *traffic) add(p period) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.periods = append(f.periods, p)
}

// seen gives the periods of each stratum before until.
func (f *traffic) seen(strata []analytics.Stratum, until time.Time) ([][]period, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queries++
	if f.down {
		return nil, errDown
	}
	out := make([][]period, len(strata))
	for _, p := range f.periods {
		for k, s := range strata {
			if p.version >= s.FirstVersion && p.version <= s.LastVersion && p.at.Before(until) {
				out[k] = append(out[k], p)
			}
		}
	}
	return out, nil
}

func (f *traffic) Exposed(_ context.Context, q analytics.ExposedQuery) (analytics.Exposed, error) {
	var e analytics.Exposed
	strata, err := f.seen(q.Strata, q.Until)
	for k, periods := range strata {
		row := analytics.ExposedRow{Stratum: k, Cohort: k - 1} // Fresh in the first, then all were control before
		for _, p := range periods {
			if p.exposed != (pair{row.Treatment, row.Control}) {
				e.Treatment.Newest, e.Control.Newest = p.at, p.at
			}
			row.Treatment, row.Control, row.Mixed = p.exposed.t, p.exposed.c, p.mixed
		}
		e.Treatment.Units += row.Treatment
		e.Control.Units = max(e.Control.Units, row.Control)
		e.Rows = append(e.Rows, row)
	}
	return e, err
}

func (f *traffic) Gate(_ context.Context, q analytics.GateQuery) (analytics.GateSeries, error) {
	strata, err := f.seen(q.Strata, q.Until)
	last := len(q.Strata) - 1
	s := analytics.GateSeries{Series: stats.Series{
		Start: q.Strata[0].Start, StageStart: q.Strata[last].Start, Until: q.Until, Stratum: last,
	}}
	for k, periods := range strata {
		var bad, none pair
		for _, p := range periods {
			x := p.failed
			if q.Bad.Above != nil {
				x = p.slow
			}
			requests := x
			if q.Bad.Failed && p.failures != none {
				requests = p.failures
			}
			s.Units = append(s.Units, stats.Row{
				Stratum: k, Cohort: k - 1, At: p.at,
				NT: p.exposed.t - bad.t, XT: x.t, NC: p.exposed.c - bad.c, XC: x.c,
			})
			s.Requests = append(s.Requests, stats.Row{
				Stratum: k, At: p.at, NT: p.requests.t, XT: requests.t, NC: p.requests.c, XC: requests.c,
			})
			bad = bad.add(x)
			for _, arm := range []struct {
				sum              *analytics.ArmCounts
				exposed, n, x, u int64
			}{
				{&s.Treatment, p.exposed.t, p.requests.t, requests.t, x.t},
				{&s.Control, p.exposed.c, p.requests.c, requests.c, x.c},
			} {
				count(arm.sum, arm.exposed, arm.n, arm.x, arm.u, p.at)
				if k == last {
					if arm.sum == &s.Treatment {
						count(&s.StageTreatment, arm.exposed, arm.n, arm.x, arm.u, p.at)
					} else {
						count(&s.StageControl, arm.exposed, arm.n, arm.x, arm.u, p.at)
					}
				}
			}
		}
	}
	s.BadUnits = s.Treatment.BadUnits
	return s, err
}

func count(sum *analytics.ArmCounts, exposed, n, bad, units int64, at time.Time) {
	if n == 0 {
		return
	}
	sum.Active, sum.Newest = exposed, at
	sum.Events, sum.Bad, sum.BadUnits = sum.Events+n, sum.Bad+bad, sum.BadUnits+units
}

// Control has 2.5% of its values above any limit.
func (f *traffic) Control(_ context.Context, q analytics.ControlQuery) (analytics.ControlValues, error) {
	strata, err := f.seen(q.Strata, q.Until)
	v := analytics.ControlValues{}
	for _, periods := range strata {
		for _, p := range periods {
			v.N += p.requests.c
		}
	}
	if v.N > 0 {
		if v.Quantile = f.p95; v.Quantile == 0 {
			v.Quantile = 400
		}
	}
	if q.Above != nil {
		v.Above = v.N / 40
	}
	return v, err
}
