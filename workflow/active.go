package workflow

import (
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// Active is a rollout that may need a decision, and where it is. It shares
// what Rollout points to with the ledger's state, which is never changed in
// place.
type Active struct {
	Project, Flag, Environment string
	Rollout                    ledger.Rollout
}

// Place names the flag and environment in the ledger's terms.
func (a Active) Place() ledger.PlaceRef {
	return ledger.PlaceRef{
		FlagRef:     ledger.FlagRef{Project: a.Project, Flag: a.Flag},
		Environment: a.Environment,
	}
}

// start is the sequence of the event that started the rollout. It names the
// rollout in the whole ledger, which its ID does only on its flag.
func (a Active) start() uint64 {
	if len(a.Rollout.Spans) == 0 {
		return 0
	}
	return a.Rollout.Spans[0].First
}

// Defaults of a ledger.Plan, as its fields document them.
const (
	DefaultInterval    = time.Minute
	DefaultWatermark   = 10 * time.Second
	DefaultNoDataGrace = time.Hour
	DefaultMinExpected = 10.0
)

func interval(p ledger.Plan) time.Duration { return p.Interval.Or(DefaultInterval) }

func watermark(p ledger.Plan) time.Duration { return p.Watermark.Or(DefaultWatermark) }

func grace(p ledger.Plan) time.Duration { return p.NoDataGrace.Or(DefaultNoDataGrace) }

func minExpected(s ledger.Stage) float64 {
	if s.MinExpected == 0 {
		return DefaultMinExpected
	}
	return s.MinExpected
}

// stage is the current stage of the plan.
func stage(r *ledger.Rollout) ledger.Stage { return r.Plan.Stages[r.Stage] }

// stageStart is when the current stretch of the current stage began: a kill
// and a resume begin it anew.
func stageStart(r *ledger.Rollout) time.Time {
	if len(r.Spans) == 0 {
		return r.StartedAt
	}
	return r.Spans[len(r.Spans)-1].From
}

// soakEnd is when the current stage has lasted as long as it must.
func soakEnd(r *ledger.Rollout) time.Time {
	return stageStart(r).Add(time.Duration(stage(r).MinSoak))
}

// closed is the end of the newest bucket that may be judged at now: buckets
// are one interval wide, aligned to the Unix epoch as package analytics has
// them, and stay open for the watermark after their end.
func closed(p ledger.Plan, now time.Time) time.Time { return floor(p, now.Add(-watermark(p))) }

// floor is the start of the bucket that t falls into.
func floor(p ledger.Plan, t time.Time) time.Time {
	width := bucket(p).Microseconds()
	us := t.UnixMicro()
	return time.UnixMicro(us - (us%width+width)%width).UTC()
}

// bucket is the interval as whole microseconds, which is how stores keep time.
func bucket(p ledger.Plan) time.Duration {
	return max(interval(p).Truncate(time.Microsecond), time.Microsecond)
}

// nextLook is when a rollout that waits can be decided anew: when the bucket
// that is open at now can be judged, or when the soak is over.
func nextLook(r *ledger.Rollout, now time.Time) time.Time {
	next := closed(r.Plan, now).Add(longestWait(r.Plan))
	if end := soakEnd(r); end.After(now) && end.Before(next) {
		return end
	}
	return next
}

// longestWait bounds the time from one look to the next.
func longestWait(p ledger.Plan) time.Duration { return bucket(p) + watermark(p) }
