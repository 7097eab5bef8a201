package stats

import (
	"fmt"
	"math"
	"time"
)

// Assessment is what a Series says under Params. Ratios are +Inf where only
// the treatment has errors, NaN where neither arm has.
type Assessment struct {
	// Fails: the treatment is worse than tolerated, by units. Breaks: so
	// much worse by requests that nobody should wait for the units. Passes:
	// in the current stage alone it is not as bad as Tau.
	Fails, Breaks, Passes bool

	// Log e-values and their thresholds, in nats.
	LogEFail, FailThreshold       float64
	LogEBreaker, BreakerThreshold float64
	LogEPass, PassThreshold       float64

	// Rollout, Stage, Short and Long look at first bad events of units
	// since the rollout's start, since the current stage's, and in the last
	// ShortWindow and LongWindow.
	Rollout, Stage, Short, Long Look
	// AlertRatio is the observed ratio that at least one look must reach
	// before the treatment fails: the square root of Tau.
	AlertRatio float64
	// Low and High are the anytime-valid bounds of the rollout's ratio; 0
	// and +Inf where there is none.
	Low, High float64
	// Expected is the number of bad units among the treated of the current
	// stage if they went bad at the control's rate.
	Expected float64

	// Requests sums up all events, RequestRatio compares their bad shares.
	Requests     Row
	RequestRatio float64
}

// Look is what was observed over a span of time.
type Look struct {
	BadTreatment, BadControl int64
	Ratio                    float64
}

// Evaluate judges the series. It returns an error only for Params that
// Validate refuses.
//
// A treatment fails iff the restarted harm process over the whole rollout
// reaches Comparisons/Alpha, at least MinBad treated units went bad, and the
// observed ratio reaches AlertRatio in a look with at least MinBad of them.
// It breaks iff the same process over requests, against BreakerRatio, reaches
// Comparisons/BreakerAlpha with at least MinBad bad requests of at least
// MinBadUnits units. It passes iff the pass process over the current stage
// reaches 1/Beta: each stage needs evidence of its own.
func Evaluate(s Series, params Params) (Assessment, error) {
	if err := params.Validate(); err != nil {
		return Assessment{}, fmt.Errorf("evaluate: %w", err)
	}
	p := params.WithDefaults()
	restarts := Restarts{Start: s.Start, Every: p.RestartEvery, Horizon: p.Horizon}
	stage := filter(s.Units, inStratum(s.Stratum))
	a := Assessment{
		LogEFail:         restarts.LogE(HarmMixture(p.Tolerance, p.Tau, FailGrid), s.Units),
		FailThreshold:    math.Log(float64(p.Comparisons) / p.Alpha),
		LogEBreaker:      restarts.LogE(HarmMixture(p.BreakerRatio, p.Tau, FailGrid), s.Requests),
		BreakerThreshold: math.Log(float64(p.Comparisons) / p.BreakerAlpha),
		LogEPass:         PassMixture(p.Tau).LogE(stage),
		PassThreshold:    -math.Log(p.Beta),
		Rollout:          look(s.Units),
		Stage:            look(stage),
		Short:            lookBack(s, p.ShortWindow),
		Long:             lookBack(s, p.LongWindow),
		AlertRatio:       math.Sqrt(p.Tau),
		Expected:         Expected(stage),
		Requests:         Sum(s.Requests, always),
		RequestRatio:     Ratio(s.Requests),
	}
	a.Low, a.High = RatioBounds(s.Units, p.BoundsAlpha)
	a.Fails = a.LogEFail >= a.FailThreshold && a.alarming(p.MinBad)
	a.Breaks = a.LogEBreaker >= a.BreakerThreshold &&
		a.Requests.XT >= p.MinBad && s.BadUnits >= p.MinBadUnits
	a.Passes = a.LogEPass >= a.PassThreshold
	return a, nil
}

func lookBack(s Series, window time.Duration) Look {
	return look(filter(s.Units, since(s.Until.Add(-window))))
}

func look(rows []Row) Look {
	sum := Sum(rows, always)
	return Look{BadTreatment: sum.XT, BadControl: sum.XC, Ratio: Ratio(rows)}
}

// alarming reports whether any look shows enough of an excess to wake
// somebody for.
func (a Assessment) alarming(minBad int64) bool {
	for _, l := range []Look{a.Rollout, a.Stage, a.Short, a.Long} {
		if l.BadTreatment >= minBad && l.Ratio >= a.AlertRatio {
			return true
		}
	}
	return false
}
