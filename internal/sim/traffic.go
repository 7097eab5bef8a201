package main

import (
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/flagledger/flagledger/analytics/stats"
)

const minutes = 24 * 60

// begin is midnight of no particular day: only differences matter.
func begin() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// day is the evidence of one simulated day, minute by minute. Where units are
// requests of their own both views are the same rows.
type day struct {
	units, requests []stats.Row
	// badUnits is the number of treated units with a bad request so far.
	badUnits []int64
}

// steady is traffic whose requests are independent.
type steady struct {
	// perSecond is the treated arm's traffic at a share of 5%; the control
	// has the rest of the same whole.
	perSecond, errorRate float64
	// ratio is the treatment's error rate by the control's, from onset on.
	ratio float64
	onset int
	// climbs raises the treated share from 5 to 25 and 50% after 6 and 12
	// hours. swing and incident change the error rate of both arms alike.
	climbs   bool
	swing    float64
	incident float64
}

func (s steady) draw(random *rand.Rand) day {
	d := day{units: make([]stats.Row, minutes), badUnits: make([]int64, minutes)}
	var bad int64
	for m := range minutes {
		stage, share := 0, .05
		if s.climbs {
			stage = min(m/360, 2)
			share = []float64{.05, .25, .5}[stage]
		}
		level, rate := s.level(m)
		row := stats.Row{Stratum: stage, At: begin().Add(time.Duration(m) * time.Minute)}
		total := s.perSecond * 60 / .05 * level
		row.NT, row.NC = poisson(random, total*share), poisson(random, total*(1-share))
		treated := rate
		if m >= s.onset {
			treated = min(1, rate*s.ratio)
		}
		row.XT, row.XC = binomial(random, row.NT, treated), binomial(random, row.NC, rate)
		bad += row.XT
		d.units[m], d.badUnits[m] = row, bad
	}
	d.requests = d.units
	return d
}

// level is the minute's traffic by the mean, and the control's error rate. The
// day swings against the night, and the incident is from 18 to 20 o'clock.
func (s steady) level(m int) (traffic, rate float64) {
	phase := math.Sin(2 * math.Pi * float64(m) / minutes)
	traffic, rate = 1+s.swing*phase, s.errorRate*(1-s.swing*phase)
	if s.incident > 0 && m >= 18*60 && m < 20*60 {
		rate *= s.incident
	}
	return traffic, min(1, rate)
}

func poisson(random *rand.Rand, mean float64) int64 {
	return int64(distuv.Poisson{Lambda: mean, Src: random}.Rand())
}

func binomial(random *rand.Rand, n int64, p float64) int64 {
	if n == 0 || p == 0 {
		return 0
	}
	return int64(distuv.Binomial{N: float64(n), P: p, Src: random}.Rand())
}
