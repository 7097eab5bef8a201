package stats_test

import (
	"fmt"
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
)

// BenchmarkEvaluate judges a day and a week of minutes, every one of them with
// errors. LogE, the floor, is one process over the same rows.
func BenchmarkEvaluate(b *testing.B) {
	for _, minutes := range []int{24 * 60, 7 * 24 * 60} {
		s := stats.Series{Start: start(), StageStart: start(), Until: minute(minutes)}
		for i := range minutes {
			row := stats.Row{At: minute(i), NT: 1000, XT: int64(i % 2), NC: 19_000, XC: int64(10 + i%20)}
			s.Units = append(s.Units, row)
			s.Requests = append(s.Requests, row)
		}
		b.Run(fmt.Sprint("minutes=", minutes), func(b *testing.B) {
			for b.Loop() {
				if _, err := stats.Evaluate(s, stats.Params{Tau: 2}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprint("LogE/minutes=", minutes), func(b *testing.B) {
			m := stats.HarmMixture(1.1, 2, stats.FailGrid)
			for b.Loop() {
				m.LogE(s.Units)
			}
		})
	}
}
