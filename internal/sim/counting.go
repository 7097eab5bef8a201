package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// arms counts something of the control and of the treatment.
type arms [2]int64

func arm(treatment bool) int {
	if treatment {
		return 1
	}
	return 0
}

// cohorts is how many a stage can have: those of analytics and earlier stages.
const cohorts = maxStages + 2

// exposedCount answers the questions about exposed units.
type exposedCount struct {
	next  int // sighting
	until int64
	rows  [maxStages][cohorts]arms
	arms  [2]analytics.ExposedArm
	seen  [2][]bool // by arm and unit
}

// upTo counts on. An error says that it was asked about earlier already.
func (e *exposedCount) upTo(all []sighting, units int, until time.Time) error {
	if e.seen[0] == nil {
		e.seen = [2][]bool{make([]bool, units), make([]bool, units)}
	}
	if until.UnixMicro() < e.until {
		return fmt.Errorf("exposures until %s were counted before", until)
	}
	e.until = until.UnixMicro()
	for ; e.next < len(all) && all[e.next].at < e.until; e.next++ {
		s := &all[e.next]
		if !s.exposed {
			continue
		}
		a := arm(s.treat)
		e.rows[s.stage][s.cohort+2][a]++
		e.arms[a].Newest = time.UnixMicro(s.at).UTC()
		if !e.seen[a][s.unit] {
			e.seen[a][s.unit] = true
			e.arms[a].Units++
		}
	}
	return nil
}

func (e *exposedCount) answer() analytics.Exposed {
	out := analytics.Exposed{Control: e.arms[0], Treatment: e.arms[1]}
	for stage := range e.rows {
		for c, n := range e.rows[stage] {
			if n != (arms{}) {
				out.Rows = append(out.Rows, analytics.ExposedRow{Stratum: stage, Cohort: c - 2, Treatment: n[1], Control: n[0]})
			}
		}
	}
	return out
}

// gateCount answers one gate's questions. The rows of buckets that are closed
// stay; only the new ones are counted.
type gateCount struct {
	bad     analytics.Bad
	width   int64 // of a bucket, in microseconds
	next    int   // sighting
	until   int64
	bucket  int64 // being counted
	units   []stats.Row
	request []stats.Row
	risk    [maxStages][cohorts]riskSet
	events  [maxStages]stats.Row // of the bucket being counted
	whole   [2]total
	stages  [maxStages][2]total
	failed  []int8 // by unit: 1 + the newest stage in which it went bad
	marks   []mark // by unit
}

// riskSet is one cohort of a stage. atRisk counts those that were before the
// bucket or entered in it.
type riskSet struct{ atRisk, bad arms }

// total is one arm's counts.
type total struct {
	active, bad, events, badEvents int64
	newest                         int64
}

// mark says what of a unit is in the totals.
type mark struct {
	active, bad           [2]bool
	activeStage, badStage int8 // 1 + the newest stage
}

func newGateCount(bad analytics.Bad, width time.Duration, units int) *gateCount {
	return &gateCount{bad: bad, width: width.Microseconds(), failed: make([]int8, units), marks: make([]mark, units)}
}

// upTo counts on to the end of a bucket. An error says that it was asked about
// earlier already.
func (g *gateCount) upTo(all []sighting, until time.Time) error {
	if until.UnixMicro() < g.until {
		return fmt.Errorf("events until %s were counted before", until)
	}
	g.until = until.UnixMicro()
	for ; g.next < len(all) && all[g.next].at < g.until; g.next++ {
		s := &all[g.next]
		if b := s.at / g.width; b != g.bucket {
			g.shut()
			g.bucket = b
		}
		g.count(s)
	}
	g.shut()
	return nil
}

// count adds one sighting to the bucket.
func (g *gateCount) count(s *sighting) {
	a := arm(s.treat)
	r := &g.risk[s.stage][s.cohort+2]
	if s.exposed {
		r.atRisk[a]++
	}
	if !s.heard {
		return
	}
	bad := s.failed
	if !g.bad.Failed {
		bad = float64(s.value) > *g.bad.Above
	}
	g.events[s.stage] = countRequest(g.events[s.stage], s.treat, bad)
	g.total(s, a, bad)
	if bad && g.failed[s.unit] != s.stage+1 {
		g.failed[s.unit] = s.stage + 1
		r.bad[a]++
	}
}

func countRequest(row stats.Row, treat, bad bool) stats.Row {
	x := int64(0)
	if bad {
		x = 1
	}
	add(&row, treat, 1, x)
	return row
}

func (g *gateCount) total(s *sighting, a int, bad bool) {
	m, stage := &g.marks[s.unit], s.stage+1
	whole, here := &g.whole[a], &g.stages[s.stage][a]
	for _, t := range []*total{whole, here} {
		t.events++
		t.newest = s.at
		if bad {
			t.badEvents++
		}
	}
	if !m.active[a] {
		m.active[a] = true
		whole.active++
	}
	if m.activeStage != stage {
		m.activeStage = stage
		here.active++
	}
	if bad && !m.bad[a] {
		m.bad[a] = true
		whole.bad++
	}
	if bad && m.badStage != stage {
		m.badStage = stage
		here.bad++
	}
}

// shut makes the rows of the bucket. Those that went bad were at risk in it
// for the last time.
func (g *gateCount) shut() {
	at := time.UnixMicro(g.bucket * g.width).UTC()
	for stage := range g.risk {
		for c := range g.risk[stage] {
			r := &g.risk[stage][c]
			if r.bad == (arms{}) {
				continue
			}
			if c-2 != analytics.AlreadyTreated {
				g.units = append(g.units, stats.Row{
					Stratum: stage, Cohort: c - 2, At: at,
					NT: r.atRisk[1], XT: r.bad[1], NC: r.atRisk[0], XC: r.bad[0],
				})
			}
			r.atRisk[0], r.atRisk[1] = r.atRisk[0]-r.bad[0], r.atRisk[1]-r.bad[1]
			r.bad = arms{}
		}
		if row := g.events[stage]; row.NT+row.NC > 0 {
			row.Stratum, row.At = stage, at
			g.request, g.events[stage] = append(g.request, row), stats.Row{}
		}
	}
}

// answer is the series up to now.
func (g *gateCount) answer(q analytics.GateQuery) analytics.GateSeries {
	last := len(q.Strata) - 1
	s := analytics.GateSeries{
		Series: stats.Series{
			Start: q.Strata[0].Start, StageStart: q.Strata[last].Start, Until: q.Until, Stratum: last,
			Units: slices.Clip(g.units), Requests: slices.Clip(g.request), BadUnits: g.whole[1].bad,
		},
		Treatment: g.whole[1].counts(), Control: g.whole[0].counts(),
		StageTreatment: g.stages[last][1].counts(), StageControl: g.stages[last][0].counts(),
	}
	return s
}

func (t total) counts() analytics.ArmCounts {
	c := analytics.ArmCounts{Active: t.active, BadUnits: t.bad, Events: t.events, Bad: t.badEvents}
	if t.events > 0 {
		c.Newest = time.UnixMicro(t.newest).UTC()
	}
	return c
}
