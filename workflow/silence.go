package workflow

import (
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// MinSilence is how many events of an arm must have been expected, by the
// other arm's events and the number of units in each, before their absence is
// a silence of its instruments and not of its users.
const MinSilence = 50

// silence is a stretch of one stratum in which one arm reported no event at
// all although the other arm did.
type silence struct {
	stratum   int
	treatment bool
	from, to  time.Time // to is exclusive, zero if the arm is silent still
	expected  float64
}

// silences finds the stretches in which an arm is not heard. Units that are
// not heard cannot be seen to go bad: counted as healthy, they would let a
// treatment pass that merely does not report, or condemn one because the
// control does not.
func silences(s analytics.GateSeries, e analytics.Exposed) []silence {
	var out []silence
	for k := 0; k <= s.Stratum; k++ {
		units := e.Stage(k)
		for _, treatment := range []bool{true, false} {
			own, other := units.Control, units.Treatment
			if treatment {
				own, other = other, own
			}
			if own == 0 || other == 0 {
				continue
			}
			out = append(out, silencesOf(s.Requests, k, treatment, float64(own)/float64(other))...)
		}
	}
	return out
}

// silencesOf finds the silences of one arm in one stratum. share is the arm's
// number of units for each unit of the other.
func silencesOf(requests []stats.Row, stratum int, treatment bool, share float64) []silence {
	var out []silence
	run := silence{stratum: stratum, treatment: treatment}
	for _, r := range requests {
		if r.Stratum != stratum {
			continue
		}
		own, other := r.NC, r.NT
		if treatment {
			own, other = other, own
		}
		switch {
		case own == 0 && run.expected == 0:
			run.from, run.expected = r.At, share*float64(other)
		case own == 0:
			run.expected += share * float64(other)
		default:
			if run.to = r.At; run.expected >= MinSilence {
				out = append(out, run)
			}
			run.expected = 0
		}
	}
	if run.to = (time.Time{}); run.expected >= MinSilence {
		out = append(out, run)
	}
	return out
}

// covers reports whether a row lies in the silence.
func (s silence) covers(r stats.Row) bool {
	return r.Stratum == s.stratum && !r.At.Before(s.from) && (s.to.IsZero() || r.At.Before(s.to))
}

// heard leaves out the rows that lie in a silence of one arm.
func heard(rows []stats.Row, quiet []silence, treatment bool) []stats.Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r stats.Row) bool {
		return slices.ContainsFunc(quiet, func(s silence) bool { return s.treatment == treatment && s.covers(r) })
	})
}

// ongoing is the silence of the current stage that has not ended.
func ongoing(quiet []silence, stratum int) (silence, bool) {
	i := slices.IndexFunc(quiet, func(s silence) bool { return s.stratum == stratum && s.to.IsZero() })
	if i < 0 {
		return silence{}, false
	}
	return quiet[i], true
}
