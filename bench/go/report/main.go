// Command report makes a table of what BenchmarkEvaluate prints, read from
// standard input: the median of the runs of each case and engine, and how the
// targets were met. It fails only if there is nothing to report: a noisy machine
// is no defect.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	bench "github.com/flagledger/flagledger/bench/go"
)

// sample is one line of a benchmark.
type sample struct{ ns, allocs float64 }

// samples are those of each engine and case.
type samples map[string]map[string][]sample

func main() {
	all, err := read(os.Stdin)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("no benchmark was run")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	table(os.Stdout, all)
	targets(os.Stdout, all)
}

// read takes lines such as
//
//	BenchmarkEvaluate/a_off/flagledger-2   123   45.6 ns/op   0 B/op   0 allocs/op
func read(r io.Reader) (samples, error) {
	all := samples{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, rest, found := strings.Cut(lines.Text(), " ")
		path := strings.Split(name, "/")
		if !found || len(path) != 3 || path[0] != "BenchmarkEvaluate" {
			continue
		}
		engine := path[2][:strings.LastIndex(path[2], "-")] // the number of processors
		if all[engine] == nil {
			all[engine] = map[string][]sample{}
		}
		all[engine][path[1]] = append(all[engine][path[1]], sampleOf(strings.Fields(rest)))
	}
	return all, lines.Err()
}

func sampleOf(fields []string) sample {
	var s sample
	for i := 1; i < len(fields); i++ {
		value, _ := strconv.ParseFloat(fields[i-1], 64)
		switch fields[i] {
		case "ns/op":
			s.ns = value
		case "allocs/op":
			s.allocs = value
		}
	}
	return s
}

// median is by time; false without samples.
func (all samples) median(engine, kind string) (sample, bool) {
	list := slices.SortedFunc(slices.Values(all[engine][kind]), func(a, b sample) int { return int(a.ns - b.ns) })
	if len(list) == 0 {
		return sample{}, false
	}
	return list[len(list)/2], true
}

func columns() []string { return append(bench.Kinds(), "h_all1000", "context") }

func table(w io.Writer, all samples) {
	fmt.Fprint(w, "One thread, nanoseconds an evaluation and allocations (h: all of 1,000 flags)\n\n")
	fmt.Fprintf(w, "| %-27s |", "engine")
	for _, kind := range columns() {
		fmt.Fprintf(w, " %14s |", kind)
	}
	fmt.Fprintf(w, "\n|%s|%s\n", strings.Repeat("-", 29), strings.Repeat(strings.Repeat("-", 16)+"|", len(columns())))
	for _, engine := range bench.Engines() {
		fmt.Fprintf(w, "| %-27s |", engine.Name)
		for _, kind := range columns() {
			cell := "-"
			if m, ok := all.median(engine.Name, kind); ok {
				cell = fmt.Sprintf("%s (%.0f)", short(m.ns), m.allocs)
			}
			fmt.Fprintf(w, " %14s |", cell)
		}
		fmt.Fprintln(w)
	}
}

func short(ns float64) string {
	switch {
	case ns >= 1e6:
		return fmt.Sprintf("%.2fM", ns/1e6)
	case ns >= 1e4:
		return fmt.Sprintf("%.1fk", ns/1e3)
	default:
		return fmt.Sprintf("%.0f", ns)
	}
}
