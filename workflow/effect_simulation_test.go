package workflow_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/ledger"
	"github.com/flagledger/flagledger/workflow"
)

// ascent simulates accounts with habits of their own on a climb through three
// stages, in which the share that converts swings tenfold and the order value
// doubles. ratio is that of the treatment's conversion to the control's.
type ascent struct {
	rng   *rand.Rand
	ratio float64
	habit []float64 // of each account: its chance to convert, relative to others
	place []float64 // its position among all, in [0,1)
}

var (
	climbShares = []float64{.05, .25, .5}
	climbBase   = []float64{.05, .2, .02}
	climbOrder  = []float64{10, 20, 15}
)

const (
	climbLooks    = 30 // a stage
	climbAccounts = 6000
)

func newAscent(seed uint64, ratio float64) *ascent {
	c := &ascent{rng: rand.New(rand.NewPCG(11, seed)), ratio: ratio}
	for range climbAccounts {
		c.habit = append(c.habit, c.rng.ExpFloat64())
		c.place = append(c.place, c.rng.Float64())
	}
	return c
}

func climbQuery(stages int) analytics.ResultQuery {
	q := valuesQuery()
	q.Metrics = append(q.Metrics, analytics.MetricSpec{Name: "revenue", Numerator: analytics.Measure{Event: "e", Of: analytics.OfSum}})
	q.Strata = nil
	for k := range stages {
		s := analytics.Stratum{FirstVersion: uint64(k + 1), LastVersion: uint64(k + 1), Start: began.Add(time.Duration(k) * time.Hour)}
		if s.End = s.Start.Add(time.Hour); k == stages-1 {
			s.End, s.LastVersion = time.Time{}, math.MaxInt64
		}
		q.Strata = append(q.Strata, s)
	}
	return q
}

// happening is what a look adds to a cell: units, and the conversions, the revenue
// and its squares of units.
type happening struct {
	cell                                       analytics.Cell
	units, conversions, revenue, moreOfSquares float64
}

// add adds what happened to the sums of both metrics.
func (h happening) add(i *analytics.Increment) {
	i.Units += int64(h.units)
	conversion, revenue := &i.Metrics[0], &i.Metrics[1]
	conversion.N, revenue.N = i.Units, i.Units
	conversion.PostNum += h.conversions
	conversion.PostNumSquares += h.conversions
	revenue.PostNum += h.revenue
	revenue.PostNumSquares += h.moreOfSquares
	*conversion, *revenue = conversion.OnePerUnit(), revenue.OnePerUnit()
}

// stage gives what each look adds. An account comes at some look, if it comes;
// when it converts, it does so at a later look, and may order again.
func (c *ascent) stage(k int, cohort []int64) [][]happening {
	looks := make([][]happening, climbLooks)
	base := int64(math.Pow(3, float64(k)))
	for a, habit := range c.habit {
		if c.rng.Float64() < .2 {
			continue // does not come in this stage
		}
		cell := analytics.Cell{Stratum: k, Cohort: cohort[a]}
		rate := habit * climbBase[k]
		if c.place[a] < climbShares[k] {
			cell.Variant = 1
			rate *= c.ratio
		}
		cohort[a] += base * int64(cell.Variant+1)
		look := c.rng.IntN(climbLooks)
		looks[look] = append(looks[look], happening{cell: cell, units: 1})
		spent := 0.0
		for order := 0; c.rng.Float64() < rate && look < climbLooks; order++ {
			if look += c.rng.IntN(5); look >= climbLooks {
				break
			}
			value := climbOrder[k] * c.rng.ExpFloat64()
			first := 0.0
			if order == 0 {
				first = 1
			}
			looks[look] = append(looks[look], happening{cell, 0, first, value, value * (value + 2*spent)})
			spent += value
			rate /= 2
		}
	}
	return looks
}

// each looks at the climb after every step.
func (c *ascent) each(stages int, fn func(in workflow.EffectInputs, stage int)) {
	cohort := make([]int64, climbAccounts)
	var cells analytics.Results
	position := map[analytics.Cell]int{}
	for k := range stages {
		q := climbQuery(k + 1)
		for _, look := range c.stage(k, cohort) {
			for _, h := range look {
				at, known := position[h.cell]
				if !known {
					at, position[h.cell] = len(cells.Increments), len(cells.Increments)
					cells.Increments = append(cells.Increments, analytics.Increment{Cell: h.cell, Metrics: make([]stats.PairedRatioSums, 2)})
				}
				h.add(&cells.Increments[at])
			}
			fn(workflow.EffectInputs{Query: q, Seen: cells, Gates: 1}, k)
		}
	}
}

// outcome is what the looks at one climb came to.
type outcome struct {
	failed   bool
	excluded bool // by the bounds of the gate
	peeked   bool // by a z-test for one look
	passed   [3]bool
}

func (c *ascent) judge(t *testing.T, stages, position int, gate ledger.Gate, metric ledger.Metric, beyond func(*ledger.EffectLook) bool) outcome {
	t.Helper()
	var o outcome
	c.each(stages, func(in workflow.EffectInputs, stage int) {
		in.Metric = position
		g, err := workflow.JudgeEffect(in, gate, metric)
		if err != nil {
			t.Fatal(err)
		}
		o.failed = o.failed || g.Verdict == ledger.VerdictFail
		o.passed[stage] = o.passed[stage] || g.Verdict == ledger.VerdictPass
		if look := g.Effect.Rollout; look != nil && look.Treatment.Counted >= 10 {
			o.excluded = o.excluded || beyond(look)
			z := (look.Treatment.Mean - look.Control.Mean) / math.Hypot(look.Treatment.SE, look.Control.SE)
			if gate.Limit().Upper() {
				z = -z
			}
			o.peeked = o.peeked || z < -1.645
		}
	})
	return o
}

// TestEffectsUnderContinuousLooking climbs with treatments that do nothing: the
// bounds of the whole rollout exclude the truth at any of 90 looks in fewer than
// alpha of the runs, although the rates differ tenfold between the stages, and
// the gate fails in fewer still.
func TestEffectsUnderContinuousLooking(t *testing.T) {
	const runs = 80
	for name, c := range map[string]struct {
		position int
		gate     ledger.Gate
		metric   ledger.Metric
		beyond   func(*ledger.EffectLook) bool
	}{
		"conversion falls": {
			0,
			ledger.Gate{Metric: "m", MinRatio: .8},
			conversionMetric,
			func(l *ledger.EffectLook) bool { return l.High != nil && *l.High < 1 },
		},
		"complaints rise": {
			0,
			ledger.Gate{Metric: "m", MaxRatio: 1.5},
			complaintMetric,
			func(l *ledger.EffectLook) bool { return l.Low != nil && *l.Low > 1 },
		},
		"revenue falls": {
			1,
			ledger.Gate{Metric: "m", MinDifference: -.5},
			revenueMetric,
			func(l *ledger.EffectLook) bool { return l.High != nil && *l.High < 0 },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed, excluded, peeked, passed := 0, 0, 0, [3]int{}
			for i := range runs {
				o := newAscent(uint64(i), 1).judge(t, 3, c.position, c.gate, c.metric, c.beyond)
				if o.failed {
					failed++
				}
				if o.excluded {
					excluded++
				}
				if o.peeked {
					peeked++
				}
				for k, p := range o.passed {
					if p {
						passed[k]++
					}
				}
			}
			t.Logf("of %d climbs: %d fail, the bounds of %d exclude the truth, as does a z-test at every look in %d; %v pass their stages",
				runs, failed, excluded, peeked, passed)
			// alpha is .02: Binomial(80, .02) exceeds 5 with probability .006.
			if failed > 5 || excluded > 5 {
				t.Errorf("%d fail, and the bounds of %d exclude the truth", failed, excluded)
			}
			if peeked < runs/20 {
				t.Errorf("a z-test at every look errs only %d times: the simulation is no trap", peeked)
			}
			if slices.Max(passed[:]) < runs/2 {
				t.Errorf("only %v pass: nothing is decided", passed)
			}
		})
	}
}

// TestEffectsAtTheLimit climbs with treatments that are exactly as bad as the
// limit says: a stage passes them with a probability below beta.
func TestEffectsAtTheLimit(t *testing.T) {
	const runs = 80
	passed, failed := [3]int{}, 0
	for i := range runs {
		o := newAscent(5000+uint64(i), .7).judge(t, 3, 0, ledger.Gate{Metric: "m", MinRatio: .7}, conversionMetric,
			func(*ledger.EffectLook) bool { return false })
		if o.failed {
			failed++
		}
		for k, p := range o.passed {
			if p {
				passed[k]++
			}
		}
	}
	t.Logf("of %d climbs at the limit %v pass their stages and %d fail", runs, passed, failed)
	// beta is .05: Binomial(80, .05) exceeds 10 with probability .003.
	if max(passed[0], passed[1], passed[2]) > 10 {
		t.Errorf("%v pass", passed)
	}
	if failed < runs*7/10 {
		t.Errorf("only %d fail", failed)
	}
}
