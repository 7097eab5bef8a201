package main

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/flagledger/flagledger/ledger"
)

// person is one account of a crowd.
type person struct {
	bucket    ledger.Percentage // uniform from 0; treated where it is below the percentage
	errorRate float64           // of its requests under the control
	slowness  float64           // factor of its latencies
	defective bool              // hit by the treatment's defect
}

// crowd lets the accounts of a release work. Their volumes have a heavy tail,
// they fail and wait at rates of their own, and which of them are treated is a
// matter of chance that a higher percentage only adds to. What is drawn does
// not depend on who is treated: two policies with one seed see the same crowd
// do the same.
type crowd struct {
	release
	random  *rand.Rand
	people  []person
	pick    alias
	elapsed time.Duration
}

// visit is one request. Its fields are those of both arms' worlds: percentage
// decides which one it is.
type visit struct {
	person int
	since  time.Duration
	treat  bool
	failed bool
	millis float64
}

func newCrowd(r release, random *rand.Rand) *crowd {
	c := &crowd{release: r, random: random, people: make([]person, r.accounts)}
	volumes := make([]float64, r.accounts)
	for i := range c.people {
		// Lognormal with mean 1: the top hundredth has a third of the traffic.
		volumes[i] = math.Exp(1.5 * random.NormFloat64())
		c.people[i] = person{
			bucket:    ledger.Percentage(random.IntN(int(ledger.All))),
			errorRate: r.errorRate * math.Exp(random.NormFloat64()-.5),
			slowness:  math.Exp(.3 * random.NormFloat64()),
			defective: random.Float64() < r.defect,
		}
	}
	c.pick = newAlias(volumes)
	return c
}

// until gives the visits before a time since the start, in their order, while
// percentage is treated. Requests are a Poisson process whose rate is that of
// the moment it is called at: call it for short stretches.
func (c *crowd) until(end time.Duration, percentage ledger.Percentage, seen func(visit)) {
	traffic, errors := c.level(c.elapsed)
	perSecond := float64(c.accounts) * c.perDay * traffic / (24 * 3600)
	for at := c.elapsed; ; {
		at += time.Duration(c.random.ExpFloat64() / perSecond * float64(time.Second)).Truncate(time.Microsecond)
		if at >= end {
			break
		}
		seen(c.visit(at, percentage, errors))
	}
	c.elapsed = end
}

// level is the traffic by its mean, and the factor of the error rate.
func (c *crowd) level(t time.Duration) (traffic, errors float64) {
	phase := math.Sin(2 * math.Pi * t.Hours() / 24)
	traffic, errors = 1+c.swing*phase, 1-c.swing*phase
	if c.incident.has(t) {
		errors *= incidentFactor
	}
	return traffic, errors
}

// visit draws a request. Chance is used up the same in both arms.
func (c *crowd) visit(at time.Duration, percentage ledger.Percentage, errors float64) visit {
	i := c.pick.draw(c.random)
	luck, noise := c.random.Float64(), c.random.NormFloat64()
	p := &c.people[i]
	v := visit{person: i, since: at, treat: p.bucket < percentage}
	rate := p.errorRate * errors
	v.millis = 120 * p.slowness * math.Exp(.6*noise)
	if v.treat && at >= c.onset {
		rate *= orOne(c.errors)
		v.millis *= orOne(c.latency)
		if p.defective {
			rate += defectRate
		}
	}
	v.failed = luck < min(rate, .9)
	return v
}

func orOne(factor float64) float64 {
	if factor == 0 {
		return 1
	}
	return factor
}

// alias draws an index by weight in constant time (Walker's method, as Vose
// fills the table).
type alias struct {
	keep  []float64
	other []int
}

func newAlias(weights []float64) alias {
	n, total := len(weights), 0.0
	for _, w := range weights {
		total += w
	}
	a := alias{keep: make([]float64, n), other: make([]int, n)}
	var small, large []int
	for i, w := range weights {
		a.keep[i], a.other[i] = w*float64(n)/total, i
		if a.keep[i] < 1 {
			small = append(small, i)
		} else {
			large = append(large, i)
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.other[s] = l
		if a.keep[l] -= 1 - a.keep[s]; a.keep[l] < 1 {
			large, small = large[:len(large)-1], append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		a.keep[i] = 1 // but for rounding
	}
	return a
}

func (a alias) draw(random *rand.Rand) int {
	i := random.IntN(len(a.keep))
	if random.Float64() < a.keep[i] {
		return i
	}
	return a.other[i]
}
