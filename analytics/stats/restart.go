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
	r := s.begin(m)
	for _, row := range rows {
		r.add(row)
	}
	return r.logE()
}

// Path is LogE after each row, for rows in the order of time: what somebody
// sees who looks at every one of them.
func (s Restarts) Path(m Mixture, rows []Row) []float64 {
	path := make([]float64, len(rows))
	r := s.begin(m)
	for i, row := range rows {
		r.add(row)
		path[i] = r.logE()
	}
	return path
}

// restarted holds what rows have contributed between one restart and the next.
type restarted struct {
	plan   Restarts
	m      Mixture
	logs   []float64
	since  [][]float64
	newest int
}

func (s Restarts) begin(m Mixture) *restarted {
	r := &restarted{plan: s, m: m, logs: m.logs(), since: make([][]float64, s.count()+1)}
	for k := range r.since {
		r.since[k] = make([]float64, len(m.Ratios))
	}
	return r
}

func (r *restarted) add(row Row) {
	k := min(len(r.since)-1, max(0, int(row.At.Sub(r.plan.Start)/r.plan.Every)))
	r.m.add(r.since[k], r.logs, row)
	r.newest = max(r.newest, k)
}

func (r *restarted) logE() float64 {
	n := len(r.since) - 1
	sums := make([]float64, len(r.m.Ratios))
	mean := math.Inf(-1)
	if r.newest < n {
		mean = math.Log(float64(n - r.newest)) // not begun: 1 each
	}
	for k := r.newest; k > 0; k-- {
		accumulate(sums, r.since[k])
		mean = logSumExp(mean, r.m.mix(sums))
	}
	accumulate(sums, r.since[0])
	mean -= math.Log(float64(n))
	return logSumExp(r.m.mix(sums), mean) - math.Ln2
}

func accumulate(sums, more []float64) {
	for j, v := range more {
		sums[j] += v
	}
}
