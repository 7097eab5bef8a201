package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flagledger/flagledger/analytics"
)

// testSample draws exposures and compares them with those that were written.
func testSample(t *testing.T, s Store) {
	h := &history{environment: "production"}
	for i := range 300 {
		e := analytics.Exposure{
			Flag: []string{flag, "chat"}[i%2], Variant: []string{"on", "off"}[i%3%2], By: account, Unit: fmt.Sprint("a-ü-", i),
			Version: uint64(5 + i%4), At: at(float64(i)),
		}
		if i%3 == 0 {
			e.Rule, e.Attributes = rule, map[string]string{"country": "GB", "plan": fmt.Sprint(i % 2)}
		}
		h.exposures = append(h.exposures, e)
	}
	h.write(t, s)
	other := &history{environment: "staging", exposures: h.exposures[:10]}
	other.write(t, s)
	draw := func(q analytics.SampleQuery) analytics.Sample {
		t.Helper()
		q.Project = project
		if q.Environment == "" {
			q.Environment = "production"
		}
		out, err := s.Sample(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(out.Exposures, func(a, b analytics.Exposure) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
		return out
	}
	same := func(name string, want []analytics.Exposure, got analytics.Sample) {
		t.Helper()
		if diff := gocmp.Diff(want, got.Exposures, cmpopts.EquateEmpty()); diff != "" || got.Total != int64(len(want)) {
			t.Errorf("%s: total %d, -written +drawn:\n%s", name, got.Total, diff)
		}
	}
	same("all", h.exposures, draw(analytics.SampleQuery{N: 1000, Seed: 1}))
	same("an environment", h.exposures[:10], draw(analytics.SampleQuery{N: 1000, Environment: "staging"}))
	same("since", h.exposures[200:], draw(analytics.SampleQuery{N: 1000, Since: at(200)}))
	same("nothing", nil, draw(analytics.SampleQuery{N: 10, Since: at(1e4)}))
	if got := draw(analytics.SampleQuery{N: 1000, Flag: "chat"}); got.Total != 150 || len(got.Exposures) != 150 {
		t.Errorf("a flag: %d of %d", len(got.Exposures), got.Total)
	}
	one, two := draw(analytics.SampleQuery{N: 40, Seed: 1}), draw(analytics.SampleQuery{N: 40, Seed: 2})
	if again := draw(analytics.SampleQuery{N: 40, Seed: 1}); len(one.Exposures) != 40 || one.Total != 300 || gocmp.Diff(one, again) != "" {
		t.Errorf("the same seed draws others: %d of %d", len(one.Exposures), one.Total)
	}
	if gocmp.Diff(one, two) == "" {
		t.Error("another seed draws the same")
	}
	early := 0
	for seed := range uint64(20) {
		for _, e := range draw(analytics.SampleQuery{N: 30, Seed: seed}).Exposures {
			if e.At.Before(start().Add(150 * time.Minute)) {
				early++
			}
		}
	}
	if early < 240 || early > 360 { // of 600, so 300 are expected, give or take 12
		t.Errorf("%d of 600 drawn are of the first half", early)
	}
}
