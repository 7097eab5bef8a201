package workflow

import (
	"sort"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/ledger"
)

// MinControlValues is how many values the control must have before a quantile
// gate's limit is drawn from them: 25 of them then lie above the 95th
// percentile, which puts that percentile's rank within about 20%.
const MinControlValues = 500

// MinTau and MaxTau bound the ratio that a quantile gate tests. Near 1 the
// tolerance for harm and the limit would meet; a share so small that the ratio
// exceeds 50 is not known that well.
const (
	MinTau = 1.2
	MaxTau = 50
)

// Limit turns a quantile into a share: an event is bad when its value is
// greater than Above, and the quantile has risen to Above exactly when the
// share of bad events is Tau times what it was in the control.
//
// Above is the gate's MaxRatio times the control's quantile q, and Tau is
// (1-q) over the control's share beyond Above, within MinTau and MaxTau. Both
// are drawn once in a rollout, from the control arm's first values, and stay:
// a limit that moved with the data would have to be paid for in evidence.
type Limit struct {
	Above float64 // in the metric's unit, above 0
	Tau   float64
}

// Known reports whether the limit has been drawn.
func (l Limit) Known() bool { return l.Above > 0 && l.Tau > 0 }

// drawLimit makes the limit from what the control's values say of above, the
// threshold.
func drawLimit(above, quantile float64, values analytics.ControlValues) Limit {
	tau := (1 - quantile) / values.ShareAbove()
	return Limit{Above: above, Tau: min(max(tau, MinTau), MaxTau)}
}

// recordedLimit is the limit that an earlier decision was made on.
func recordedLimit(r *ledger.Rollout, gate ledger.Gate) (Limit, bool) {
	if r.Evidence == nil {
		return Limit{}, false
	}
	for _, g := range r.Evidence.Gates {
		l := Limit{Above: g.Above, Tau: g.Tau}
		if g.Metric == gate.Metric && g.MaxRatio == gate.MaxRatio && l.Known() {
			return l, true
		}
	}
	return Limit{}, false
}

// earliest returns the end of the first bucket of the rollout, up to until, by
// which enough is true. enough must stay true once it is. Since buckets do not
// change once they are closed, whoever asks, and whenever, gets the same
// answer from the same data.
func earliest(r *ledger.Rollout, until time.Time, enough func(end time.Time) (bool, error)) (time.Time, error) {
	width := bucket(r.Plan)
	first := floor(r.Plan, r.StartedAt).Add(width)
	var failed error
	k := sort.Search(int(until.Sub(first)/width), func(k int) bool {
		if failed != nil {
			return true
		}
		ok, err := enough(first.Add(time.Duration(k) * width))
		failed = err
		return ok
	})
	return first.Add(time.Duration(k) * width), failed
}
