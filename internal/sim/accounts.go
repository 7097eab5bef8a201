package main

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

// fleet is traffic of accounts: they are randomised, 5% are treated, and their
// requests are alike. Volumes have a heavy tail, error rates differ between
// accounts, and an account that fails goes on failing.
type fleet struct {
	accounts int
	// perDay is the mean number of requests of an account.
	perDay, errorRate, ratio float64
}

// account is one of them at work.
type account struct {
	treated, seen, failed bool
	perMinute, errorRate  float64
}

func (f fleet) draw(random *rand.Rand) day {
	all := make([]account, f.accounts)
	for i := range all {
		// Lognormal with mean 1: the top hundredth has a third of the traffic.
		volume := math.Exp(1.5*random.NormFloat64() - 1.5*1.5/2)
		frailty := math.Exp(random.NormFloat64() - .5)
		all[i] = account{treated: random.Float64() < .05, perMinute: f.perDay * volume / minutes, errorRate: f.errorRate * frailty}
		if all[i].treated {
			all[i].errorRate *= f.ratio
		}
		all[i].errorRate = min(.9, all[i].errorRate)
	}
	d := day{units: make([]stats.Row, minutes), requests: make([]stats.Row, minutes), badUnits: make([]int64, minutes)}
	var bad int64
	for m := range minutes {
		unit, request := f.minute(random, all)
		unit.At = begin().Add(time.Duration(m) * time.Minute)
		request.At = unit.At
		bad += unit.XT
		d.units[m], d.requests[m], d.badUnits[m] = unit, request, bad
	}
	return d
}

// minute lets every account work. A unit is at risk from its first request to
// its first failure.
func (f fleet) minute(random *rand.Rand, all []account) (unit, request stats.Row) {
	for i := range all {
		a := &all[i]
		n := int64(0)
		if p := a.perMinute; p > 2 || random.Float64() < -math.Expm1(-p) {
			n = max(1, poisson(random, p))
		}
		a.seen = a.seen || n > 0
		failures := binomial(random, n, a.errorRate)
		add(&request, a.treated, n, failures)
		if a.seen && !a.failed {
			first := int64(0)
			if failures > 0 {
				first, a.failed = 1, true
			}
			add(&unit, a.treated, 1, first)
		}
	}
	return unit, request
}

func add(row *stats.Row, treated bool, n, x int64) {
	if treated {
		row.NT, row.XT = row.NT+n, row.XT+x
	} else {
		row.NC, row.XC = row.NC+n, row.XC+x
	}
}
