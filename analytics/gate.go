package analytics

import (
	"errors"
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

// Rollout names the exposures that a gate looks at.
type Rollout struct {
	Project, Environment, Flag string
	// By is the attribute that is bucketed, DefaultBy if empty.
	By string
	// Rule whose split is compared; empty is the flag's default. Exposures
	// by another rule are ignored: who matches a rule is no matter of chance.
	Rule string
	// Treatment and Control are two variants; exposures to others are
	// ignored.
	Treatment, Control string
	// Strata, one per stage, in the order of time. Their versions and their
	// spans must not overlap.
	Strata []Stratum
}

// Stratum is one stage of a rollout: the exposures made under the flag's
// configurations FirstVersion to LastVersion, inclusive, before End. The
// version decides, not the clock: an exposure of those versions with a time
// before Start, from a slow clock, counts at Start.
type Stratum struct {
	Stage                     int       // as the plan counts
	FirstVersion, LastVersion uint64    // LastVersion is math.MaxUint64 for the current stage
	Start, End                time.Time // End is exclusive; zero: still open
}

// Bad says which events are bad: those named Event that failed, or whose value
// exceeds Above.
type Bad struct {
	Event  string
	Failed bool
	Above  *float64 // used when Failed is false
	// Window attributes events to a unit for this long after its first
	// exposure in a stratum; 0 is no limit.
	Window time.Duration
}

// GateQuery asks for the evidence of one guardrail up to Until.
//
// Population. In each stratum a unit belongs to the arm of its first exposure
// there to Treatment or Control (Treatment, if both came at the same
// microsecond). A unit that was exposed to Treatment in an earlier stratum, not
// later than that first exposure, is AlreadyTreated: it carries no new
// randomness and is left out of the unit-level series. Of the others, a unit
// that was seen in Control in earlier strata belongs to the cohort of the
// latest of them, the rest are Fresh. Cohorts differ in their expected share
// of treatment, so each is compared within itself.
//
// Risk. A unit is at risk from its first exposure in the stratum until the
// stratum ends, the Window is over, or it is exposed to the other variant,
// from which moment it is censored and counted as mixed. It counts in every
// bucket that this span touches, up to and including the bucket of its first
// bad event; later events of it do not count.
//
// Events. Those that name flags, and not this one, are not seen.
//
// Requests. Every event within the same span counts, AlreadyTreated units
// included, before and after the first bad one.
//
// Time. Buckets are Bucket wide, aligned to the Unix epoch, and closed: only
// exposures and events before Until, rounded down to a bucket, are seen.
type GateQuery struct {
	Rollout
	Bad    Bad
	Bucket time.Duration // whole microseconds; 0 means DefaultBucket
	Until  time.Time
}

// DefaultBucket is the width of a bucket.
const DefaultBucket = time.Minute

// Cohorts of units in a stratum that are no position of an earlier stratum.
const (
	Fresh          = -1 // not seen in an earlier stratum
	AlreadyTreated = -2 // exposed to the treatment in an earlier stratum
)

// ErrQuery is returned, wrapped, for a query that makes no sense.
var ErrQuery = errors.New("query is not valid")

// Normal checks the query and gives it with its defaults, Until rounded down
// to a bucket and all times in UTC microseconds. The error wraps ErrQuery.
func (q GateQuery) Normal() (GateQuery, error) {
	q.Bucket = time.Duration(orDefault(int64(q.Bucket), int64(DefaultBucket)))
	switch {
	case q.Bucket < time.Microsecond || q.Bucket%time.Microsecond != 0:
		return q, fmt.Errorf("bucket %v is not a number of microseconds: %w", q.Bucket, ErrQuery)
	case q.Bad.Event == "":
		return q, fmt.Errorf("no event is named: %w", ErrQuery)
	case q.Bad.Failed == (q.Bad.Above != nil):
		return q, fmt.Errorf("bad is not exactly one of failed and above: %w", ErrQuery)
	case q.Bad.Window < 0:
		return q, fmt.Errorf("window %v is negative: %w", q.Bad.Window, ErrQuery)
	}
	r, err := q.Rollout.Normal()
	q.Rollout = r
	q.Until = q.At(q.Index(q.Until))
	return q, err
}

// Index is the number of the bucket that t falls into; Bucket must be set.
func (q GateQuery) Index(t time.Time) int64 {
	us, width := t.UnixMicro(), q.Bucket.Microseconds()
	if us < 0 && us%width != 0 {
		return us/width - 1
	}
	return us / width
}

// At is the start of bucket i.
func (q GateQuery) At(i int64) time.Time { return time.UnixMicro(i * q.Bucket.Microseconds()).UTC() }

// Normal checks the rollout and gives it with its defaults. The error wraps
// ErrQuery.
func (r Rollout) Normal() (Rollout, error) {
	if r.By == "" {
		r.By = DefaultBy
	}
	switch {
	case r.Project == "" || r.Environment == "" || r.Flag == "":
		return r, fmt.Errorf("project, environment and flag are not all named: %w", ErrQuery)
	case r.Treatment == "" || r.Control == "" || r.Treatment == r.Control:
		return r, fmt.Errorf("treatment %q and control %q are not two variants: %w", r.Treatment, r.Control, ErrQuery)
	case len(r.Strata) == 0:
		return r, fmt.Errorf("no strata: %w", ErrQuery)
	}
	strata := make([]Stratum, len(r.Strata))
	for k, s := range r.Strata {
		s.Start, s.End = micros(s.Start), micros(s.End)
		if s.LastVersion < s.FirstVersion || !s.End.IsZero() && s.End.Before(s.Start) {
			return r, fmt.Errorf("stratum %d ends before it starts: %w", k, ErrQuery)
		}
		if k > 0 && !follows(s, strata[k-1]) {
			return r, fmt.Errorf("stratum %d does not follow stratum %d: %w", k, k-1, ErrQuery)
		}
		strata[k] = s
	}
	r.Strata = strata
	return r, nil
}

func follows(s, before Stratum) bool {
	return s.FirstVersion > before.LastVersion && !before.End.IsZero() && !s.Start.Before(before.End)
}

func micros(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}

func orDefault(v, def int64) int64 {
	if v == 0 {
		return def
	}
	return v
}

// GateSeries is the answer to a GateQuery. The position of a stratum in the
// query is the Stratum of a row.
type GateSeries struct {
	// Units has a row for each bucket, stratum and cohort in which a unit
	// went bad, with the units at risk in it; Requests, for each bucket and
	// stratum with an event. Both in the order of time.
	stats.Series
	// Treatment and Control count the whole rollout, StageTreatment and
	// StageControl the last stratum.
	Treatment, Control, StageTreatment, StageControl ArmCounts
}

// ArmCounts counts the events of one arm that fell into the span of risk of an
// exposed unit, AlreadyTreated units included.
type ArmCounts struct {
	Active   int64     // distinct units with an event
	BadUnits int64     // distinct units with a bad event
	Events   int64     // events
	Bad      int64     // of which bad
	Newest   time.Time // time of the newest event; zero without one
}
