package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/flagledger/flagledger/analytics"
)

// testEventsNameFlags: an event counts for the flags that it names, for each of
// its units, and for all flags when it names none.
func testEventsNameFlags(t *testing.T, s Store) {
	long := "a-flag-with-a-key-longer-than-any-text-that-is-kept-in-place"
	h := history{environment: "prod"}
	for _, key := range []string{flag, long, "other"} {
		h.expose("a1", "off", 5, 1)
		h.exposures[len(h.exposures)-1].Flag = key
		h.expose("u-a1", "off", 5, 1)
		last := &h.exposures[len(h.exposures)-1]
		last.Flag, last.By = key, "userId"
	}
	many := make([]string, analytics.MaxFlags)
	for i := range many {
		many[i] = fmt.Sprint("flag-", i)
	}
	many[len(many)-1] = long
	for i, flags := range [][]string{nil, {}, {flag}, {"other", flag}, {long}, many, {"nobody-asks-for-it"}} {
		h.event("a1", true, float64(int(1)<<i), float64(2+i))
		h.events[i].Flags = flags
	}
	h.write(t, s)
	for _, tt := range []struct {
		flag string
		n    int64
		sum  float64
	}{{flag, 4, 1 + 2 + 4 + 8}, {"other", 3, 1 + 2 + 8}, {long, 4, 1 + 2 + 16 + 32}} {
		for _, by := range []string{account, "userId"} {
			testCounted(t, s, h, tt.flag, by, tt.n, tt.sum)
		}
	}
}

// testCounted asks each kind of query for the events of one flag, by their
// number and the sum of their values.
func testCounted(t *testing.T, s Store, h history, flag, by string, n int64, sum float64) {
	t.Helper()
	q := h.gate(60)
	q.Flag, q.By = flag, by
	series := gate(t, s, q)
	if c := series.Control; c.Events != n || c.Bad != n || c.Active != 1 || c.BadUnits != 1 {
		t.Errorf("gate of %s by %s: %+v, want %d events, all bad, of one unit", flag, by, c, n)
	}
	control, err := s.Control(context.Background(), analytics.ControlQuery{
		Rollout: q.Rollout, Event: metric, Quantile: .5, Until: at(60),
	})
	if err != nil || control.N != n {
		t.Errorf("control of %s by %s: %+v, %v; want %d values", flag, by, control, err, n)
	}
	count := ofMetric(analytics.OfCount)
	r := h.results(60, analytics.MetricSpec{Name: "mean", Numerator: ofMetric(analytics.OfSum), Denominator: &count})
	r.Flag, r.By = flag, by
	got := results(t, s, r).Increments
	if len(got) == 0 || got[0].Variant != 0 || got[0].Metrics[0].PostDen != float64(n) || got[0].Metrics[0].PostNum != sum {
		t.Errorf("results of %s by %s: %+v, want %d events with the sum %v", flag, by, got, n, sum)
	}
}
