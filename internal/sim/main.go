// Command sim measures by simulation what the default plan does: how often it
// rolls back a release that harms nobody, and how long it takes to notice one
// that does harm.
//
//	go run ./internal/sim -days 1000 -engine 200 -seed 1
//
// It has two parts. The first draws days of traffic and looks at them every
// minute with the statistic of the error rate's gate alone, beside simpler
// rules.
//
// The second plays whole rollouts, from 5% to 100%, through the real thing: the
// workflow engine with both gates of the default plan, its ledger in memory and
// the projector, on a simulated clock and over visits of simulated accounts. An
// account's bucket is uniform and stays, its volume has a heavy tail, its error
// rate and latency are its own, and an exposure is its first request in a stage.
// The evidence is counted as analytics.GateQuery says, which
// TestSightingsMatchTheStore compares with a real store.
//
// To fit a climb into 18 hours, a stage soaks 6 hours instead of 24, and buckets
// and looks come every 5 minutes instead of each. -look 1m -soak 24h is the
// plan's own pace, and takes some 200 times as long. A rollout that has not
// ended after twice the time that it takes at least is holding. Beside the
// engine stands, on the same visits, a policy that climbs when the soak is over
// and rolls back at the fourth 5 minutes with more than twice the control's
// error rate.
//
// Days and rollouts are independent and spread over all cores, and a seed gives
// the same tables everywhere.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	days := flag.Int("days", 200, "simulated days for each cell of the gate's tables, at least 10; 0 leaves them out")
	runs := flag.Int("engine", 100, "simulated rollouts for each line of the engine's tables, at least 10; 0 leaves them out")
	p := quick()
	flag.DurationVar(&p.look, "look", p.look, "time between two looks of the engine, 1m or 5m")
	flag.DurationVar(&p.soak, "soak", p.soak, "how long a stage lasts at least, whole hours from 4h")
	seed := flag.Uint64("seed", 1, "seed of the random numbers")
	flag.Parse()
	if odd(*days) || odd(*runs) || !p.valid() || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: sim [-days N] [-engine N] [-look 1m|5m] [-soak 4h...] [-seed N], with at least 10 days and rollouts, or none")
		os.Exit(2)
	}
	begun := time.Now()
	if err := simulateAll(os.Stdout, *days, p, sample{seed: *seed, runs: *runs}); err != nil {
		fmt.Fprintln(os.Stderr, "sim:", err)
		os.Exit(1)
	}
	fmt.Printf("\n%d days for each cell, %d rollouts for each line, seed %d, in %s\n",
		*days, *runs, *seed, time.Since(begun).Round(time.Second))
}

func odd(n int) bool { return n != 0 && n < 10 }

func simulateAll(out io.Writer, days int, p pace, s sample) error {
	if days > 0 {
		for _, t := range tables() {
			if err := t.print(out, days, s.seed); err != nil {
				return err
			}
		}
	}
	if s.runs == 0 {
		return nil
	}
	ctx := context.Background()
	if err := harmlessTable(ctx, out, harmless(p), s); err != nil {
		return err
	}
	return harmfulTable(ctx, out, harmful(p), s)
}
