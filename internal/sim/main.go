// Command sim measures by simulation what the default gate of a rollout does
// when it is looked at every minute for a day: how often it rolls back a
// release that harms nobody, and how long it takes to notice one that doubles
// the error rate, beside simpler rules on the same traffic.
//
//	go run ./internal/sim -days 1000 -seed 1
//
// The gate's numbers come from package stats, as the workflow engine's do; the
// traffic is drawn here. Days are independent and spread over all cores, and a
// seed gives the same table everywhere.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	days := flag.Int("days", 400, "simulated days for each cell of a table, at least 10")
	seed := flag.Uint64("seed", 1, "seed of the random numbers")
	flag.Parse()
	if *days < 10 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: sim [-days N] [-seed N], with at least 10 days")
		os.Exit(2)
	}
	begun := time.Now()
	for _, t := range tables() {
		if err := t.print(os.Stdout, *days, *seed); err != nil {
			fmt.Fprintln(os.Stderr, "sim:", err)
			os.Exit(1)
		}
	}
	fmt.Printf("\n%d days for each cell, seed %d, in %s\n", *days, *seed, time.Since(begun).Round(time.Second))
}
