package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// sighting is a visit as the store has it: with the stage that it fell into,
// and what the unit had been before.
type sighting struct {
	at      int64 // microseconds since the Unix epoch
	unit    int32
	value   float32
	stage   int8
	cohort  int8
	treat   bool
	exposed bool // the unit's first visit in this stage: an exposure is reported
	heard   bool // the request is reported
	failed  bool
}

// maxStages bounds the stages of a simulated plan.
const maxStages = 4

// sightings is the analytics store of one simulated rollout, a
// workflow.Evidence. It takes the visits in the order of time and counts them
// as analytics.GateQuery says, each once: an answer goes on from the one
// before. It knows the stages by their versions, and refuses questions about
// others. No unit is ever mixed, as buckets do not change.
type sightings struct {
	all      []sighting
	versions []uint64 // of the stages so far
	units    []history
	exposed  exposedCount
	gates    []*gateCount
	values   []controlValue
	valued   int // sightings that values has
}

// history is what one unit has seen so far.
type history struct {
	treated bool // in an earlier stage or this one
	stage   int8 // of its latest exposure, -1 without one
	cohort  int8 // in that stage
	control int8 // latest stage in which it was control, -1 without one
}

type controlValue struct {
	at    int64
	value float64
}

func newSightings(units int) *sightings {
	s := &sightings{units: make([]history, units)}
	for i := range s.units {
		s.units[i] = history{stage: -1, control: -1}
	}
	return s
}

// begin opens a stage of the flag's configuration of a version.
func (s *sightings) begin(version uint64) { s.versions = append(s.versions, version) }

// take stores a visit of the newest stage.
func (s *sightings) take(v visit, at time.Time, heard bool) {
	stage := int8(len(s.versions) - 1)
	u := &s.units[v.person]
	first := u.stage != stage
	if first {
		switch {
		case u.treated:
			u.cohort = analytics.AlreadyTreated
		case u.control >= 0:
			u.cohort = u.control
		default:
			u.cohort = analytics.Fresh
		}
		u.stage = stage
		if v.treat {
			u.treated = true
		} else {
			u.control = stage
		}
	}
	s.all = append(s.all, sighting{
		at: at.UnixMicro(), unit: int32(v.person), value: float32(v.millis), stage: stage, cohort: u.cohort,
		treat: v.treat, exposed: first, heard: heard, failed: v.failed,
	})
}

// check refuses strata that are not the stages so far.
func (s *sightings) check(strata []analytics.Stratum) error {
	if len(strata) != len(s.versions) {
		return fmt.Errorf("%d strata, of %d stages that were seen", len(strata), len(s.versions))
	}
	for k, v := range s.versions {
		if v < strata[k].FirstVersion || v > strata[k].LastVersion {
			return fmt.Errorf("stratum %d has versions %d to %d, and stage %d has %d",
				k, strata[k].FirstVersion, strata[k].LastVersion, k, v)
		}
	}
	return nil
}

// Exposed implements workflow.Evidence.
func (s *sightings) Exposed(_ context.Context, q analytics.ExposedQuery) (analytics.Exposed, error) {
	q, err := q.Normal()
	if err == nil {
		err = s.check(q.Strata)
	}
	if err == nil {
		err = s.exposed.upTo(s.all, len(s.units), q.Until)
	}
	return s.exposed.answer(), err
}

// Gate implements workflow.Evidence.
func (s *sightings) Gate(_ context.Context, q analytics.GateQuery) (analytics.GateSeries, error) {
	q, err := q.Normal()
	if err == nil {
		err = s.check(q.Strata)
	}
	if err == nil && q.Bad.Window != 0 {
		err = fmt.Errorf("a window of %s is not simulated", q.Bad.Window)
	}
	if err != nil {
		return analytics.GateSeries{}, err
	}
	g := s.gate(q)
	if err := g.upTo(s.all, q.Until); err != nil {
		return analytics.GateSeries{}, err
	}
	return g.answer(q), nil
}

// gate finds the count of what is bad, or starts one from the beginning.
func (s *sightings) gate(q analytics.GateQuery) *gateCount {
	for _, g := range s.gates {
		if g.bad.Failed == q.Bad.Failed && (g.bad.Failed || *g.bad.Above == *q.Bad.Above) {
			return g
		}
	}
	bad := q.Bad
	if bad.Above != nil {
		above := *bad.Above // the caller's may change
		bad.Above = &above
	}
	g := newGateCount(bad, q.Bucket, len(s.units))
	s.gates = append(s.gates, g)
	return g
}

// Results implements workflow.Evidence. The default plan, which is what is
// simulated, has no gate on values.
func (s *sightings) Results(context.Context, analytics.ResultQuery) (analytics.Results, error) {
	return analytics.Results{}, errors.New("results are not simulated")
}

// Control implements workflow.Evidence. It is asked a few times only, before
// the limit is drawn.
func (s *sightings) Control(_ context.Context, q analytics.ControlQuery) (analytics.ControlValues, error) {
	q, err := q.Normal()
	if err == nil {
		err = s.check(q.Strata)
	}
	if err != nil {
		return analytics.ControlValues{}, err
	}
	for ; s.valued < len(s.all); s.valued++ {
		if x := &s.all[s.valued]; !x.treat && x.heard {
			s.values = append(s.values, controlValue{x.at, float64(x.value)})
		}
	}
	until := q.Until.UnixMicro()
	early := s.values[:sort.Search(len(s.values), func(i int) bool { return s.values[i].at >= until })]
	v := analytics.ControlValues{N: int64(len(early))}
	sorted := make([]float64, len(early))
	for i, x := range early {
		sorted[i] = x.value
		if q.Above != nil && x.value > *q.Above {
			v.Above++
		}
	}
	slices.Sort(sorted)
	v.Quantile = quantileOf(sorted, q.Quantile)
	return v, nil
}

// quantileOf interpolates as analytics.ControlValues says.
func quantileOf(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := q * float64(len(sorted)-1)
	i := int(rank)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + (rank-float64(i))*(sorted[j]-sorted[i])
}
