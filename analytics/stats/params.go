package stats

import (
	"fmt"
	"math"
	"time"
)

// Params tune Evaluate. The zero value of every field but Tau means its
// default; Validate says what else is allowed.
type Params struct {
	// Tau is the ratio of bad rates that must not be reached, above 1.
	Tau float64
	// Tolerance is the ratio the harm process takes for harmless. 0 means
	// 1.1, or the square root of Tau if that is less: at high traffic an
	// asymmetry of one percent in the logging is significant.
	Tolerance float64
	// Alpha bounds the probability to fail a harmless treatment on its
	// units, whichever of the Comparisons does (0.02); BreakerAlpha, on its
	// requests (0.005). "make sim" shows what is left of that in practice.
	Alpha, BreakerAlpha float64
	// Beta bounds the probability that a stage passes although its ratio is
	// Tau or more (0.05).
	Beta float64
	// Comparisons is the number of guardrails times the number of
	// treatments, any of which can fail the rollout (1).
	Comparisons int
	// BreakerRatio is the ratio of request-level rates that the breaker
	// tolerates (3, or Tau if that is more). Requests of one unit are not
	// independent; below 3 that alone would trip it.
	BreakerRatio float64
	// MinBad is the least number of bad treated units or requests behind a
	// failure (5); MinBadUnits, of units behind a breaker (3).
	MinBad, MinBadUnits int64
	// RestartEvery and Horizon plan the restarts (1 h and 72 h).
	RestartEvery, Horizon time.Duration
	// ShortWindow and LongWindow are looked at for an acute excess beside
	// the whole (10 min and 60 min).
	ShortWindow, LongWindow time.Duration
	// BoundsAlpha is 1 minus the coverage of the ratio's bounds (0.05).
	BoundsAlpha float64
}

// WithDefaults fills in the defaults.
func (p Params) WithDefaults() Params {
	p.Tolerance = or(p.Tolerance, min(1.1, math.Sqrt(p.Tau)))
	p.Alpha = or(p.Alpha, .02)
	p.BreakerAlpha = or(p.BreakerAlpha, .005)
	p.Beta = or(p.Beta, .05)
	p.Comparisons = or(p.Comparisons, 1)
	p.BreakerRatio = or(p.BreakerRatio, max(3, p.Tau))
	p.MinBad = or(p.MinBad, 5)
	p.MinBadUnits = or(p.MinBadUnits, 3)
	p.RestartEvery = or(p.RestartEvery, time.Hour)
	p.Horizon = or(p.Horizon, 72*time.Hour)
	p.ShortWindow = or(p.ShortWindow, 10*time.Minute)
	p.LongWindow = or(p.LongWindow, time.Hour)
	p.BoundsAlpha = or(p.BoundsAlpha, .05)
	return p
}

func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// Validate reports the first parameter that is out of range, after defaults.
func (p Params) Validate() error {
	p = p.WithDefaults()
	switch {
	case !(p.Tau > 1) || math.IsInf(p.Tau, 1):
		return fmt.Errorf("tau %v is not a number above 1", p.Tau)
	case !(p.Tolerance >= 1) || p.Tolerance >= p.Tau:
		return fmt.Errorf("tolerance %v is not in [1, tau %v)", p.Tolerance, p.Tau)
	case !(p.BreakerRatio >= 1) || math.IsInf(p.BreakerRatio, 1):
		return fmt.Errorf("breaker ratio %v is not a number from 1", p.BreakerRatio)
	case !probability(p.Alpha), !probability(p.BreakerAlpha), !probability(p.Beta), !probability(p.BoundsAlpha):
		return fmt.Errorf("error probabilities %v, %v, %v, %v are not all in (0,1)",
			p.Alpha, p.BreakerAlpha, p.Beta, p.BoundsAlpha)
	case p.Comparisons < 1 || p.MinBad < 1 || p.MinBadUnits < 1:
		return fmt.Errorf("comparisons %d, bad %d and bad units %d are not all positive",
			p.Comparisons, p.MinBad, p.MinBadUnits)
	case p.RestartEvery <= 0 || p.Horizon < p.RestartEvery || p.Horizon/p.RestartEvery > 100_000:
		return fmt.Errorf("restarts every %v within %v are not 1 to 100000", p.RestartEvery, p.Horizon)
	case p.ShortWindow <= 0 || p.LongWindow <= 0:
		return fmt.Errorf("windows %v and %v are not positive", p.ShortWindow, p.LongWindow)
	}
	return nil
}

func probability(p float64) bool { return p > 0 && p < 1 }
