package workflow_test

import (
	"testing"

	"github.com/flagledger/flagledger/analytics/stats"
	"github.com/flagledger/flagledger/workflow"
)

// day is a day's evidence, minute by minute, with errors in each.
func day() workflow.Inputs {
	return inputs(repeat(24*60, minute{pair{600, 11_400}, pair{1, 19}})...)
}

// BenchmarkJudge judges a day of evidence, which is what a look costs beside
// the queries. BenchmarkJudgeFloor is one pass of one e-process over it.
func BenchmarkJudge(b *testing.B) {
	in := day()
	for b.Loop() {
		if _, err := workflow.Judge(in, errorGate, errorMetric); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJudgeFloor(b *testing.B) {
	rows, m := day().Series.Units, stats.HarmMixture(1.1, 2, stats.FailGrid)
	for b.Loop() {
		m.LogE(rows)
	}
}
