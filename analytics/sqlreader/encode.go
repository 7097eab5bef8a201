package sqlreader

import (
	"encoding/json"
	"time"

	"github.com/flagledger/flagledger/analytics"
)

// Counts are kept as lists, because their keys are no texts.

type keptResults struct {
	Members []analytics.Members
	Sums    []analytics.MetricSums
}

// MarshalJSON writes what UnmarshalJSON reads, as in the other types here.
func (c *resultCounts) MarshalJSON() ([]byte, error) {
	members, sums := c.lists()
	return json.Marshal(keptResults{members, sums})
}

// UnmarshalJSON replaces all of it.
func (c *resultCounts) UnmarshalJSON(text []byte) error {
	var kept keptResults
	if err := json.Unmarshal(text, &kept); err != nil {
		return err
	}
	*c = *newResultCounts()
	for _, m := range kept.Members {
		c.addMembers(memberKey{m.Cell, m.Maturity, m.Bucket}, members{m.Units, m.Mixed})
	}
	for _, s := range kept.Sums {
		c.addSums(sumKey{s.Metric, s.Cell, s.Bucket}, s.PairedRatioSums)
	}
	return nil
}

type keptTally struct {
	Cohorts int
	Flows   [][7]int64
	Arms    []keptArm
}

type keptArm struct {
	Stratum   int
	Treatment bool
	analytics.ArmCounts
}

// MarshalJSON writes the keys beside the numbers.
func (t *tally) MarshalJSON() ([]byte, error) {
	kept := keptTally{Cohorts: t.cohorts, Flows: make([][7]int64, 0, len(t.byTime))}
	for k, f := range t.byTime {
		kept.Flows = append(kept.Flows, [7]int64{k.arm, k.bucket, f.enter, f.leave, f.bad, f.events, f.badEvents})
	}
	for k, c := range t.arms {
		kept.Arms = append(kept.Arms, keptArm{k.stratum, k.treatment, c})
	}
	return json.Marshal(kept)
}

// UnmarshalJSON replaces all of it.
func (t *tally) UnmarshalJSON(text []byte) error {
	var kept keptTally
	if err := json.Unmarshal(text, &kept); err != nil {
		return err
	}
	*t = *newTally(kept.Cohorts)
	for _, n := range kept.Flows {
		t.byTime[timeKey{n[0], n[1]}] = flow{n[2], n[3], n[4], n[5], n[6]}
	}
	for _, a := range kept.Arms {
		t.arms[armKey{a.Stratum, a.Treatment}] = a.ArmCounts
	}
	return nil
}

type keptExposed struct {
	Rows   []analytics.ExposedRow
	Whole  [2]int64
	Newest [2]time.Time
}

// MarshalJSON leaves out the keys, which are in the rows.
func (t *exposedTally) MarshalJSON() ([]byte, error) {
	kept := keptExposed{Whole: t.whole, Newest: t.newest}
	for _, r := range t.rowsBy {
		kept.Rows = append(kept.Rows, r)
	}
	return json.Marshal(kept)
}

// UnmarshalJSON replaces all of it.
func (t *exposedTally) UnmarshalJSON(text []byte) error {
	var kept keptExposed
	if err := json.Unmarshal(text, &kept); err != nil {
		return err
	}
	*t = exposedTally{rowsBy: map[[2]int]analytics.ExposedRow{}, whole: kept.Whole, newest: kept.Newest}
	for _, r := range kept.Rows {
		t.add(r, 1)
	}
	return nil
}
