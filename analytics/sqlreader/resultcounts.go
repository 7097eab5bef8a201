package sqlreader

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/flagledger/flagledger/analytics"
	"github.com/flagledger/flagledger/analytics/stats"
)

// resultCounts is what a result is made of, as far as it adds up over units.
type resultCounts struct {
	members map[memberKey]members
	sums    map[sumKey]stats.PairedRatioSums
}

type memberKey struct {
	cell     analytics.Cell
	maturity time.Duration
	bucket   int64
}

type members struct{ units, mixed int64 }

type sumKey struct {
	metric int
	cell   analytics.Cell
	bucket int64
}

func newResultCounts() *resultCounts {
	return &resultCounts{members: map[memberKey]members{}, sums: map[sumKey]stats.PairedRatioSums{}}
}

func (c *resultCounts) addMembers(k memberKey, n members) {
	sum := c.members[k]
	sum = members{sum.units + n.units, sum.mixed + n.mixed}
	if c.members[k] = sum; sum == (members{}) {
		delete(c.members, k)
	}
}

func (c *resultCounts) addSums(k sumKey, s stats.PairedRatioSums) {
	sum := c.sums[k].Plus(s)
	if c.sums[k] = sum; sum == (stats.PairedRatioSums{}) {
		delete(c.sums, k)
	}
}

// renew implements counts.
func (c *resultCounts) renew(was, is *resultCounts) bool {
	for k, n := range was.members {
		c.addMembers(k, members{-n.units, -n.mixed})
	}
	for k, n := range is.members {
		c.addMembers(k, n)
	}
	for k, s := range was.sums {
		c.addSums(k, s.Negative())
	}
	for k, s := range is.sums {
		c.addSums(k, s)
	}
	return true
}

func (c *resultCounts) units() (n int64) {
	for k, m := range c.members {
		if k.maturity == 0 {
			n += m.units
		}
	}
	return n
}

func (c *resultCounts) rows() int { return len(c.members) + 2*len(c.sums) }

func (c *resultCounts) lists() (all []analytics.Members, sums []analytics.MetricSums) {
	for k, m := range c.members {
		all = append(all, analytics.Members{Cell: k.cell, Maturity: k.maturity, Bucket: k.bucket, Units: m.units, Mixed: m.mixed})
	}
	for k, s := range c.sums {
		sums = append(sums, analytics.MetricSums{Metric: k.metric, Cell: k.cell, Bucket: k.bucket, PairedRatioSums: s})
	}
	return all, sums
}

// valueCounts are the units of each value of a dimension.
type valueCounts map[string]int64

func countValues(ctx context.Context, v *view) (valueCounts, error) {
	c := valueCounts{}
	err := v.each(ctx, fmt.Sprintf(valueUnits, fmt.Sprintf(v.text, "value")), nil, func(rows *sql.Rows) error {
		var raw any
		var n int64
		if err := rows.Scan(&raw, &n); err != nil {
			return err
		}
		value, err := textOf(raw)
		c[value] += n
		return err
	})
	return c, err
}

// mostFrequent are the values that are told apart.
func (c valueCounts) mostFrequent() []string {
	values := make([]string, 0, len(c))
	for value := range c {
		values = append(values, value)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(c[b], c[a]), cmp.Compare(a, b)) })
	return values[:min(len(values), analytics.MaxValues)]
}

// renew implements counts.
func (c valueCounts) renew(was, is valueCounts) bool {
	for value, n := range was {
		c[value] -= n
	}
	for value, n := range is {
		c[value] += n
	}
	for value, n := range c {
		if n == 0 {
			delete(c, value)
		}
	}
	return true
}

func (c valueCounts) units() (n int64) {
	for _, units := range c {
		n += units
	}
	return n
}

func (c valueCounts) rows() int { return len(c) }
