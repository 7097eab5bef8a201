package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/flagledger/flagledger/analytics"
)

// testUsage exposes units to two flags, some of them twice, and counts them.
func testUsage(t *testing.T, s Store) {
	h := &history{environment: "production"}
	expose := func(key, variant, unit string, second float64) {
		h.exposures = append(h.exposures, analytics.Exposure{Flag: key, Variant: variant, By: account, Unit: unit, Version: 5, At: at(second)})
	}
	for i := range 50 {
		expose(flag, []string{"on", "off"}[i%2], fmt.Sprint("a-", i), float64(i))
		expose(flag, []string{"on", "off"}[i%2], fmt.Sprint("a-", i), float64(i)+1000)
	}
	expose("chat", "off", "a-ü", 10)
	for i, flags := range [][]string{{flag}, {flag, "gone"}, nil} {
		h.events = append(h.events, analytics.Event{
			Name: "request", Units: map[string]string{account: "a-1", "user": "u-1"}, Flags: flags, At: at(float64(20 + 10*i)),
		})
	}
	h.write(t, s)
	(&history{environment: "staging", exposures: h.exposures[:10]}).write(t, s)
	usage := func(environment string, since float64) map[string]analytics.Usage {
		t.Helper()
		out, err := s.Usage(context.Background(), analytics.UsageQuery{Project: project, Environment: environment, Since: at(since)})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	withEvents := func(since float64) map[string]time.Time {
		t.Helper()
		out, err := s.Usage(context.Background(), analytics.UsageQuery{Project: project, Environment: "production", Since: at(since), Events: true})
		if err != nil {
			t.Fatal(err)
		}
		times := map[string]time.Time{}
		for key, u := range out {
			times[key] = u.Named
		}
		return times
	}
	if diff := gocmp.Diff(map[string]time.Time{flag: at(30), "gone": at(30), "chat": {}}, withEvents(0)); diff != "" {
		t.Errorf("flags that events name: -want +got:\n%s", diff)
	}
	if diff := gocmp.Diff(map[string]time.Time{flag: {}, "chat": {}}, withEvents(31)); diff != "" {
		t.Errorf("flags that no event names any more: -want +got:\n%s", diff)
	}
	for _, tc := range []struct {
		name, environment string
		since             float64
		want              map[string]analytics.Usage
	}{
		{"from the beginning", "production", 0, map[string]analytics.Usage{
			flag:   {Units: 50, Last: at(1049), Variants: []string{"off", "on"}},
			"chat": {Units: 1, Last: at(10), Variants: []string{"off"}},
		}},
		{"the newest unit", "production", 1049, map[string]analytics.Usage{
			flag:   {Units: 1, Last: at(1049), Variants: []string{"off"}},
			"chat": {Last: at(10)},
		}},
		{"another environment", "staging", 0, map[string]analytics.Usage{
			flag: {Units: 5, Last: at(1004), Variants: []string{"off", "on"}},
		}},
		{"nothing", "nowhere", 0, map[string]analytics.Usage{}},
	} {
		if diff := gocmp.Diff(tc.want, usage(tc.environment, tc.since)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tc.name, diff)
		}
	}
}
