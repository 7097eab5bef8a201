package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

// world simulates accounts with rates of their own, exposed over time in three
// stages, under a base rate that swings and an incident that hits both arms.
// Only first errors of accounts at risk count.
type world struct {
	rng      *rand.Rand
	accounts int
	ratio    float64 // of the treatment's hazard to the control's
	onset    int     // minute from which the ratio holds
	base     float64 // hazard per account and minute
}

type account struct {
	treated, exposed, erred bool
	hazard                  float64
}

const (
	simMinutes = 12 * 60
	stageWidth = simMinutes / 3
	tick       = 5 // minutes in a bucket
)

// run gives the series after each bucket to stop; it ends when stop says so.
func (w world) run(stop func(minute int, s stats.Series) bool) {
	shares := [3]float64{.05, .25, .5}
	s := stats.Series{Start: start(), StageStart: start()}
	fleet := make([]account, w.accounts)
	for i := range fleet {
		fleet[i].hazard = w.base * math.Exp(w.rng.NormFloat64()-.5) // heterogeneous, mean w.base
	}
	for m := 0; m < simMinutes; m += tick {
		stage := m / stageWidth
		if m%stageWidth == 0 {
			w.draw(fleet, shares, stage)
			s.Stratum, s.StageStart = stage, minute(m)
		}
		row := w.step(fleet, m)
		row.Stratum = stage
		s.Units = append(s.Units, row)
		s.Until = minute(m + tick)
		if stop(m, s) {
			return
		}
	}
}

// draw promotes accounts to the stage's share, and takes those that were
// treated before out of the comparison.
func (w world) draw(fleet []account, shares [3]float64, stage int) {
	before := 0.0
	if stage > 0 {
		before = shares[stage-1]
	}
	for i := range fleet {
		a := &fleet[i]
		if a.treated {
			a.erred = true // carries no new randomness
			continue
		}
		a.erred = false
		a.treated = w.rng.Float64() < (shares[stage]-before)/(1-before)
	}
}

func (w world) step(fleet []account, m int) stats.Row {
	row := stats.Row{At: minute(m)}
	swing := 1 + .5*math.Sin(2*math.Pi*float64(m)/simMinutes)
	if m > 500 && m < 620 {
		swing *= 8 // an incident of the whole site
	}
	for i := range fleet {
		a := &fleet[i]
		a.exposed = a.exposed || w.rng.Float64() < .02*tick
		if !a.exposed || a.erred {
			continue
		}
		hazard := a.hazard * swing * tick
		if a.treated && m >= w.onset {
			hazard *= w.ratio
		}
		bad := w.rng.Float64() < hazard
		a.erred = bad
		switch {
		case a.treated && bad:
			row.NT, row.XT = row.NT+1, row.XT+1
		case a.treated:
			row.NT++
		case bad:
			row.NC, row.XC = row.NC+1, row.XC+1
		default:
			row.NC++
		}
	}
	return row
}

func evaluate(t *testing.T, s stats.Series, p stats.Params) stats.Assessment {
	t.Helper()
	a, err := stats.Evaluate(s, p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// logEs of the fail process alone: looking is what costs in Evaluate.
func fails(t *testing.T, s stats.Series, alpha float64) bool {
	t.Helper()
	r := stats.Restarts{Start: s.Start, Every: time.Hour, Horizon: 12 * time.Hour}
	if r.LogE(stats.HarmMixture(1.1, 2, stats.FailGrid), s.Units) < -math.Log(alpha) {
		return false
	}
	return evaluate(t, s, stats.Params{Tau: 2, Alpha: alpha, Horizon: 12 * time.Hour}).Fails
}

// TestFalseFailRate holds the gate to its alpha, and shows that the simulated
// world is a trap: the same test on pooled counts fails far too often.
func TestFalseFailRate(t *testing.T) {
	const runs, alpha = 50, .05
	failed, pooled := 0, 0
	for i := range runs {
		w := world{rng: rand.New(rand.NewPCG(1, uint64(i))), accounts: 2000, ratio: 1, base: .002}
		gate, naive := false, false
		var all stats.Row
		rows := 0
		w.run(func(_ int, s stats.Series) bool {
			gate = gate || fails(t, s, alpha)
			for ; rows < len(s.Units); rows++ {
				all = all.Add(s.Units[rows])
			}
			naive = naive || stats.HarmMixture(1, 2, stats.FailGrid).LogE([]stats.Row{all}) > -math.Log(alpha)
			return false
		})
		failed += count(gate)
		pooled += count(naive)
	}
	// Binomial(50, .05) exceeds 8 with probability .001.
	if failed > 8 {
		t.Errorf("%d of %d rollouts without a difference failed at alpha %v", failed, runs, alpha)
	}
	if pooled < 10 {
		t.Errorf("pooled counts failed only %d of %d: the simulation is no trap any more", pooled, runs)
	}
	t.Logf("of %d rollouts without a difference %d failed at alpha %v, %d on pooled counts", runs, failed, alpha, pooled)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestDetectsDoubling(t *testing.T) {
	const runs = 40
	found, minutes := 0, 0
	for i := range runs {
		w := world{rng: rand.New(rand.NewPCG(2, uint64(i))), accounts: 2000, ratio: 2, base: .0005}
		w.run(func(m int, s stats.Series) bool {
			if fails(t, s, .005) {
				found++
				minutes += m
				return true
			}
			return false
		})
	}
	if found < runs*8/10 {
		t.Errorf("found %d of %d doublings at alpha .005", found, runs)
	}
	t.Logf("%d of %d found, after %d min on average", found, runs, minutes/max(1, found))
}

func TestFalsePassRate(t *testing.T) {
	const runs = 60
	passedBad, passedGood := 0, 0
	for i := range runs {
		for _, ratio := range []float64{2, 1} {
			w := world{rng: rand.New(rand.NewPCG(3, uint64(i))), accounts: 1500, ratio: ratio, base: .0005}
			passed := false
			w.run(func(m int, s stats.Series) bool {
				passed = m < stageWidth && stats.PassMixture(2).LogE(s.Units) >= math.Log(20)
				return passed || m >= stageWidth
			})
			switch {
			case passed && ratio == 2:
				passedBad++
			case passed:
				passedGood++
			}
		}
	}
	// Binomial(60, .05) exceeds 8 with probability .003.
	if passedBad > 8 {
		t.Errorf("%d of %d stages with a doubled rate passed at beta .05", passedBad, runs)
	}
	t.Logf("passed: %d of %d with a doubled rate, %d of %d without", passedBad, runs, passedGood, runs)
}

// TestLateOnset: restarts find in hours what the process from the start, held
// up by the good hours, has not found by then.
func TestLateOnset(t *testing.T) {
	var rows []stats.Row
	m := stats.HarmMixture(1.1, 2, stats.FailGrid)
	r := stats.Restarts{Start: start(), Every: time.Hour, Horizon: 24 * time.Hour}
	plain, restarted := 0, 0
	for i := range 24 * 60 {
		row := stats.Row{At: minute(i), NT: 1000, NC: 19_000, XC: 19, XT: 1}
		if i >= 12*60 && i%2 == 0 {
			row.XT = 3 // doubled from noon on
		}
		rows = append(rows, row)
		if i%6 != 0 {
			continue
		}
		if plain == 0 && m.LogE(rows) > math.Log(200) {
			plain = i
		}
		if restarted == 0 && r.LogE(m, rows) > math.Log(200) {
			restarted = i
		}
	}
	if restarted == 0 || plain != 0 && restarted >= plain {
		t.Errorf("found at minute %d with restarts, %d without", restarted, plain)
	}
	t.Logf("found at minute %d with restarts, %d without (0: never)", restarted, plain)
}
