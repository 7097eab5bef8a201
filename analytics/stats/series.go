package stats

import "time"

// Row counts one bucket of time within one stratum and cohort: a set of units
// whose chance to be treated was the same, so that its members are
// exchangeable between the arms.
type Row struct {
	Stratum int       // position of the stage, from 0
	Cohort  int       // see analytics.Fresh; opaque here
	At      time.Time // start of the bucket
	NT, XT  int64     // treatment: at risk, and of which bad
	NC, XC  int64     // control
}

// Add gives the sum of the counts, keeping r's place in time.
func (r Row) Add(o Row) Row {
	r.NT, r.XT, r.NC, r.XC = r.NT+o.NT, r.XT+o.XT, r.NC+o.NC, r.XC+o.XC
	return r
}

// Series is the evidence on one metric of one rollout. Rows may be in any
// order. Buckets without a bad unit or event may be left out of Units and
// Requests alike as far as the e-processes are concerned.
type Series struct {
	Start      time.Time // of the rollout: the first stratum
	StageStart time.Time // of the current, last stratum
	Until      time.Time // end of the last closed bucket
	Stratum    int       // position of the current stratum
	// Units counts first bad events per unit at risk.
	Units []Row
	// Requests counts events: N is all of them, X the bad ones. Cohort is
	// not used.
	Requests []Row
	// BadUnits is the number of distinct treated units with a bad event
	// behind Requests.
	BadUnits int64
}

// Sum adds up the rows that keep says to keep.
func Sum(rows []Row, keep func(Row) bool) Row {
	var sum Row
	for _, r := range rows {
		if keep(r) {
			sum = sum.Add(r)
		}
	}
	return sum
}

func always(Row) bool { return true }

func since(t time.Time) func(Row) bool { return func(r Row) bool { return !r.At.Before(t) } }

func inStratum(k int) func(Row) bool { return func(r Row) bool { return r.Stratum == k } }

func filter(rows []Row, keep func(Row) bool) []Row {
	var kept []Row
	for _, r := range rows {
		if keep(r) {
			kept = append(kept, r)
		}
	}
	return kept
}
