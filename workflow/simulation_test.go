package workflow_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/workflow"
)

// fleet simulates accounts with rates of their own at the first stage of a
// rollout, under a base rate that swings. ratio is that of the treatment's
// hazard to the control's.
type fleet struct {
	rng      *rand.Rand
	ratio    float64
	treated  []float64 // hazard per minute of each account at risk
	control  []float64
	in       workflow.Inputs
	peeked   bool // whether a z-test made for one look has ever fired
	verdicts workflow.Verdicts
}

const (
	fleetSize   = 10_000
	fleetShare  = .05
	fleetHazard = .004
)

func newFleet(seed uint64, ratio float64) *fleet {
	f := &fleet{rng: rand.New(rand.NewPCG(7, seed)), ratio: ratio}
	for range fleetSize {
		hazard := fleetHazard * math.Exp(f.rng.NormFloat64()-.5) // mean fleetHazard
		if f.rng.Float64() < fleetShare {
			f.treated = append(f.treated, hazard*ratio)
		} else {
			f.control = append(f.control, hazard)
		}
	}
	t, c := int64(len(f.treated)), int64(len(f.control))
	f.in = inputs()
	f.in.Exposed = analytics.Exposed{
		Rows:      []analytics.ExposedRow{{Cohort: analytics.Fresh, Treatment: t, Control: c}},
		Treatment: analytics.ExposedArm{Units: t}, Control: analytics.ExposedArm{Units: c},
	}
	f.verdicts.Evidence.StageTreatment, f.verdicts.Evidence.StageControl = t, c
	f.verdicts.Evidence.SRMP = 1
	return f
}

// err lets the accounts at risk go bad for the first time, or not.
func (f *fleet) err(hazards []float64, swing float64) (left []float64, bad int64) {
	left = hazards[:0]
	for _, h := range hazards {
		if f.rng.Float64() < h*swing {
			bad++
			continue
		}
		left = append(left, h)
	}
	return left, bad
}

// step plays minute i and looks at what came of it.
func (f *fleet) step(t *testing.T, i int) workflow.Decision {
	t.Helper()
	at := began.Add(time.Duration(i) * time.Minute)
	swing := 1 + .8*math.Sin(float64(i)/9)
	row := stats.Row{Cohort: analytics.Fresh, At: at, NT: int64(len(f.treated)), NC: int64(len(f.control))}
	f.treated, row.XT = f.err(f.treated, swing)
	f.control, row.XC = f.err(f.control, swing)
	s := &f.in.Series
	s.Until = at.Add(time.Minute)
	s.Units = append(s.Units, row)
	s.Requests = append(s.Requests, stats.Row{At: at, NT: 1000, XT: row.XT, NC: 19_000, XC: row.XC})
	count(&s.Treatment, 500, 1000, row.XT, row.XT, at)
	count(&s.Control, 9500, 19_000, row.XC, row.XC, at)
	s.StageTreatment, s.StageControl, s.BadUnits = s.Treatment, s.Control, s.Treatment.BadUnits
	f.peeked = f.peeked || f.z() > 1.645

	g, err := workflow.Judge(f.in, errorGate, errorMetric)
	if err != nil {
		t.Fatal(err)
	}
	v := f.verdicts
	v.Newest, v.Evidence.Gates = at, append(v.Evidence.Gates, g)
	return workflow.Step(running(), v, s.Until.Add(10*time.Second))
}

// z compares the shares of units that went bad so far.
func (f *fleet) z() float64 {
	s, e := f.in.Series, f.in.Exposed
	nt, nc := float64(e.Treatment.Units), float64(e.Control.Units)
	xt, xc := float64(s.Treatment.BadUnits), float64(s.Control.BadUnits)
	p := (xt + xc) / (nt + nc)
	return (xt/nt - xc/nc) / math.Sqrt(p*(1-p)*(1/nt+1/nc))
}

// ends gives the kind of decision that ends the stage, and after how many
// minutes; a stage of an hour that is not decided is a hold.
func (f *fleet) ends(t *testing.T) (workflow.Kind, int) {
	t.Helper()
	for i := range 60 {
		switch k := workflow.KindOf(f.step(t, i)); k {
		case workflow.KindRollBack, workflow.KindStepBack, workflow.KindAdvance, workflow.KindPause:
			return k, i + 1
		case workflow.KindHold, workflow.KindWait:
		}
	}
	return workflow.KindHold, 60
}

// TestFalseRollbacks looks every minute at rollouts without a difference.
func TestFalseRollbacks(t *testing.T) {
	const runs = 40
	ends, peeked := map[workflow.Kind]int{}, 0
	for i := range runs {
		f := newFleet(uint64(i), 1)
		k, _ := f.ends(t)
		ends[k]++
		if f.peeked {
			peeked++
		}
	}
	t.Logf("of %d harmless rollouts: %v; %d rolled back by a z-test at every look", runs, ends, peeked)
	// alpha is .005 for units and again for requests; Binomial(40, .01)
	// exceeds 3 with probability .0007.
	if ends[workflow.KindRollBack] > 3 {
		t.Errorf("%d of %d harmless rollouts were rolled back", ends[workflow.KindRollBack], runs)
	}
	if ends[workflow.KindAdvance] < runs*8/10 {
		t.Errorf("only %d of %d harmless rollouts advanced", ends[workflow.KindAdvance], runs)
	}
	if peeked < runs/5 {
		t.Errorf("a z-test at every look errs only %d times: the simulation is no trap", peeked)
	}
}

// TestDoublingIsRolledBack looks every minute at rollouts that double the
// error rate.
func TestDoublingIsRolledBack(t *testing.T) {
	const runs = 25
	ends, minutes := map[workflow.Kind]int{}, 0
	for i := range runs {
		k, after := newFleet(1000+uint64(i), 2).ends(t)
		if ends[k]++; k == workflow.KindRollBack {
			minutes += after
		}
	}
	t.Logf("of %d doublings: %v, rolled back after %d minutes on average", runs, ends, minutes/max(1, ends[workflow.KindRollBack]))
	if ends[workflow.KindRollBack] < runs*8/10 {
		t.Errorf("%d of %d doublings were rolled back within the hour", ends[workflow.KindRollBack], runs)
	}
	// beta is .05; Binomial(25, .05) exceeds 5 with probability .001.
	if ends[workflow.KindAdvance] > 5 {
		t.Errorf("%d of %d doublings advanced", ends[workflow.KindAdvance], runs)
	}
}
