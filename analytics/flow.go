package analytics

import (
	"cmp"
	"slices"

	"github.com/flagledger/flagledger/analytics/stats"
)

// Flow is what an adapter counts for a GateQuery: the units of one stratum,
// cohort and arm that enter the risk set in a bucket, those that are in it for
// the last time, and those that go bad; and their events.
type Flow struct {
	Stratum   int
	Cohort    int
	Treatment bool
	Bucket    int64 // number of the bucket
	// Enter and Leave count units whose first and last bucket at risk this
	// is; Bad, of the leaving, those whose first bad event ended it. Of
	// AlreadyTreated units all are 0. Several flows of one bucket are added
	// up; a negative Leave takes units back that another one let go.
	Enter, Leave, Bad int64
	// Events and BadEvents count events.
	Events, BadEvents int64
}

// ArmTotal is what an adapter counts per arm in one stratum, or, with Stratum
// Whole, in all of them.
type ArmTotal struct {
	Stratum   int
	Treatment bool
	ArmCounts
}

// Whole is the Stratum of an ArmTotal over the whole rollout.
const Whole = -1

// AssembleGate makes the series from an adapter's counts, in any order. q must
// come from Normal.
func AssembleGate(q GateQuery, flows []Flow, totals []ArmTotal) GateSeries {
	current := len(q.Strata) - 1
	s := GateSeries{Series: stats.Series{
		Start: q.Strata[0].Start, StageStart: q.Strata[current].Start,
		Until: q.Until, Stratum: current,
		Units: unitRows(q, flows), Requests: requestRows(q, flows),
	}}
	for _, t := range totals {
		switch {
		case t.Stratum == Whole && t.Treatment:
			s.Treatment = t.ArmCounts
		case t.Stratum == Whole:
			s.Control = t.ArmCounts
		case t.Stratum == current && t.Treatment:
			s.StageTreatment = t.ArmCounts
		case t.Stratum == current:
			s.StageControl = t.ArmCounts
		}
	}
	s.BadUnits = s.Treatment.BadUnits
	return s
}

// unitRows walks each stratum and cohort through time, keeping the risk sets.
func unitRows(q GateQuery, flows []Flow) []stats.Row {
	flows = slices.Clone(flows)
	slices.SortFunc(flows, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Cohort, b.Cohort), cmp.Compare(a.Bucket, b.Bucket))
	})
	var rows []stats.Row
	for i := 0; i < len(flows); {
		first := flows[i]
		var nt, nc int64 // at risk at the start of the bucket
		for i < len(flows) && flows[i].Stratum == first.Stratum && flows[i].Cohort == first.Cohort {
			row := stats.Row{Stratum: first.Stratum, Cohort: first.Cohort, At: q.At(flows[i].Bucket), NT: nt, NC: nc}
			bucket := flows[i].Bucket
			for ; i < len(flows) && flows[i].Bucket == bucket && flows[i].Stratum == first.Stratum && flows[i].Cohort == first.Cohort; i++ {
				f := flows[i]
				if f.Treatment {
					row.NT, row.XT, nt = row.NT+f.Enter, row.XT+f.Bad, nt+f.Enter-f.Leave
				} else {
					row.NC, row.XC, nc = row.NC+f.Enter, row.XC+f.Bad, nc+f.Enter-f.Leave
				}
			}
			if row.XT+row.XC > 0 {
				rows = append(rows, row)
			}
		}
	}
	sortByTime(rows)
	return rows
}

// requestRows adds up the events of a stratum's cohorts.
func requestRows(q GateQuery, flows []Flow) []stats.Row {
	type key struct {
		stratum int
		bucket  int64
	}
	sums := map[key]stats.Row{}
	for _, f := range flows {
		if f.Events == 0 {
			continue
		}
		k := key{f.Stratum, f.Bucket}
		row := sums[k]
		row.Stratum, row.At = f.Stratum, q.At(f.Bucket)
		if f.Treatment {
			row.NT, row.XT = row.NT+f.Events, row.XT+f.BadEvents
		} else {
			row.NC, row.XC = row.NC+f.Events, row.XC+f.BadEvents
		}
		sums[k] = row
	}
	var rows []stats.Row
	for _, row := range sums {
		rows = append(rows, row)
	}
	sortByTime(rows)
	return rows
}

func sortByTime(rows []stats.Row) {
	slices.SortFunc(rows, func(a, b stats.Row) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Cohort, b.Cohort))
	})
}
