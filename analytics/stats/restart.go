package stats

import (
	"math"
	"time"
)

// Restarts is a schedule, fixed before the first look, at which a process
// begins anew beside the one that runs from the start, so that harm which
// sets in late is not held up by the good hours before.
type Restarts struct {
	Start   time.Time     // of the rollout
	Every   time.Duration // above 0
	Horizon time.Duration // after it no process begins; at least Every
}

// count is the number of restarts planned: at Start+Every, Start+2*Every and
// so on up to the horizon.
func (s Restarts) count() int { return max(1, int(s.Horizon/s.Every)) }

// LogE mixes half of the process over all rows with half of the mean over the
// planned restarts, where one that has not begun counts 1. A mean of
// e-processes with weights fixed in advance is an e-process, so Ville's bound
// holds for it as for Mixture.
//
// Source: the mixture form of e-detectors, Shin, Ramdas & Rinaldo 2023, arXiv
// 2203.03532. The cost is at most ln(2 * number of restarts) nats.
func (s Restarts) LogE(m Mixture, rows []Row) float64 {
	n := s.count()
	since := make([][]float64, n+1) // contribution of rows between restart k and k+1
	for k := range since {
		since[k] = make([]float64, len(m.Ratios))
	}
	newest, logs := 0, m.logs()
	for _, r := range rows {
		k := min(n, max(0, int(r.At.Sub(s.Start)/s.Every)))
		m.add(since[k], logs, r)
		newest = max(newest, k)
	}
	sums := make([]float64, len(m.Ratios))
	mean := math.Inf(-1)
	if newest < n {
		mean = math.Log(float64(n - newest)) // not begun: 1 each
	}
	for k := newest; k > 0; k-- {
		accumulate(sums, since[k])
		mean = logSumExp(mean, m.mix(sums))
	}
	accumulate(sums, since[0])
	mean -= math.Log(float64(n))
	return logSumExp(m.mix(sums), mean) - math.Ln2
}

func accumulate(sums, more []float64) {
	for j, v := range more {
		sums[j] += v
	}
}
