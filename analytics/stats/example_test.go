package stats_test

import (
	"fmt"
	"time"

	"github.com/flagledger/flagledger/analytics/stats"
)

// One in twenty accounts has the new engine; 18 of 600 went bad, against 57 of
// 11,400.
func ExampleEvaluate() {
	at := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	a, err := stats.Evaluate(stats.Series{
		Start: at, StageStart: at, Until: at.Add(30 * time.Minute),
		Units: []stats.Row{{At: at.Add(20 * time.Minute), NT: 600, XT: 18, NC: 11_400, XC: 57}},
	}, stats.Params{Tau: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("fails: %t, evidence %.1f of %.1f nats\n", a.Fails, a.LogEFail, a.FailThreshold)
	fmt.Printf("ratio %.1f, surely above %.1f\n", a.Rollout.Ratio, a.Low)
	// Output:
	// fails: true, evidence 11.9 of 3.9 nats
	// ratio 6.0, surely above 2.4
}
