package main

import (
	"fmt"
	"io"

	bench "github.com/flagledger/flagledger/bench/go"
)

// mostWithExposures is what an evaluation through the whole client may take.
const mostWithExposures = 250.0

const (
	ours   = "flagledger"
	client = "flagledger-client+exposures"
)

// targets tells how many times faster than each engine ours is, and what was
// missed. Case a, a flag that is off, is shown and demands nothing.
func targets(w io.Writer, all samples) {
	fmt.Fprint(w, "\nTimes faster than the engine: flagledger's evaluator, case by case\n\n")
	met, wanted := 0, 0
	var missed []string
	demand := func(holds bool, what string) {
		wanted++
		if holds {
			met++
		} else {
			missed = append(missed, what)
		}
	}
	for _, engine := range bench.Engines() {
		if engine.Faster > 0 {
			ratios(w, all, engine, demand)
		}
	}
	for _, kind := range bench.Kinds() {
		if m, ok := all.median(client, kind); ok {
			demand(m.ns < mostWithExposures || kind == "g_rules50",
				fmt.Sprintf("%s through the client takes %.0f ns, wanted below %.0f", kind, m.ns, mostWithExposures))
			demand(m.allocs == 0, fmt.Sprintf("%s through the client allocates %.0f times, wanted never", kind, m.allocs))
		}
	}
	fmt.Fprintf(w, "\n%d of %d targets met\n", met, wanted)
	for _, what := range missed {
		fmt.Fprintln(w, "  not met:", what)
	}
}

func ratios(w io.Writer, all samples, engine bench.Engine, demand func(bool, string)) {
	fmt.Fprintf(w, "| %-27s | %.0fx |", engine.Name, engine.Faster)
	for _, kind := range append(bench.Kinds(), "h_all1000") {
		mine, ok := all.median(ours, kind)
		theirs, also := all.median(engine.Name, kind)
		if !ok || !also || mine.ns == 0 {
			fmt.Fprintf(w, " %12s |", "-")
			continue
		}
		ratio := theirs.ns / mine.ns
		fmt.Fprintf(w, " %11.1fx |", ratio)
		if kind != "a_off" {
			demand(ratio >= engine.Faster,
				fmt.Sprintf("%s: %.1f times faster than %s, wanted %.0f", kind, ratio, engine.Name, engine.Faster))
		}
	}
	fmt.Fprintln(w)
}
